namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>A function as one truth table over the inputs that it depends on.</summary>
internal static class Tabulation
{
    /// <exception cref="ArgumentException">The function uses too many inputs.</exception>
    public static (TruthTable Table, int[] Inputs) Of(GateExpression function, string name)
    {
        int[] used = [.. GateExpression.Order(function).Where(n => n.Kind == GateKind.Input).Select(n => n.Index).Distinct().Order()];
        if (used.Length > TruthTable.MostInputs)
        {
            throw new ArgumentException($"{name} uses {used.Length} inputs, a table has at most {TruthTable.MostInputs}");
        }

        var evaluator = new GateEvaluator(function);
        var whole = new TruthTable(used.Length, row => evaluator.Evaluate(Spread(row, used)) != 0);
        int[] needed = [.. Enumerable.Range(0, used.Length).Where(whole.DependsOn)];
        return needed.Length == used.Length
            ? (whole, used)
            : (new TruthTable(needed.Length, row => whole[(int)Spread(row, needed)]), [.. needed.Select(k => used[k])]);
    }

    /// <summary>Bit k of the row goes to the bit <c>places[k]</c>.</summary>
    public static ulong Spread(int row, ReadOnlySpan<int> places)
    {
        ulong spread = 0;
        for (int k = 0; k < places.Length; k++)
        {
            spread |= (ulong)((row >> k) & 1) << places[k];
        }

        return spread;
    }
}
