namespace Unrolled.Tests;

/// <summary>A test that takes minutes: it is skipped unless <see cref="LongTests.On"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute()
    {
        if (!LongTests.On)
        {
            Skip = $"takes minutes; {LongTests.Switch}=1 runs it";
        }
    }
}
