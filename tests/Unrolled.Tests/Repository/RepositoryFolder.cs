using Unrolled.Cli.Experiments;
using Unrolled.Problems;

namespace Unrolled.Tests.Repository;

/// <summary>Where the repository is, and the data that may stand beside it.</summary>
internal static class RepositoryFolder
{
    /// <summary>The folder of the solution, found upwards from the tests.</summary>
    public static string Root { get; } = Find();

    /// <summary>The path of a file or folder in <c>../shared</c>, which a clone need not have.</summary>
    public static string Shared(string name) => Path.GetFullPath(Path.Combine(Root, "..", "shared", name));

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Unrolled.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"no Unrolled.slnx above {AppContext.BaseDirectory}");
    }

    /// <summary>One of the experiments, by its name.</summary>
    public static Settings Experiment(string name) => ExperimentReader.Read(Path.Combine(Root, "experiments", name + ".yaml"));
}
