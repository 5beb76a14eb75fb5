using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;

namespace Unrolled.Cli.Headlines;

/// <summary>What came out of a headline: the best learned method beside the best other one, at each cost.</summary>
/// <param name="Name">The name of the headline.</param>
/// <param name="Better">Which values are better.</param>
/// <param name="Figures">One for each cost.</param>
/// <param name="Instances">How many held-out problems.</param>
/// <param name="Seconds">How long learning and comparing took.</param>
internal sealed record HeadlineResult(string Name, Direction Better, IReadOnlyList<HeadlineFigure> Figures, int Instances, double Seconds)
{
    /// <summary>Takes the figures of a headline from its comparison.</summary>
    public static HeadlineResult Of(Headline headline, Comparison comparison, double seconds)
    {
        (ComparisonRow Row, double Value)[] rows =
            [.. comparison.Rows.Select(r => (Row: r, Value: headline.Statistic.Of(r))).Where(r => r.Value is not null).Select(r => (r.Row, r.Value!.Value))];
        if (headline.Pairs.Count > 0)
        {
            return new HeadlineResult(headline.Name, comparison.Better, [.. headline.Pairs.Select(pair => Of(pair, rows))], comparison.Instances, Math.Round(seconds, 1));
        }

        double?[] costs = headline.Costs.Count > 0
            ? [.. headline.Costs.Select(c => (double?)c)]
            : [.. rows.Where(r => r.Row.Kind == ComparisonRow.Learned).Select(r => r.Row.Cost).Distinct()];
        return new HeadlineResult(
            headline.Name, comparison.Better, [.. costs.Select(cost => At(cost, rows, comparison.Better))], comparison.Instances, Math.Round(seconds, 1));
    }

    /// <summary>A result that was written.</summary>
    public static HeadlineResult FromJson(JsonObject json) => new(
        json["name"]!.ToString(),
        json["better"]?.ToString() == "larger" ? Direction.Larger : Direction.Smaller,
        [.. json["figures"]!.AsArray().Select(f => HeadlineFigure.FromJson(f!.AsObject()))],
        json["instances"]!.GetValue<int>(),
        json["seconds"]!.GetValue<double>());

    /// <summary>The result as it is kept and printed.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["name"] = Name };
        if (Better == Direction.Larger)
        {
            json["better"] = "larger";
        }

        json["figures"] = new JsonArray([.. Figures.Select(f => f.ToJson())]);
        json["instances"] = Instances;
        json["seconds"] = ResultNumbers.ToJson(Seconds);
        return json;
    }

    private static HeadlineFigure Of((string Method, string Rival) pair, (ComparisonRow Row, double Value)[] rows)
    {
        (ComparisonRow method, double value) = Named(pair.Method, rows);
        (ComparisonRow rival, double rivalValue) = Named(pair.Rival, rows);
        return new HeadlineFigure(method.Cost, method.CostUnit, method.Method, value, rival.Cost is double cost ? $"{rival.Method}, {NumberText.Short(cost)} {rival.CostUnit}" : rival.Method, rivalValue);
    }

    private static (ComparisonRow Row, double Value) Named(string name, (ComparisonRow Row, double Value)[] rows) =>
        rows.Cast<(ComparisonRow Row, double Value)?>().FirstOrDefault(r => r!.Value.Row.Method == name) ?? throw new InvalidOperationException($"a comparison has no row '{name}'");

    private static HeadlineFigure At(double? cost, (ComparisonRow Row, double Value)[] rows, Direction better)
    {
        (ComparisonRow learned, double value) = Best(rows.Where(r => r.Row.Kind == ComparisonRow.Learned && (cost is null || r.Row.Cost <= cost)), better)
            ?? throw new InvalidOperationException("a comparison has no learned method at a cost that is shown");
        // what has no cost of its own (a direct solver) stands outside this competition, but in the comparison itself
        var rival = Best(rows.Where(r => r.Row.Kind == ComparisonRow.Classical && (cost is null ? r.Row.Cost is null : r.Row.Cost <= cost)), better);
        return new HeadlineFigure(cost, learned.CostUnit, learned.Method, value, rival?.Row.Method, rival?.Value);
    }

    private static (ComparisonRow Row, double Value)? Best(IEnumerable<(ComparisonRow Row, double Value)> rows, Direction better) =>
        rows.Cast<(ComparisonRow Row, double Value)?>().MinBy(r => better == Direction.Smaller ? r!.Value.Value : -r!.Value.Value);
}
