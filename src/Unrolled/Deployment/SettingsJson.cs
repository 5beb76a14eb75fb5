using System.Text.Json;
using Unrolled.Problems;

namespace Unrolled.Deployment;

/// <summary>A <see cref="Settings"/> tree as JSON and back: sections are objects, lists arrays, and a text that is a JSON number or truth value is written as one.</summary>
internal static class SettingsJson
{
    public static void Write(Utf8JsonWriter writer, Settings settings)
    {
        writer.WriteStartObject();
        foreach ((string key, Setting value) in settings.Entries)
        {
            writer.WritePropertyName(key);
            Write(writer, value);
        }

        writer.WriteEndObject();
    }

    /// <summary>Reads the object that stands at a place of a text; every value knows its line and column.</summary>
    /// <param name="text">The text.</param>
    /// <param name="range">Where the object stands.</param>
    /// <param name="path">The place of the section in its tree.</param>
    /// <exception cref="InvalidInputException">There is no object, or a value is null.</exception>
    public static Settings Read(JsonText text, Range range, string path)
    {
        int start = range.Start.Value;
        var reader = new Utf8JsonReader(text.Slice(range));
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw text.Fault(start, $"'{path}' must be an object");
        }

        return ReadSection(text, start, ref reader, path);
    }

    /// <summary>Whether a text is a number in JSON's grammar, so that it survives unquoted, digit for digit.</summary>
    public static bool IsNumber(string text)
    {
        if (text.Length == 0 || text.Length > 64 || !(char.IsAsciiDigit(text[0]) || text[0] == '-'))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[64];
        if (!System.Text.Encoding.ASCII.TryGetBytes(text, bytes, out int length) || !char.IsAsciiDigit(text[^1]))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(bytes[..length]);
            return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.BytesConsumed == length && reader.ValueSpan.Length == length;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Write(Utf8JsonWriter writer, Setting value)
    {
        if (value.Section is not null)
        {
            Write(writer, value.Section);
        }
        else if (value.Items is not null)
        {
            writer.WriteStartArray();
            foreach (Setting item in value.Items)
            {
                Write(writer, item);
            }

            writer.WriteEndArray();
        }
        else if (value.Text is "true" or "false" || IsNumber(value.Text ?? string.Empty))
        {
            writer.WriteRawValue(value.Text!);
        }
        else
        {
            writer.WriteStringValue(value.Text ?? string.Empty);
        }
    }

    private static Settings ReadSection(JsonText text, int start, ref Utf8JsonReader reader, string path)
    {
        (int line, int column) = text.Place(start + (int)reader.TokenStartIndex);
        var section = new Settings(text.Source, path, line, column);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = reader.GetString()!;
            reader.Read();
            section.Set(key, ReadValue(text, start, ref reader, $"{path}.{key}"));
        }

        return section;
    }

    private static Setting ReadValue(JsonText text, int start, ref Utf8JsonReader reader, string path)
    {
        int offset = start + (int)reader.TokenStartIndex;
        (int line, int column) = text.Place(offset);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return new Setting { Section = ReadSection(text, start, ref reader, path), Line = line, Column = column };
            case JsonTokenType.StartArray:
                var items = new List<Setting>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadValue(text, start, ref reader, $"{path}[{items.Count}]"));
                }

                return new Setting { Items = items, Line = line, Column = column };
            case JsonTokenType.String:
                return new Setting { Text = reader.GetString(), Line = line, Column = column };
            case JsonTokenType.Null:
                throw text.Fault(offset, $"'{path}' is null; expected a text, a number, a list or a section");
            default:
                return new Setting { Text = System.Text.Encoding.UTF8.GetString(reader.ValueSpan), Line = line, Column = column };
        }
    }
}
