using System.Text.Json.Nodes;
using Unrolled.Deployment;

namespace Unrolled.Cli.Comparisons;

/// <summary>A <see cref="Comparison"/> as JSON: what <c>compare --json</c> prints and what a model's results keep.</summary>
internal static class ComparisonJson
{
    /// <summary>A number that does not apply is left out; one that is infinite is null.</summary>
    public static JsonObject ToJson(Comparison comparison) => new()
    {
        ["model"] = comparison.Model,
        ["family"] = comparison.Family,
        ["metric"] = comparison.Metric,
        ["better"] = comparison.Better == Direction.Smaller ? "smaller" : "larger",
        ["instances"] = comparison.Instances,
        ["seed"] = comparison.Seed,
        ["rows"] = new JsonArray([.. comparison.Rows.Select(ToJson)]),
        ["notes"] = new JsonArray([.. comparison.Notes.Select(n => (JsonNode)n)]),
    };

    /// <summary>The comparison that was written; null where there is none.</summary>
    public static Comparison? FromJson(JsonNode? node)
    {
        if (node is not JsonObject json || json["rows"] is not JsonArray rows)
        {
            return null;
        }

        return new Comparison
        {
            Model = Text(json, "model"),
            Family = Text(json, "family"),
            Metric = Text(json, "metric"),
            Better = Text(json, "better") == "larger" ? Direction.Larger : Direction.Smaller,
            Instances = (int)(Number(json, "instances") ?? 0),
            Seed = ulong.TryParse(json["seed"]?.ToJsonString(), out ulong seed) ? seed : 0,
            Rows = [.. rows.OfType<JsonObject>().Select(Row)],
            Notes = json["notes"] is JsonArray notes ? [.. notes.OfType<JsonValue>().Select(n => n.ToString())] : [],
        };
    }

    private static JsonObject ToJson(ComparisonRow row)
    {
        var json = new JsonObject { ["method"] = row.Method, ["kind"] = row.Kind };
        Add(json, "cost", row.Cost);
        if (row.CostUnit.Length > 0)
        {
            json["costUnit"] = row.CostUnit;
        }

        Add(json, "geometricMean", row.GeometricMean);
        Add(json, "mean", row.Mean);
        Add(json, "median", row.Median);
        Add(json, "worst", row.Worst);
        Add(json, "seconds", row.Seconds);
        if (row.Converged is int converged)
        {
            json["converged"] = converged;
        }

        Add(json, "learnedBetter", row.LearnedBetter);

        return json;
    }

    private static ComparisonRow Row(JsonObject json) => new()
    {
        Method = Text(json, "method"),
        Kind = Text(json, "kind"),
        Cost = Number(json, "cost"),
        CostUnit = Text(json, "costUnit"),
        GeometricMean = Number(json, "geometricMean"),
        Mean = Number(json, "mean"),
        Median = Number(json, "median"),
        Worst = Number(json, "worst"),
        Seconds = Number(json, "seconds"),
        Converged = (int?)Number(json, "converged"),
        LearnedBetter = Number(json, "learnedBetter"),
    };

    private static void Add(JsonObject json, string key, double? value)
    {
        if (value is double number)
        {
            json[key] = ResultNumbers.ToJson(number);
        }
    }

    private static string Text(JsonObject json, string key) => json[key]?.ToString() ?? string.Empty;

    private static double? Number(JsonObject json, string key)
    {
        if (!json.TryGetPropertyValue(key, out JsonNode? node))
        {
            return null;
        }

        double number = ResultNumbers.ToDouble(node);
        return double.IsNaN(number) ? double.PositiveInfinity : number;
    }
}
