using System.Globalization;
using System.Net;

namespace Unrolled.Cli.Reports;

/// <summary>Text and numbers inside HTML and SVG.</summary>
internal static class HtmlText
{
    /// <summary>Text that means nothing but itself; control characters, which HTML cannot hold, are replaced.</summary>
    public static string Escape(string text)
    {
        char[] clean = text.ToCharArray();
        for (int i = 0; i < clean.Length; i++)
        {
            bool alone = char.IsSurrogate(clean[i]) && !(char.IsHighSurrogate(clean[i])
                ? i + 1 < clean.Length && char.IsLowSurrogate(clean[i + 1])
                : i > 0 && char.IsHighSurrogate(text[i - 1]));
            if (alone || (char.IsControl(clean[i]) && clean[i] is not ('\n' or '\t')))
            {
                clean[i] = '\uFFFD';
            }
        }

        return WebUtility.HtmlEncode(new string(clean));
    }

    /// <summary>The text with a capital at its start, where that is an ordinary word: not a symbol such as x or max(a), nor a name with a capital inside.</summary>
    public static string Sentence(string text)
    {
        int end = text.AsSpan().IndexOf(' ');
        ReadOnlySpan<char> word = text.AsSpan(0, end < 0 ? text.Length : end);
        bool isWord = word.Length > 1 && word.TrimEnd(",:;").IndexOfAnyExceptInRange('a', 'z') < 0;
        return isWord || text.StartsWith("a ", StringComparison.Ordinal) ? char.ToUpperInvariant(text[0]) + text[1..] : text;
    }

    /// <summary>A coordinate with at most two decimals.</summary>
    public static string Coordinate(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);
}
