using System.Text.Encodings.Web;
using System.Text.Json;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Cli.Experiments;

/// <summary>Writes an experiment as JSON, which is YAML too: every value stays the text that it was, so that the fingerprint is the same.</summary>
internal static class ExperimentWriter
{
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Settings experiment)
    {
        using AtomicFile file = AtomicFile.Create(path);
        using (var json = new Utf8JsonWriter(file.Stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, new Setting { Section = experiment });
        }

        file.Commit();
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
