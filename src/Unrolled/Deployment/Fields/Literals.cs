using System.Globalization;

namespace Unrolled.Deployment.Fields;

/// <summary>Numbers, names and lines as C, C# and Python have them in common.</summary>
internal static class Literals
{
    /// <summary>A finite number that reads back exactly.</summary>
    public static string Number(double value)
    {
        string digits = value.ToString("R", CultureInfo.InvariantCulture);
        return digits.AsSpan().ContainsAny(".E") ? digits : digits + ".0";
    }

    /// <summary>Numbers one after the other, a few a line.</summary>
    public static string Numbers(IEnumerable<double> numbers, string indent) => Lines(numbers.Select(Number).DefaultIfEmpty("0.0"), 6, indent);

    /// <summary>Integers one after the other, many a line.</summary>
    public static string Numbers(IEnumerable<int> numbers, string indent) => Lines(numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)).DefaultIfEmpty("0"), 24, indent);

    /// <summary>Lines moved to the right.</summary>
    public static string Indented(string indent, string lines) =>
        string.Join('\n', lines.ReplaceLineEndings("\n").Split('\n').Select(l => l.Length > 0 ? indent + l : l));

    /// <summary>A name for use in a program; other characters than letters and digits become underscores.</summary>
    public static string Identifier(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string clean = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return char.IsAsciiDigit(clean[0]) ? "_" + clean : clean;
    }

    /// <summary>A name for a type.</summary>
    public static string TypeName(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary>Sentences as the inside of a comment between <c>/*</c> and <c>*/</c>.</summary>
    public static string CComment(IEnumerable<string> lines) => string.Join('\n', lines.Select(l => $" * {l.Replace("*/", "* /", StringComparison.Ordinal)}".TrimEnd()));

    /// <summary>Sentences as the inside of a Python string between three quotation marks.</summary>
    public static string PythonText(IEnumerable<string> lines) =>
        string.Join('\n', lines).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "'", StringComparison.Ordinal);

    private static string Lines(IEnumerable<string> words, int perLine, string indent) =>
        string.Join(",\n" + indent, words.Chunk(perLine).Select(line => string.Join(", ", line)));
}
