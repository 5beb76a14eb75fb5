using System.Text;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>Draws a rule as text: which bits it sees in which of the nine cells, and how the next bits come from them.</summary>
internal static class CellRuleDrawing
{
    private const int Side = 3;

    public static string Draw(CellRule rule)
    {
        var seen = new string[Side * Side];
        for (int at = 0; at < seen.Length; at++)
        {
            var bits = new List<string>();
            foreach ((int bit, int row, int column) in rule.Inputs)
            {
                if ((Side * (row + 1)) + column + 1 == at)
                {
                    bits.Add(bit == CellInput.Inside ? RuleNames.Inside : rule.Bits[bit]);
                }
            }

            seen[at] = string.Join(' ', bits);
        }

        int width = Math.Max(1, seen.Max(s => s.Length));
        string line = string.Concat(Enumerable.Repeat($"+{new string('-', width + 2)}", Side)) + "+";
        var text = new StringBuilder();
        text.Append(rule.Name).Append(": ").Append(Count(rule.Bits.Length, "bit")).Append(", ").Append(Count(rule.Inputs.Length, "input")).Append(", ")
            .Append(Count(rule.Gates, "gate")).Append("\n\n").Append(line).Append('\n');
        for (int row = 0; row < Side; row++)
        {
            for (int column = 0; column < Side; column++)
            {
                text.Append("| ").Append(seen[(Side * row) + column].PadRight(width)).Append(' ');
            }

            text.Append("|\n").Append(line).Append('\n');
        }

        string functions = rule.ToString();
        return text.Append('\n').Append(functions.AsSpan(functions.IndexOf('\n', StringComparison.Ordinal) + 1)).ToString();
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? string.Empty : "s")}";
}
