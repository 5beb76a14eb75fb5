using System.Text.Json;

namespace Unrolled.Benchmarks;

/// <summary>A library or program to compare with, and the Debian package that it comes from.</summary>
internal sealed record PeerLibrary(string Name, string Package)
{
    public static readonly PeerLibrary PyTorch = new("PyTorch", "python3-torch");
    public static readonly PeerLibrary NumPy = new("NumPy", "python3-numpy");
    public static readonly PeerLibrary SciPy = new("SciPy", "python3-scipy");
    public static readonly PeerLibrary Sundials = new("SUNDIALS", "libsundials-dev");
    public static readonly PeerLibrary Petsc = new("PETSc", "petsc-dev");
    public static readonly PeerLibrary M4ri = new("M4RI", "libm4ri-dev");
    public static readonly PeerLibrary OpenMpi = new("Open MPI", "openmpi-bin");

    private static readonly Lazy<IReadOnlyDictionary<string, string>> _installed = new(Find);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PeerLibrary> All { get; } = [PyTorch, NumPy, SciPy, Sundials, Petsc, M4ri, OpenMpi];

    /// <summary>The version that is installed; null where none is.</summary>
    public string? Version => _installed.Value.GetValueOrDefault(Name);

    /// <summary>What stands in place of its figures where there are none.</summary>
    public string Missing => Version is null ? $"{Name} is not installed" : $"{Name} failed";

    /// <summary>Its name with the version, or with the package to install.</summary>
    public override string ToString() => Version is string version ? $"{Name} {version}" : $"{Name} is not installed ({Package})";

    /// <summary>Asks the scripts that know, which print names and versions of what is there; the first Python that has a library counts.</summary>
    private static Dictionary<string, string> Find()
    {
        Dictionary<string, string> found = [];
        foreach (string python in Peer.Pythons)
        {
            Add(Peer.Run(python, [Path.Combine(Peer.Folder, "versions.py")], 1));
        }

        Add(Peer.Run("sh", [Path.Combine(Peer.Folder, "versions.sh")], 1));
        return found;

        void Add(string? line)
        {
            foreach ((string name, string version) in string.IsNullOrEmpty(line) ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(line)!)
            {
                found.TryAdd(name, version);
            }
        }
    }
}
