using System.Text.Json;
using Unrolled.Problems;

namespace Unrolled.Deployment;

/// <summary>Reads <c>{"name": {"shape": [3, 4], "values": [...]}, ...}</c> and checks that shapes and numbers agree.</summary>
internal sealed class ParametersReader(JsonText text, Range range)
{
    private readonly int _start = range.Start.Value;

    /// <exception cref="InvalidInputException">A block is not of that form, or a number is not finite.</exception>
    public Parameters Read()
    {
        var reader = new Utf8JsonReader(text.Slice(range));
        Expect(ref reader, JsonTokenType.StartObject, "'parameters' must be an object");
        var layout = new List<(string Name, int[] Shape)>();
        var values = new List<double[]>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            int place = _start + (int)reader.TokenStartIndex;
            if (name.Length == 0)
            {
                throw text.Fault(place, "a block of 'parameters' has an empty name");
            }

            (int[] shape, double[] numbers) = Block(ref reader, $"parameters.{name}");
            long length = shape.Aggregate(1L, (product, extent) => Math.Min(product * extent, int.MaxValue + 1L));
            if (length != numbers.Length)
            {
                throw text.Fault(place,
                    $"'parameters.{name}' has {numbers.Length} values; its shape [{string.Join(", ", shape)}] needs {length}");
            }

            layout.Add((name, shape));
            values.Add(numbers);
        }

        var parameters = new Parameters(layout.ToArray());
        for (int i = 0; i < values.Count; i++)
        {
            values[i].CopyTo(parameters[layout[i].Name]);
        }

        return parameters;
    }

    private (int[] Shape, double[] Values) Block(ref Utf8JsonReader reader, string path)
    {
        Expect(ref reader, JsonTokenType.StartObject, $"'{path}' must be an object with 'shape' and 'values'");
        int start = (int)reader.TokenStartIndex;
        int[]? shape = null;
        double[]? values = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = reader.GetString()!;
            switch (key)
            {
                case "shape":
                    shape = [.. Numbers(ref reader, $"{path}.shape", "a list of sizes", Extent)];
                    break;
                case "values":
                    values = [.. Numbers(ref reader, $"{path}.values", "a list of numbers", Value)];
                    break;
                default:
                    throw text.Fault(_start + (int)reader.TokenStartIndex, $"unknown key '{path}.{key}'; known keys are shape, values");
            }
        }

        return shape is null || values is null
            ? throw text.Fault(_start + start, $"'{path}.{(shape is null ? "shape" : "values")}' is missing")
            : (shape, values);
    }

    private delegate T? Converter<T>(ref Utf8JsonReader reader)
        where T : struct;

    private List<T> Numbers<T>(ref Utf8JsonReader reader, string path, string expected, Converter<T> convert)
        where T : struct
    {
        Expect(ref reader, JsonTokenType.StartArray, $"'{path}' must be {expected}");
        var numbers = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            numbers.Add((reader.TokenType == JsonTokenType.Number ? convert(ref reader) : null)
                ?? throw text.Fault(_start + (int)reader.TokenStartIndex, $"'{path}[{numbers.Count}]' is no such number; expected {expected}"));
        }

        return numbers;
    }

    private static int? Extent(ref Utf8JsonReader reader) => reader.TryGetInt32(out int extent) && extent >= 0 ? extent : null;

    private static double? Value(ref Utf8JsonReader reader) => reader.TryGetDouble(out double value) && double.IsFinite(value) ? value : null;

    private void Expect(ref Utf8JsonReader reader, JsonTokenType type, string message)
    {
        reader.Read();
        if (reader.TokenType != type)
        {
            throw text.Fault(_start + (int)reader.TokenStartIndex, message);
        }
    }
}
