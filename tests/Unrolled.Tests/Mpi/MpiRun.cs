using System.Diagnostics;
using Unrolled.Cli;

namespace Unrolled.Tests.Mpi;

/// <summary>The command as an MPI job of this machine.</summary>
internal static class MpiRun
{
    /// <summary>The launcher of Open MPI; null where it is not installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "mpirun")).FirstOrDefault(File.Exists);

    public static Process Start(int ranks, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program!,
        [
            "-n", $"{ranks}", "--bind-to", "none", "--oversubscribe", "--allow-run-as-root", "-x", "TERM=dumb",
            "dotnet", typeof(UnrolledCommand).Assembly.Location, .. arguments,
        ])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        };
        return Process.Start(start)!;
    }

    /// <summary>The process ids of a job by rank.</summary>
    public static Dictionary<int, int> Ranks(string mark)
    {
        var found = new Dictionary<int, int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(mark, StringComparison.Ordinal)
                    && File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').FirstOrDefault(v => v.StartsWith("OMPI_COMM_WORLD_RANK=", StringComparison.Ordinal)) is string variable)
                {
                    found[int.Parse(variable.Split('=')[1])] = int.Parse(Path.GetFileName(folder));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // the process has ended meanwhile
            }
        }

        return found;
    }
}
