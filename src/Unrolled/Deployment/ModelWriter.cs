using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Unrolled.Deployment;

/// <summary>Writes a <see cref="Model"/> as indented JSON without its hash; arrays of plain values fill lines of 110 characters.</summary>
internal static class ModelWriter
{
    private const int LineLength = 110;

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public static byte[] Write(Model model)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("format", ModelFile.Format);
            writer.WriteNumber("formatVersion", ModelFile.FormatVersion);
            writer.WriteString("method", model.Method);
            writer.WriteString("description", model.Description);
            writer.WritePropertyName("methodSettings");
            SettingsJson.Write(writer, model.MethodSettings);
            writer.WritePropertyName("family");
            SettingsJson.Write(writer, model.Family);
            WriteRanges(writer, model.ValidRanges);
            WriteTraining(writer, model.Training);
            WriteCertificates(writer, model.Certificates);
            WriteParameters(writer, model.Parameters);
            writer.WritePropertyName("results");
            Write(writer, model.Results, "results");
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>The shortest digits, at most 17, that read back as the same bits; "-0" would be an integer, without a sign, to some.</summary>
    private static string Digits(double value, string name) => double.IsFinite(value)
        ? value == 0 && double.IsNegative(value) ? "-0.0" : value.ToString("R", CultureInfo.InvariantCulture)
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; a model file holds finite numbers"));

    private static void WriteNumber(Utf8JsonWriter writer, string key, double value, string name)
    {
        writer.WritePropertyName(key);
        writer.WriteRawValue(Digits(value, name));
    }

    private static void WriteRanges(Utf8JsonWriter writer, IReadOnlyList<ValidRange> ranges)
    {
        writer.WriteStartObject("validRanges");
        foreach (ValidRange range in ranges)
        {
            writer.WriteStartObject(range.Name);
            WriteNumber(writer, "low", range.Low, $"the lower end of '{range.Name}'");
            WriteNumber(writer, "high", range.High, $"the upper end of '{range.Name}'");
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteTraining(Utf8JsonWriter writer, TrainingRecord training)
    {
        writer.WriteStartObject("training");
        writer.WriteNumber("seed", training.Seed);
        writer.WriteString("trainer", training.Trainer);
        WriteNumber(writer, "seconds", training.Seconds, "the training time");
        WriteNumber(writer, "loss", training.Loss, "the loss");
        writer.WriteNumber("instances", training.Instances);
        writer.WriteString("libraryVersion", training.LibraryVersion);
        writer.WriteString("date", training.Date.ToUniversalTime().ToString(ModelFile.DateFormat, CultureInfo.InvariantCulture));
        writer.WritePropertyName("settings");
        SettingsJson.Write(writer, training.Settings);
        writer.WriteEndObject();
    }

    private static void WriteCertificates(Utf8JsonWriter writer, IReadOnlyList<Certificate> certificates)
    {
        writer.WriteStartArray("certificates");
        foreach (Certificate certificate in certificates)
        {
            writer.WriteStartObject();
            writer.WriteString("claim", certificate.Claim);
            WriteNumber(writer, "value", certificate.Value, $"the value of '{certificate.Claim}'");
            WriteNumber(writer, "bound", certificate.Bound, $"the bound of '{certificate.Claim}'");
            writer.WriteBoolean("holds", certificate.Holds);
            writer.WriteStartArray("assumptions");
            foreach (string assumption in certificate.Assumptions)
            {
                writer.WriteStringValue(assumption);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteParameters(Utf8JsonWriter writer, Parameters parameters)
    {
        writer.WriteStartObject("parameters");
        foreach (ParameterBlock block in parameters.Blocks)
        {
            writer.WriteStartObject(block.Name);
            writer.WritePropertyName("shape");
            writer.WriteRawValue($"[{string.Join(", ", block.Shape.ToArray())}]");
            double[] values = parameters[block.Name].ToArray();
            writer.WritePropertyName("values");
            WriteLines(writer, values.Select((value, i) => Digits(value, $"{block.Name}[{i}]")), depth: 3);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? node, string path)
    {
        switch (node)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject section:
                writer.WriteStartObject();
                foreach ((string key, JsonNode? value) in section)
                {
                    writer.WritePropertyName(key);
                    Write(writer, value, $"{path}.{key}");
                }

                writer.WriteEndObject();
                break;
            case JsonArray array when array.All(item => item is null or JsonValue):
                WriteLines(writer, array.Select((item, i) => Scalar(item, $"{path}[{i}]")), writer.CurrentDepth);
                break;
            case JsonArray array:
                writer.WriteStartArray();
                for (int i = 0; i < array.Count; i++)
                {
                    Write(writer, array[i], $"{path}[{i}]");
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteRawValue(Scalar(node, path));
                break;
        }
    }

    private static string Scalar(JsonNode? node, string path)
    {
        if (node is null)
        {
            return "null";
        }

        if (node is JsonValue value && value.TryGetValue(out double number))
        {
            return Digits(number, path);
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            node.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes an array with as many items per line as fit.</summary>
    private static void WriteLines(Utf8JsonWriter writer, IEnumerable<string> items, int depth)
    {
        string indent = new(' ', 2 * (depth + 1));
        var text = new StringBuilder("[");
        int column = LineLength;
        bool wrapped = false;
        foreach (string item in items)
        {
            if (text.Length > 1)
            {
                text.Append(',');
            }

            if (column + item.Length + 2 > LineLength)
            {
                wrapped = true;
                text.Append('\n').Append(indent);
                column = indent.Length;
            }
            else
            {
                text.Append(' ');
            }

            text.Append(item);
            column += item.Length + 2;
        }

        if (wrapped)
        {
            text.Append('\n').Append(' ', 2 * depth);
        }

        writer.WriteRawValue(text.Append(']').ToString());
    }
}
