using System.Diagnostics;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Deployment;

/// <summary>Programs that compile and run what was exported, in a folder that is gone afterwards.</summary>
internal static class ExternalProgram
{
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

    /// <summary>Runs a program, which must end with code 0, and returns what it prints.</summary>
    public static string Run(string program, string arguments, string folder, string input = "")
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.Result;
    }

    /// <summary>Compiles and runs the C program that a page of the documentation shows, which includes an exported file; it must print what the page says.</summary>
    public static void RunPage(string page, string included, string source, string printed)
    {
        Assert.Contains(printed, File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", page)), StringComparison.Ordinal);
        InTemporaryFolder(folder =>
        {
            string program = Assert.Single(CodeFence.Read($"docs/{page}"), f => f.Language == "c").Text + "\n";
            Assert.Contains($"#include \"{included}\"", program);
            File.WriteAllText(Path.Combine(folder, included), source);
            File.WriteAllText(Path.Combine(folder, "page.c"), program);
            Run("gcc", "-Wall -Wextra -Werror -std=c99 -O2 page.c -lm -o page", folder);
            Assert.Equal(printed, Run(Path.Combine(folder, "page"), string.Empty, folder).TrimEnd());
        });
    }
}
