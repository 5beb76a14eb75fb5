using System.ComponentModel;
using System.Diagnostics;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Native;

/// <summary>A fact that needs a C compiler and the SDK's host pack, and perhaps another program; skipped with a message where one is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute(string? program = null) => Skip = program is null
        ? Missing("bash", [BuildScript, "--check"])
        : Missing("bash", [BuildScript, "--check"]) ?? Missing(program, ["--version"]);

    public static string BuildScript { get; } = Path.Combine(RepositoryFolder.Root, "src", "Unrolled.Native", "build");

    private static string? Missing(string program, string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"{program}: {error.Trim()}";
        }
        catch (Win32Exception)
        {
            return $"{program} is not installed on this computer";
        }
    }
}
