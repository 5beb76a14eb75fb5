using Unrolled.Problems;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>The words of the rule format.</summary>
internal static class RuleNames
{
    /// <summary>The constant bit that is 1 inside the grid.</summary>
    public const string Inside = "in";

    /// <summary>Begins the first line.</summary>
    public const string Rule = "rule";

    /// <summary>Begins the second line.</summary>
    public const string Bits = "bits";

    /// <summary>Begins a truth table.</summary>
    public const string Table = "table";

    /// <summary>The longest name.</summary>
    public const int Longest = 64;

    /// <summary>A letter or underscore, then letters, digits and underscores, all ASCII, and no word of the format.</summary>
    public static bool IsFree(string? name) =>
        name is { Length: > 0 and <= Longest } and not (Inside or Rule or Bits or Table)
        && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>What may stand on the rest of the first line.</summary>
    public static bool IsTitle(string name) =>
        name.Length is >= 1 and <= Longest && !name.Any(c => OneLine.Breaks(c) || c is '#' or '\uFFFD' || char.IsSurrogate(c)) && name.Trim() == name;

    /// <summary>An input as it stands without a name of its own: <c>s</c>, <c>p(up)</c>, <c>in(right)</c>.</summary>
    public static string Of(CellInput input, ReadOnlySpan<string> bits)
    {
        string bit = input.Bit == CellInput.Inside ? Inside : bits[input.Bit];
        return input.Direction.Length == 0 ? bit : $"{bit}({input.Direction})";
    }
}
