using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;

namespace Unrolled.Benchmarks;

/// <summary>Runs a peer's script on the same work, where the peer is installed.</summary>
internal static class Peer
{
    /// <summary>The Pythons to try: the first one on the path may be one without the peer's packages.</summary>
    public static readonly string[] Pythons = ["/usr/bin/python3", "python3", "python", "/usr/local/bin/python3"];

    /// <summary>The best and the median time of a Python peer over several processes, in milliseconds; null where it cannot run.</summary>
    /// <param name="script">The name of the script in <c>bench/peers</c>.</param>
    /// <param name="threads">The threads that it may use.</param>
    /// <param name="processes">How many processes; the best of all is quoted.</param>
    /// <param name="arguments">The arguments.</param>
    public static (string Name, Times Times)? Python(string script, int threads, int processes, params string[] arguments) =>
        Best(Pythons, script, threads, processes, arguments);

    /// <summary>The line that a Python peer prints; null where it cannot run.</summary>
    public static string? PythonLine(string script, int threads, params string[] arguments)
    {
        foreach (string program in Pythons)
        {
            if (Run(program, [Path.Combine(Folder, script), .. arguments], threads) is { Length: > 0 } line)
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>The line of a peer that a shell script builds and runs; null where it cannot run.</summary>
    public static string? ShellLine(string script, params string[] arguments) =>
        Run("sh", [Path.Combine(Folder, script), .. arguments], 1) is { Length: > 0 } line ? line : null;

    /// <summary>The same of a shell script that builds a peer and runs it.</summary>
    public static (string Name, Times Times)? Shell(string script, int processes, params string[] arguments) => Best(["sh"], script, 1, processes, arguments);

    private static (string Name, Times Times)? Best(string[] programs, string script, int threads, int processes, string[] arguments)
    {
        (string Name, Times Times)? best = null;
        for (int i = 0; i < processes; i++)
        {
            foreach (string program in programs)
            {
                if (Run(program, [Path.Combine(Folder, script), .. arguments], threads) is { Length: > 0 } line)
                {
                    using JsonDocument json = JsonDocument.Parse(line);
                    double least = json.RootElement.GetProperty("min").GetDouble();
                    double median = json.RootElement.TryGetProperty("median", out JsonElement element) ? element.GetDouble() : least;
                    best = best is null || least < best.Value.Times.Least ? (json.RootElement.GetProperty("peer").GetString()!, new Times(least, median)) : best;
                    break;
                }
            }
        }

        return best;
    }

    /// <summary>The folder of the scripts.</summary>
    public static string Folder => Path.Combine(Results.Root, "bench", "peers");

    /// <summary>The last line a program prints; null where it is not installed or fails.</summary>
    public static string? Run(string program, string[] arguments, int threads) =>
        Execute(program, arguments, threads) is (0, string output) ? output.Split('\n')[^1] : null;

    /// <summary>What a program ends with and all that it prints; null where it is not installed.</summary>
    public static (int Code, string Output)? Execute(string program, string[] arguments, int threads = 1)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OPENBLAS_NUM_THREADS"] = start.Environment["OMP_NUM_THREADS"] = $"{threads}";

        // OpenBLAS takes a processor that is newer than itself for an old one, several times too slow
        start.Environment.TryAdd("OPENBLAS_CORETYPE", Avx512F.IsSupported ? "SKYLAKEX" : Avx2.IsSupported ? "HASWELL" : null);
        try
        {
            using Process process = Process.Start(start)!;
            string last = string.Empty;
            process.ErrorDataReceived += (_, line) => last = string.IsNullOrWhiteSpace(line.Data) ? last : line.Data;
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                Console.Error.WriteLine($"{Path.GetFileName(program)} {Path.GetFileName(arguments.FirstOrDefault())} ended with {process.ExitCode}: {last}");
            }

            return (process.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // the program is not installed
        }
    }
}
