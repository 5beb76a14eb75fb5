using System.Text;

namespace Unrolled.Benchmarks;

/// <summary>The page that says what was asked of every scenario and what its page holds of it; nothing on it has another source.</summary>
internal static class Summary
{
    /// <summary>What stands for the date of a scenario without a page.</summary>
    public const string NeverRun = "never run";

    /// <summary>The path of the summary.</summary>
    public static string PathOf(string folder) => Path.Combine(folder, "README.md");

    /// <summary>Writes it from the pages of a folder.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(PathOf(folder), Of(Scenarios.All, folder));
    }

    /// <summary>The text of the summary.</summary>
    public static string Of(IReadOnlyList<Scenario> scenarios, string folder)
    {
        List<(Scenario Scenario, ResultPage? Page)> pages = [.. scenarios.Select(s => (s, ResultPage.Read(folder, s.Name)))];
        (string Page, JudgedRow Row)[] rows = [.. pages.SelectMany(p => p.Scenario.Asked.Select(a => (Link(p.Scenario, p.Page), Row(a, p.Page))))];
        int Count(string verdict) => rows.Count(r => r.Row.Verdict == verdict);
        var text = new StringBuilder(
            $"""
            # What was asked, and what was reached

            `dotnet run -c Release --project bench/Unrolled.Benchmarks all` measures everything and writes this page; `summary` writes it again from the other pages.
            [How to run and to read](../README.md).

            {Count(Asked.Reached)} of {rows.Length} {Asked.Reached}, {Count(Asked.NotReached)} {Asked.NotReached}, {Count(Asked.NotMeasured)} {Asked.NotMeasured}.

            | asked | bound | measured | | page |
            | --- | --- | --- | --- | --- |

            """);
        foreach ((string page, JudgedRow row) in rows)
        {
            text.Append($"{row} {page} |\n");
        }

        text.Append("\n## Pages\n\n| page | what | date | load |\n| --- | --- | --- | --- |\n");
        foreach ((Scenario scenario, ResultPage? page) in pages)
        {
            string failed = page?.Failed is null ? string.Empty : " (ended early)";
            text.Append($"| {Link(scenario, page)} | {scenario.Description} | {(page is null ? NeverRun : page.When ?? "-")}{failed} | {page?.LoadOfMachine ?? "-"} |\n");
        }

        return text.ToString();
    }

    private static string Link(Scenario scenario, ResultPage? page) => page is null ? scenario.Name : $"[{scenario.Name}]({scenario.Name}.md)";

    /// <summary>The row of a page, where it has one about the same bound.</summary>
    private static JudgedRow Row(Asked asked, ResultPage? page) =>
        page?.Rows.FirstOrDefault(r => r.What == asked.What && r.Bound == asked.BoundText) ?? new JudgedRow(asked.What, asked.BoundText, "-", Asked.NotMeasured);
}
