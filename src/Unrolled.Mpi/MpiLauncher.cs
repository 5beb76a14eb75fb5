namespace Unrolled.Mpi;

/// <summary>Tells from the environment whether a launcher started this process, and which library belongs to that launcher.</summary>
/// <param name="Variable">The variable that says so.</param>
/// <param name="Libraries">The names under which the library is looked for, in this order.</param>
public sealed record MpiLauncher(string Variable, IReadOnlyList<string> Libraries)
{
    /// <summary>Names the library where none is found or another one is wanted: a file or a name that the system's loader knows.</summary>
    public const string LibraryVariable = "UNROLLED_MPI_LIB";

    private static readonly string[] OpenMpi = ["libmpi.so.40", "libmpi.so", "libmpi.40.dylib", "libmpi.dylib"];
    private static readonly string[] Mpich = ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.12.dylib"];

    /// <summary>Launchers by the variables that they set: mpirun of Open MPI, its daemon PRRTE, PMIx (srun), and Hydra of the MPICH family.</summary>
    private static readonly (string Variable, string[] Libraries)[] Launchers =
    [
        ("OMPI_COMM_WORLD_SIZE", OpenMpi), ("PRTE_LAUNCHED", OpenMpi), ("PMI_RANK", Mpich), ("PMI_SIZE", Mpich), ("PMIX_RANK", OpenMpi),
    ];

    /// <summary>The launcher of this process; null where it was started by itself.</summary>
    /// <param name="environment">Gives the value of a variable; null where it is not set.</param>
    public static MpiLauncher? Find(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        string? variable = null;
        string[] libraries = [];
        foreach ((string name, string[] candidates) in Launchers)
        {
            if (environment(name) is not null)
            {
                (variable, libraries) = (name, candidates);
                break;
            }
        }

        return environment(LibraryVariable) is { Length: > 0 } given ? new(variable ?? LibraryVariable, [given])
            : variable is null ? null
            : new(variable, libraries);
    }
}
