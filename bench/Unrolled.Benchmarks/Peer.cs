using System.Diagnostics;
using System.Text.Json;

namespace Unrolled.Benchmarks;

/// <summary>Runs a peer's script on the same work, where the peer is installed.</summary>
internal static class Peer
{
    /// <summary>The best and the median time of a Python peer over several processes, in milliseconds; null where it cannot run.</summary>
    /// <param name="script">The name of the script in <c>bench/peers</c>.</param>
    /// <param name="threads">The threads that it may use.</param>
    /// <param name="processes">How many processes; the best of all is quoted.</param>
    /// <param name="arguments">The arguments.</param>
    public static (string Name, Times Times)? Python(string script, int threads, int processes, params string[] arguments)
    {
        (string Name, Times Times)? best = null;
        for (int i = 0; i < processes; i++)
        {
            foreach (string python in new[] { "/usr/bin/python3", "python3" })
            {
                if (Run(python, [Path.Combine(Folder, script), .. arguments], threads) is string line)
                {
                    using JsonDocument json = JsonDocument.Parse(line);
                    var times = new Times(json.RootElement.GetProperty("min").GetDouble(), json.RootElement.GetProperty("median").GetDouble());
                    best = best is null || times.Least < best.Value.Times.Least ? (json.RootElement.GetProperty("peer").GetString()!, times) : best;
                    break;
                }
            }
        }

        return best;
    }

    /// <summary>The folder of the scripts.</summary>
    public static string Folder => Path.Combine(Results.Root, "bench", "peers");

    private static string? Run(string program, string[] arguments, int threads)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OPENBLAS_NUM_THREADS"] = start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        try
        {
            using Process process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Split('\n')[^1] : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // the program is not installed
        }
    }
}
