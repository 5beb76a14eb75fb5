namespace Unrolled.Cli.Experiments;

/// <summary>The experiments that come with the command: a folder <c>experiments</c> here or above the command, or else those built into it, by name.</summary>
internal static class ExperimentCatalog
{
    private const string Prefix = "experiments/";
    private const string Extension = ".yaml";

    /// <summary>The names of the built-in experiments: <c>van-der-pol</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(ExperimentCatalog).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..^Extension.Length]).Order(StringComparer.Ordinal)];

    /// <summary>The text of a built-in experiment.</summary>
    public static string Text(string name)
    {
        using var reader = new StreamReader(typeof(ExperimentCatalog).Assembly.GetManifestResourceStream(Prefix + name + Extension)!);
        return reader.ReadToEnd();
    }

    /// <summary>Every experiment with the comment of its first line: what to give to <c>learn</c>, in the order of the names.</summary>
    public static IReadOnlyList<(string Path, string Summary)> Find(string workingFolder, string commandFolder)
    {
        string? folder = Candidates(workingFolder, commandFolder).FirstOrDefault(Directory.Exists);
        return folder is null
            ? [.. Names.Select(name => (name, Summary(Text(name))))]
            : [.. Directory.GetFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).Select(file => (Shown(file, workingFolder), Summary(File.ReadAllText(file))))];
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

    private static string Summary(string text)
    {
        string first = text.Split('\n', 2)[0];
        return first.StartsWith('#') ? first.TrimStart('#').Trim() : string.Empty;
    }
}
