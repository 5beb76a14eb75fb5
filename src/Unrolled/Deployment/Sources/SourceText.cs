using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Unrolled.Deployment.Sources;

/// <summary>What all exported files have in common: how numbers, names, comments and indentation are written.</summary>
internal static class SourceText
{
    private static readonly JsonSerializerOptions JsonFormat = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A finite number that reads back exactly in all languages.</summary>
    public static string Number(double value)
    {
        string digits = value.ToString("R", CultureInfo.InvariantCulture);
        return digits.AsSpan().ContainsAny(".E") ? digits : digits + ".0";
    }

    /// <summary>Numbers separated by commas, four a line; a single 0.0 where there are none.</summary>
    public static string Numbers(IEnumerable<double> numbers, string indent) => Lines(numbers.Select(Number).DefaultIfEmpty("0.0"), 4, indent);

    /// <summary>Integers separated by commas, sixteen a line; a single 0 where there are none.</summary>
    public static string Numbers(IEnumerable<int> numbers, string indent) =>
        Lines(numbers.DefaultIfEmpty(0).Select(n => n.ToString(CultureInfo.InvariantCulture)), 16, indent);

    /// <summary>A table of numbers in C.</summary>
    public static string CTable(string name, IEnumerable<double> numbers) => $$"""
        static const double {{name}}[] = {
            {{Numbers(numbers, "    ")}}
        };

        """;

    /// <summary>A table of integers in C.</summary>
    public static string CTable(string name, IEnumerable<int> numbers) => $$"""
        static const int {{name}}[] = {
            {{Numbers(numbers, "    ")}}
        };

        """;

    /// <summary>A table of numbers in C#.</summary>
    public static string CSharpTable(string name, IEnumerable<double> numbers) => $$"""
        private static readonly double[] {{name}} =
        {
            {{Numbers(numbers, "    ")}},
        };


        """;

    /// <summary>A table of integers in C#.</summary>
    public static string CSharpTable(string name, IEnumerable<int> numbers) => $$"""
        private static readonly int[] {{name}} =
        {
            {{Numbers(numbers, "    ")}},
        };


        """;

    /// <summary>A list of numbers in Python.</summary>
    public static string PythonTable(string name, IEnumerable<double> numbers) => $"{name} = [\n    {Numbers(numbers, "    ")},\n]\n";

    /// <summary>A list of integers in Python.</summary>
    public static string PythonTable(string name, IEnumerable<int> numbers) => $"{name} = [\n    {Numbers(numbers, "    ")},\n]\n";

    /// <summary>The lines inside a comment of C, each after a star.</summary>
    public static string CComment(IEnumerable<string> lines) =>
        string.Join('\n', lines.Select(l => $" * {l.Replace("*/", "* /", StringComparison.Ordinal)}".TrimEnd()));

    /// <summary>Comment lines of C#.</summary>
    public static string CSharpComment(IEnumerable<string> lines) => string.Join('\n', lines.Select(l => $"// {l}".TrimEnd()));

    /// <summary>Lines that may stand between three quotation marks in Python.</summary>
    public static string PythonText(IEnumerable<string> lines) =>
        string.Join('\n', lines).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "'", StringComparison.Ordinal);

    /// <summary>A JSON file.</summary>
    public static string Json(JsonObject json) => json.ToJsonString(JsonFormat) + "\n";

    /// <summary>Names as a JSON array.</summary>
    public static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(n => (JsonNode)n)]);

    /// <summary>Rows of numbers as a JSON array of arrays.</summary>
    public static JsonArray Matrix(IEnumerable<double[]> rows) => new([.. rows.Select(r => ResultNumbers.ToJson(r))]);

    /// <summary>Lines moved to the right.</summary>
    public static string Indented(string indent, string lines) =>
        string.Join('\n', lines.ReplaceLineEndings("\n").Split('\n').Select(l => l.Length > 0 ? indent + l : l));

    /// <summary>A name that all languages take; other characters than letters and digits become underscores.</summary>
    public static string Identifier(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string clean = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return char.IsAsciiDigit(clean[0]) ? "_" + clean : clean;
    }

    /// <summary>The name of a C# type.</summary>
    public static string TypeName(string identifier) => char.ToUpperInvariant(identifier[0]) + identifier[1..];

    private static string Lines(IEnumerable<string> words, int perLine, string indent) =>
        string.Join(",\n" + indent, words.Chunk(perLine).Select(line => string.Join(", ", line)));
}
