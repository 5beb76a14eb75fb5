namespace Unrolled.Problems;

/// <summary>Text from outside as it may stand in a message of one line.</summary>
internal static class OneLine
{
    /// <summary>Whether a character ends a line or moves the cursor.</summary>
    public static bool Breaks(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    /// <summary>The text with a replacement character for each that breaks the line.</summary>
    public static string Of(string text) => text.Any(Breaks) ? string.Concat(text.Select(c => Breaks(c) ? '\uFFFD' : c)) : text;
}
