namespace Unrolled.Benchmarks;

/// <summary>What the summary takes from a page.</summary>
/// <param name="When">The date and the time that it took; null on a page without.</param>
/// <param name="LoadOfMachine">What it says of the load; null on a page without.</param>
/// <param name="Failed">What ended the scenario early; null where nothing did.</param>
/// <param name="Rows">What was asked and measured.</param>
internal sealed record ResultPage(string? When, string? LoadOfMachine, string? Failed, IReadOnlyList<JudgedRow> Rows)
{
    /// <summary>What the line of the date begins with.</summary>
    public const string Date = "- Date: ";

    /// <summary>What the line of the load begins with.</summary>
    public const string Load = "- Load: ";

    /// <summary>What the line of a failure begins with.</summary>
    public const string Failure = "**Ended early.** ";

    /// <summary>The path of the page of a scenario.</summary>
    public static string PathOf(string folder, string scenario) => Path.Combine(folder, $"{scenario}.md");

    /// <summary>The page of a scenario; null where it has none.</summary>
    public static ResultPage? Read(string folder, string scenario)
    {
        string path = PathOf(folder, scenario);
        if (!File.Exists(path))
        {
            return null;
        }

        string[] lines = File.ReadAllLines(path);
        return new ResultPage(After(Date), After(Load), After(Failure), [.. lines.Select(JudgedRow.Parse).OfType<JudgedRow>()]);

        string? After(string start) => lines.FirstOrDefault(l => l.StartsWith(start, StringComparison.Ordinal))?[start.Length..];
    }
}
