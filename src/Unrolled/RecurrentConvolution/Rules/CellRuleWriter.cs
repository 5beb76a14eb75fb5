using System.Text;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>Writes rules in the format of <see cref="CellRuleReader"/>. Shared and long parts get lines of their own.</summary>
internal static class CellRuleWriter
{
    private const int LongestPart = 120;

    public static string Write(CellRule rule)
    {
        var text = new StringBuilder();
        text.Append(RuleNames.Rule).Append(' ').AppendLine(rule.Name);
        text.Append(RuleNames.Bits).Append(' ').AppendJoin(' ', rule.Bits.ToArray()).AppendLine();
        var taken = new HashSet<string>([.. rule.Bits, .. rule.InputNames]);
        for (int n = 0; n < rule.Inputs.Length; n++)
        {
            string plain = RuleNames.Of(rule.Inputs[n], rule.Bits);
            if (rule.InputNames[n] != plain)
            {
                text.Append(rule.InputNames[n]).Append(" = ").AppendLine(plain);
            }
        }

        var uses = new Dictionary<GateExpression, int>(ReferenceEqualityComparer.Instance);
        IReadOnlyList<GateExpression> order = GateExpression.Order(rule.Next);
        foreach (GateExpression node in order)
        {
            foreach (GateExpression operand in node.Operands)
            {
                uses[operand] = uses.GetValueOrDefault(operand) + 1;
            }
        }

        var written = new Dictionary<GateExpression, (string Text, int Strength)>(ReferenceEqualityComparer.Instance);
        int parts = 0;
        foreach (GateExpression node in order)
        {
            (string Text, int Strength) part = Part(node, rule.InputNames, written);
            if (node.Kind is GateKind.Constant or GateKind.Input)
            {
                written.Add(node, part);
                continue;
            }

            int bit = rule.Next.IndexOf(node);
            if (bit >= 0)
            {
                text.Append(rule.Bits[bit]).Append("' = ").AppendLine(part.Text);
                part = ($"{rule.Bits[bit]}'", 4);
            }
            else if (uses.GetValueOrDefault(node) > 1 || part.Text.Length > LongestPart)
            {
                string name;
                do
                {
                    name = $"t{++parts}";
                }
                while (!taken.Add(name));
                text.Append(name).Append(" = ").AppendLine(part.Text);
                part = (name, 4);
            }

            written.Add(node, part);
        }

        for (int b = 0; b < rule.Bits.Length; b++)
        {
            bool leaf = rule.Next[b].Kind is GateKind.Constant or GateKind.Input;
            if (leaf || rule.Next.IndexOf(rule.Next[b]) != b)
            {
                text.Append(rule.Bits[b]).Append("' = ").AppendLine(written[rule.Next[b]].Text);
            }
        }

        return text.Replace("\r\n", "\n").ToString();
    }

    private static (string Text, int Strength) Part(
        GateExpression node, ReadOnlySpan<string> inputs, Dictionary<GateExpression, (string Text, int Strength)> written)
    {
        return node.Kind switch
        {
            GateKind.Constant => (node.Index == 0 ? "0" : "1", 4),
            GateKind.Input => (inputs[node.Index], 4),
            GateKind.Not => ($"~{Operand(0, 4)}", 4),
            GateKind.And => ($"{Operand(0, 3)} & {Operand(1, 4)}", 3),
            GateKind.Xor => ($"{Operand(0, 2)} ^ {Operand(1, 3)}", 2),
            GateKind.Or => ($"{Operand(0, 1)} | {Operand(1, 2)}", 1),
            GateKind.Lookup when node.Operands.IsEmpty => (node.Table!.ToString(), 4),
            _ => ($"{RuleNames.Table}({string.Join(", ", node.Operands.ToArray().Select(o => written[o].Text))})[{node.Table}]", 4),
        };

        string Operand(int k, int strength) => written[node.Operands[k]] is var (part, own) && own >= strength ? part : $"({part})";
    }
}
