using System.Diagnostics;

namespace Unrolled.Tests.Deployment;

/// <summary>Programs outside of .NET that tests run, and folders that are gone afterwards.</summary>
internal static class ExternalProgram
{
    /// <summary>Runs an action in a folder of its own.</summary>
    public static void InTemporaryFolder(Action<string> action)
    {
        string folder = Directory.CreateTempSubdirectory("unrolled").FullName;
        try
        {
            action(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs a program that must succeed and returns what it printed.</summary>
    public static string Run(string program, string arguments, string folder, string input = "")
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.Result;
    }
}
