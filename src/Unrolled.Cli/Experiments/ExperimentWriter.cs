using System.Text.Encodings.Web;
using System.Text.Json;
using Unrolled.Problems;

namespace Unrolled.Cli.Experiments;

/// <summary>Writes an experiment as JSON, which is YAML too: every value stays the text that it was, so that the fingerprint is the same.</summary>
internal static class ExperimentWriter
{
    public static byte[] ToJson(Settings experiment)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, new Setting { Section = experiment });
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Setting value)
    {
        if (value.Section is not null)
        {
            json.WriteStartObject();
            foreach ((string key, Setting entry) in value.Section.Entries)
            {
                json.WritePropertyName(key);
                Write(json, entry);
            }

            json.WriteEndObject();
        }
        else if (value.Items is not null)
        {
            json.WriteStartArray();
            foreach (Setting item in value.Items)
            {
                Write(json, item);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteStringValue(value.Text ?? string.Empty);
        }
    }
}
