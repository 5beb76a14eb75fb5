using System.ComponentModel;
using System.Diagnostics;

namespace Unrolled.Tests.Differentiation;

/// <summary>A test that needs another program; skipped with a message where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactIfAvailableAttribute : FactAttribute
{
    public FactIfAvailableAttribute(string program, string arguments = "--version")
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            Skip = process.ExitCode == 0 ? null : $"{program} {arguments} does not work on this computer";
        }
        catch (Win32Exception)
        {
            Skip = $"{program} is not installed on this computer";
        }
    }
}
