using System.Text.Json.Nodes;
using Unrolled.Deployment;

namespace Unrolled.Cli.Headlines;

/// <summary>The best learned method beside the best other one at one cost.</summary>
/// <param name="Cost">What one problem may cost; null where nothing is counted.</param>
/// <param name="CostUnit">What is counted.</param>
/// <param name="Method">The learned method.</param>
/// <param name="Value">Its value.</param>
/// <param name="Rival">The best other method that costs no more; null where there is none.</param>
/// <param name="RivalValue">Its value.</param>
internal sealed record HeadlineFigure(double? Cost, string CostUnit, string Method, double Value, string? Rival, double? RivalValue)
{
    /// <summary>A figure that was written.</summary>
    public static HeadlineFigure FromJson(JsonObject json) => new(
        Number(json["cost"]), json["costUnit"]?.ToString() ?? string.Empty, json["method"]!.ToString(), ResultNumbers.ToDouble(json["value"]),
        json["rival"]?.ToString(), Number(json["rivalValue"]));

    /// <summary>The figure as it is kept and printed; what does not apply is left out.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (Cost is double cost)
        {
            json["cost"] = ResultNumbers.ToJson(cost);
            json["costUnit"] = CostUnit;
        }

        json["method"] = Method;
        json["value"] = ResultNumbers.ToJson(Value);
        if (Rival is not null)
        {
            json["rival"] = Rival;
            json["rivalValue"] = ResultNumbers.ToJson(RivalValue!.Value);
        }

        return json;
    }

    private static double? Number(JsonNode? node) => node is null ? null : ResultNumbers.ToDouble(node);
}
