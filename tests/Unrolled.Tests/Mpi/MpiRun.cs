using System.Diagnostics;
using Unrolled.Cli;

namespace Unrolled.Tests.Mpi;

/// <summary>The command as an MPI job of this machine, started by Open MPI or by MPICH.</summary>
internal sealed class MpiRun
{
    private static readonly MpiRun[] Known =
    [
        new("Open MPI", ["mpirun.openmpi", "mpirun"], "Open", ["--bind-to", "none", "--oversubscribe", "--allow-run-as-root", "-x", "TERM=dumb"], "OMPI_COMM_WORLD_RANK"),
        new("MPICH", ["mpirun.mpich", "mpiexec.hydra", "mpirun"], "HYDRA", ["-env", "TERM", "dumb"], "PMI_RANK"),
    ];

    private readonly string? _program;
    private readonly string[] _options;
    private readonly string _rankVariable;

    private MpiRun(string name, string[] programs, string version, string[] options, string rankVariable)
    {
        (Name, _options, _rankVariable) = (name, options, rankVariable);
        _program = programs.SelectMany(OnPath).FirstOrDefault(path => Version(path).Contains(version, StringComparison.Ordinal));
    }

    public string Name { get; }

    public static IReadOnlyList<MpiRun> Installed { get; } = [.. Known.Where(run => run._program is not null)];

    public static MpiRun Named(string name) => Installed.First(run => run.Name == name);

    public Process Start(int ranks, params string[] arguments) => Start(_program!, ["-n", $"{ranks}", .. _options, "dotnet", typeof(UnrolledCommand).Assembly.Location, .. arguments]);

    /// <summary>The process ids of a job by rank.</summary>
    public Dictionary<int, int> Ranks(string mark)
    {
        var found = new Dictionary<int, int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(mark, StringComparison.Ordinal)
                    && File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').FirstOrDefault(v => v.StartsWith($"{_rankVariable}=", StringComparison.Ordinal)) is string variable)
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

    private static IEnumerable<string> OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).Where(File.Exists);

    private static string Version(string program)
    {
        using Process process = Start(program, ["--version"]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        return process.StandardOutput.ReadToEnd() + error.Result;
    }

    private static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
    })!;
}
