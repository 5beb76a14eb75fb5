using Unrolled.Problems;

namespace Unrolled.Tests.Problems.Families;

/// <summary>Sections of experiments in one line.</summary>
internal static class SettingsText
{
    /// <summary><c>key: value|key: {a: 1; b: 2}|key: [1 2;3 4]</c>, one line each: scalars, sections, and lists of lists.</summary>
    public static Settings Parse(string text)
    {
        var settings = new Settings("test", "family");
        int line = 0;
        foreach (string part in text.Split('|'))
        {
            line++;
            string[] pair = part.Split(": ", 2);
            settings.Set(pair[0], Value(pair[0], pair[1], line) with { Line = line, Column = 1 });
        }

        return settings;
    }

    private static Setting Value(string key, string text, int line)
    {
        if (text.StartsWith('['))
        {
            return new Setting { Items = [.. text.Trim('[', ']').Split(';').Select(row => new Setting { Items = [.. row.Split(' ').Select(v => new Setting { Text = v })] })] };
        }

        if (!text.StartsWith('{'))
        {
            return new Setting { Text = text };
        }

        var section = new Settings("test", $"family.{key}", line, 1);
        foreach (string entry in text.Trim('{', '}').Split(';', StringSplitOptions.TrimEntries))
        {
            string[] inner = entry.Split(": ", 2);
            section.Set(inner[0], new Setting { Text = inner[1], Line = line, Column = 1 });
        }

        return new Setting { Section = section };
    }
}
