using System.Diagnostics;

namespace Unrolled.Tests.Repository;

/// <summary>The same bits with 512-, 256- and 128-bit registers and with none: a child process per setting prints hashes of results.</summary>
public class InstructionSetTests
{
    [Fact]
    public async Task Every_instruction_set_gives_the_same_bits()
    {
        string[] settings = ["", "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"];
        string[][] prints = await Task.WhenAll(settings.Select(Fingerprint));
        Assert.True(prints[0].Length > 30, string.Join('\n', prints[0]));
        Assert.Equal("registers none", prints[^1][0]);
        foreach (string[] print in prints)
        {
            Assert.Equal(prints[0][1..], print[1..]);
        }
    }

    private static async Task<string[]> Fingerprint(string disabled)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Unrolled.Fingerprint.dll"));
        if (disabled.Length > 0)
        {
            start.Environment[disabled] = "0";
        }

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
