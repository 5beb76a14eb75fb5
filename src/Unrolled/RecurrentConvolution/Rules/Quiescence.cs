namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// Whether the state stands still where nothing happens: some bits are signals, and a cell whose neighborhood has no signal keeps all its
/// other bits and gets no signal. Engines then leave out cells far from signals, and the bits stay the same.
/// </summary>
internal static class Quiescence
{
    /// <summary>Which bits are signals; null if the rule does not stand still without them.</summary>
    public static bool[]? SignalsOf(CellRule rule)
    {
        bool[] signals = new bool[rule.Bits.Length];
        for (int b = 0; b < signals.Length; b++)
        {
            signals[b] = !SupportOf(rule.Next[b]).Contains(Own(rule, b));
        }

        return Enumerable.Range(0, signals.Length).All(b => StandsStill(rule, b, signals)) ? signals : null;
    }

    private static bool StandsStill(CellRule rule, int bit, bool[] signals)
    {
        GateExpression rest = WithoutSignals(rule, rule.Next[bit], signals);
        if (SupportOf(rest).Length > TruthTable.MostInputs)
        {
            return false;
        }

        (TruthTable table, int[] inputs) = Tabulation.Of(rest, rule.Bits[bit]);
        return signals[bit] ? table.Ones == 0 : inputs is [int one] && one == Own(rule, bit) && table[1];
    }

    private static GateExpression WithoutSignals(CellRule rule, GateExpression function, bool[] signals)
    {
        var without = new Dictionary<GateExpression, GateExpression>(ReferenceEqualityComparer.Instance);
        foreach (GateExpression node in GateExpression.Order(function))
        {
            GateExpression[] operands = [.. node.Operands.ToArray().Select(o => without[o])];
            without[node] = node.Kind switch
            {
                GateKind.Input when rule.Inputs[node.Index].Bit is var bit && bit >= 0 && signals[bit] => GateExpression.Constant(false),
                GateKind.Not => ~operands[0],
                GateKind.And => operands[0] & operands[1],
                GateKind.Or => operands[0] | operands[1],
                GateKind.Xor => operands[0] ^ operands[1],
                GateKind.Lookup => GateExpression.Lookup(node.Table!, operands),
                _ => node,
            };
        }

        return without[function];
    }

    private static int Own(CellRule rule, int bit) => rule.Inputs.IndexOf(new CellInput(bit));

    private static int[] SupportOf(GateExpression function) =>
        [.. GateExpression.Order(function).Where(n => n.Kind == GateKind.Input).Select(n => n.Index).Distinct()];
}
