using Unrolled.Cli.Workloads;
using Unrolled.Deployment;

namespace Unrolled.Cli.Verbs;

/// <summary>A <see cref="SolveOutcome"/> as text for the terminal.</summary>
internal static class SolveTable
{
    /// <summary>The answer in words, the methods beside it as a table, the notes.</summary>
    public static string Render(SolveOutcome outcome)
    {
        SolveRow answer = outcome.Rows[0];
        var lines = new List<string>();
        string residual = answer.Residual is double value ? $"; {outcome.Residual} {NumberText.Scientific(value)}" : string.Empty;
        lines.AddRange(Paragraph.Wrap($"{answer.Method}: {answer.Status}{residual}", "  "));
        if (answer.Remedy.Length > 0)
        {
            lines.AddRange(Paragraph.Wrap($"remedy: {answer.Remedy}", "    ", "  "));
        }

        foreach (OutOfRange outside in outcome.Outside)
        {
            lines.AddRange(Paragraph.Wrap($"outside the family: {outside}", "    ", "  "));
        }

        if (outcome.Output is not null)
        {
            lines.AddRange(Paragraph.Wrap($"written: {outcome.Output}", "    ", "  "));
        }

        if (outcome.Details is { } details)
        {
            lines.Add(Table(details));
            lines.Add(string.Empty);
        }

        lines.Add(Table(outcome));
        foreach (string note in outcome.Notes)
        {
            lines.AddRange(Paragraph.Wrap($"- {note}", "  "));
        }

        return string.Join('\n', lines);
    }

    private static string Table(SolveDetails details)
    {
        var table = new TextTable();
        foreach ((string title, _, bool numbers) in details.Columns)
        {
            table.Column(title, numbers);
        }

        foreach (IReadOnlyList<object?> row in details.Rows)
        {
            table.Row(row.Select(SolveDetails.Text));
        }

        return table.Render();
    }

    private static string Table(SolveOutcome outcome)
    {
        string[] counts = [.. outcome.Rows.SelectMany(r => r.Counts).Select(c => c.Name).Distinct()];
        var table = new TextTable();
        table.Column(string.Empty, numbers: true);
        table.Column("method", numbers: false);
        table.Column("converged", numbers: false);
        table.Column("residual", numbers: true);
        foreach (string count in counts)
        {
            table.Column(count, numbers: true);
        }

        table.Column("time", numbers: true);
        foreach (SolveRow row in outcome.Rows)
        {
            table.Row(
            [
                row.Kind == "learned" ? "*" : string.Empty,
                row.Method,
                row.Converged ? "yes" : "no",
                row.Residual is double residual ? NumberText.Scientific(residual) : "-",
                .. counts.Select(name => Count(row, name)),
                NumberText.Duration(row.Seconds),
            ]);
        }

        return table.Render();
    }

    private static string Count(SolveRow row, string name)
    {
        foreach ((string known, double value) in row.Counts)
        {
            if (known == name)
            {
                return NumberText.Short(value);
            }
        }

        return "-";
    }
}
