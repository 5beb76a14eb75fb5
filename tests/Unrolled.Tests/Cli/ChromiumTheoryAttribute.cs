namespace Unrolled.Tests.Cli;

/// <summary>A theory about pages in a browser; reported as skipped where there is no Chromium.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute()
    {
        if (Chromium.Program is null)
        {
            Skip = "there is no chromium on the PATH";
        }
    }
}
