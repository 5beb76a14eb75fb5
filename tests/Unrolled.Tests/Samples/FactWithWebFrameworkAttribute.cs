namespace Unrolled.Tests.Samples;

/// <summary>A fact about a web service; reported as skipped where ASP.NET is missing beside the framework.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithWebFrameworkAttribute : FactAttribute
{
    public FactWithWebFrameworkAttribute()
    {
        if (CompiledProgram.WebFramework is null)
        {
            Skip = "needs the shared framework Microsoft.AspNetCore.App";
        }
    }
}
