namespace Unrolled.Cli.Experiments;

/// <summary>The experiments that come with the command: a folder <c>experiments</c> here, or above the command itself.</summary>
internal static class ExperimentCatalog
{
    /// <summary>Every experiment with the comment of its first line, by name.</summary>
    public static IReadOnlyList<(string Path, string Summary)> Find(string workingFolder, string commandFolder)
    {
        string? folder = Candidates(workingFolder, commandFolder).FirstOrDefault(Directory.Exists);
        return folder is null
            ? []
            : [.. Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal).Select(file => (Shown(file, workingFolder), Summary(file)))];
    }

    private static IEnumerable<string> Candidates(string workingFolder, string commandFolder)
    {
        yield return Path.Combine(workingFolder, "experiments");
        for (DirectoryInfo? folder = new(commandFolder); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "experiments");
        }
    }

    private static string Shown(string file, string workingFolder)
    {
        string relative = Path.GetRelativePath(workingFolder, file);
        return relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
    }

    private static string Summary(string file)
    {
        string first = File.ReadLines(file).FirstOrDefault() ?? string.Empty;
        return first.StartsWith('#') ? first.TrimStart('#').Trim() : string.Empty;
    }
}
