using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Unrolled.Deployment;

/// <summary>Numbers in the results of a <see cref="Model"/>: JSON knows neither infinity nor "not a number", so both are null there.</summary>
public static class ResultNumbers
{
    /// <summary>A number; null where it is not finite.</summary>
    public static JsonNode? ToJson(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>An array of numbers; null where one is not finite.</summary>
    public static JsonArray ToJson(ReadOnlySpan<double> values)
    {
        var array = new JsonArray();
        foreach (double value in values)
        {
            array.Add(ToJson(value));
        }

        return array;
    }

    /// <summary>The number that was written; not a number for null and for anything that is no number.</summary>
    public static double ToDouble(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            ? double.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture)
            : double.NaN;

    /// <summary>The numbers that were written; empty for anything that is no array.</summary>
    public static double[] ToDoubles(JsonNode? node) => node is JsonArray array ? [.. array.Select(ToDouble)] : [];
}
