using System.Globalization;
using Unrolled.Cli.Comparisons;

namespace Unrolled.Cli.Headlines;

/// <summary>Headlines and their results as the rows of the README and as lines for the terminal.</summary>
internal static class HeadlineText
{
    /// <summary>The table of the README: Markdown, one row for each headline that has a result.</summary>
    public static string Markdown(IReadOnlyList<Headline> headlines, IReadOnlyList<HeadlineResult> results)
    {
        var lines = new List<string>
        {
            "| experiment | learned | best other method at no more cost | | `unrolled` |",
            "|---|---|---|---|---|",
        };
        foreach (Headline headline in headlines)
        {
            if (results.FirstOrDefault(r => r.Name == headline.Name) is not { } result)
            {
                continue;
            }

            string costs = result.Figures.Any(f => f.Cost is not null) && result.Figures.Count > 1
                ? $"; {Joined(result, f => NumberText.Short(f.Cost!.Value))} {result.Figures[0].CostUnit}"
                : string.Empty;
            lines.Add($"| {headline.Title} ({headline.Statistic.Name} of {result.Instances}){costs} | {Joined(result, f => Value(f.Value, result.Better))} | "
                + $"{Joined(result, f => Rival(f, result.Better))} | {Joined(result, f => Margin(f, result.Better))} | `{headline.Command}` |");
        }

        return string.Join('\n', lines);
    }

    /// <summary>A result in lines of at most 80 columns; beside it the published one, where the same training led to both.</summary>
    public static IEnumerable<string> Lines(Headline headline, HeadlineResult result, HeadlineResult? published)
    {
        yield return $"{headline.Name}: {headline.Title}";
        yield return $"  {headline.Statistic.Name} of {result.Instances} held-out problems, {NumberText.Duration(result.Seconds)}";
        foreach (HeadlineFigure figure in result.Figures)
        {
            string cost = figure.Cost is double c ? $"{NumberText.Short(c)} {figure.CostUnit}: " : string.Empty;
            yield return $"  {cost}{Value(figure.Value, result.Better)} {figure.Method}";
            string margin = Margin(figure, result.Better);
            yield return $"    {Rival(figure, result.Better)}{(margin.Length > 0 ? $" ({margin})" : string.Empty)}";
        }

        if (published is not null)
        {
            yield return Agrees(result, published)
                ? "  as published"
                : $"  NOT as published: {Joined(published, f => Value(f.Value, published.Better))}";
        }
    }

    /// <summary>Whether two results show the same learned figures, up to a digit that other processors may round otherwise.</summary>
    public static bool Agrees(HeadlineResult result, HeadlineResult published) =>
        result.Figures.Count == published.Figures.Count
        && result.Figures.Zip(published.Figures).All(p => Math.Abs(p.First.Value - p.Second.Value) <= 0.01 * Math.Abs(p.Second.Value));

    private static string Joined(HeadlineResult result, Func<HeadlineFigure, string> cell)
    {
        string[] cells = [.. result.Figures.Select(cell)];
        return cells.Distinct().Count() == 1 ? cells[0] : string.Join(" / ", cells);
    }

    private static string Value(double value, Direction better) =>
        better == Direction.Larger ? value.ToString("0.00", CultureInfo.InvariantCulture) : value.ToString("0.0e-0", CultureInfo.InvariantCulture);

    private static string Rival(HeadlineFigure figure, Direction better) =>
        figure.RivalValue is double value ? $"{figure.Rival} {Value(value, better)}" : "none";

    private static string Margin(HeadlineFigure figure, Direction better)
    {
        if (figure.RivalValue is not double rival)
        {
            return string.Empty;
        }

        if (better == Direction.Larger)
        {
            double gain = figure.Value - rival;
            return gain == 0 ? "equal" : gain.ToString("+0.00;-0.00", CultureInfo.InvariantCulture);
        }

        double ratio = rival / figure.Value;
        return ratio >= 1 ? $"{Factor(ratio)} below" : $"{Factor(1 / ratio)} above";
    }

    private static string Factor(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{(ratio < 10 ? ratio.ToString("0.0", CultureInfo.InvariantCulture) : ratio < 1e4 ? ratio.ToString("0", CultureInfo.InvariantCulture) : ratio.ToString("0e0", CultureInfo.InvariantCulture))}x");
}
