using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Unrolled.Problems;

namespace Unrolled.Cli.Experiments;

/// <summary>Tells two experiments apart: a checkpoint belongs to one.</summary>
internal static class ExperimentFingerprint
{
    /// <summary>The SHA-256 of all keys and values in their order, 64 hexadecimal digits. Take it before defaults are read.</summary>
    public static string Of(Settings experiment)
    {
        var text = new StringBuilder();
        Append(text, new Setting { Section = experiment });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Append(StringBuilder text, Setting value)
    {
        if (value.Section is not null)
        {
            text.Append('{');
            foreach ((string key, Setting entry) in value.Section.Entries)
            {
                Append(text, key);
                Append(text, entry);
            }

            text.Append('}');
        }
        else if (value.Items is not null)
        {
            text.Append('[');
            foreach (Setting item in value.Items)
            {
                Append(text, item);
            }

            text.Append(']');
        }
        else
        {
            Append(text, value.Text ?? string.Empty);
        }
    }

    /// <summary>The length before the text: no text can pretend to be two.</summary>
    private static void Append(StringBuilder text, string word) =>
        text.Append(CultureInfo.InvariantCulture, $"{word.Length}:{word}");
}
