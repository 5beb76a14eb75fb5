using System.Globalization;

namespace Unrolled.Cli.Comparisons;

/// <summary>A <see cref="Comparison"/> as text for the terminal.</summary>
internal static class ComparisonTable
{
    /// <summary>The table with what is compared above and the notes below; columns without a number are left out.</summary>
    public static string Render(Comparison comparison)
    {
        var lines = new List<string>(Paragraph.Wrap(comparison.Family));
        lines.AddRange(Paragraph.Wrap(string.Create(CultureInfo.InvariantCulture,
            $"{comparison.Metric} of {comparison.Instances} held-out problems, seed {comparison.Seed}; {(comparison.Better == Direction.Smaller ? "smaller" : "larger")} is better, * is learned")));
        lines.Add(Table(comparison));
        foreach (string note in comparison.Notes)
        {
            lines.AddRange(Paragraph.Wrap($"- {note}", "  "));
        }

        return string.Join('\n', lines);
    }

    /// <summary>The columns that hold a number in some row, with their cells.</summary>
    internal static IReadOnlyList<(string Title, Func<ComparisonRow, string> Cell)> Columns(Comparison comparison)
    {
        string Metric(double value) => comparison.Better == Direction.Smaller ? NumberText.Scientific(value) : value.ToString("f2", CultureInfo.InvariantCulture);
        string[] units = [.. comparison.Rows.Where(r => r.Cost is not null).Select(r => r.CostUnit).Distinct()];
        bool oneUnit = units.Length == 1;
        (string Title, Func<ComparisonRow, double?> Value, Func<ComparisonRow, double, string> Text)[] all =
        [
            (oneUnit && units[0].Length > 0 ? units[0] : "cost", r => r.Cost, (r, v) => oneUnit ? NumberText.Short(v) : $"{NumberText.Short(v)} {r.CostUnit}"),
            ("geo.mean", r => r.GeometricMean, (_, v) => Metric(v)),
            ("mean", r => r.Mean, (_, v) => Metric(v)),
            ("median", r => r.Median, (_, v) => Metric(v)),
            ("worst", r => r.Worst, (_, v) => Metric(v)),
            ("seconds", r => r.Seconds, (_, v) => NumberText.Scientific(v)),
            ("conv.", r => r.Converged, (_, v) => NumberText.Short(v)),
        ];
        return
        [
            .. all.Where(c => comparison.Rows.Any(r => c.Value(r) is not null))
                .Select(c => (c.Title, (Func<ComparisonRow, string>)(r => c.Value(r) is double v ? c.Text(r, v) : "-"))),
        ];
    }

    private static string Table(Comparison comparison)
    {
        var table = new TextTable();
        table.Column(string.Empty, numbers: true);
        table.Column("method", numbers: false);
        IReadOnlyList<(string Title, Func<ComparisonRow, string> Cell)> columns = Columns(comparison);
        foreach ((string title, _) in columns)
        {
            table.Column(title, numbers: true);
        }

        foreach (ComparisonRow row in comparison.Rows)
        {
            table.Row([row.Kind == ComparisonRow.Learned ? "*" : string.Empty, row.Method, .. columns.Select(c => c.Cell(row))]);
        }

        return table.Render();
    }
}
