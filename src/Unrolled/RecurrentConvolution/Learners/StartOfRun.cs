using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>
/// Whether a rule may be started late, behind a memory, with the result of a start at step 0. It may if it stands still before the start. It also may
/// if its signals are busy before, as long as rows keep their bits: signals that come from above and from the left only have forgotten the time before the
/// start when the pulse arrives.
/// </summary>
/// <remarks>
/// Let the pulse be at cell (i, j) not before step i + j after the start; it depends on pulses alone. Then at steps t > i + j the cell is that of a
/// start at step 0, by induction over t: its own row bit is, because it was kept; outside the grid all is 0; and its neighbors above, to the left and above to
/// the left are, at step t - 1. Pulses that come from above to the left would be too fast.
/// </remarks>
internal static class StartOfRun
{
    private const int MostContexts = 1 << 20;

    /// <summary>What is wrong; null if the rule may be started late.</summary>
    public static string? FaultOf(CellRule rule, int row, int send)
    {
        bool[]? signals = Quiescence.SignalsOf(rule);
        return signals is not null && Enumerable.Range(0, signals.Length).All(b => signals[b] == (b != row)) ? null
            : DirectionFault(rule, row, send) ?? RowFault(rule, row, send);
    }

    private static string? DirectionFault(CellRule rule, int row, int send)
    {
        for (int b = 0; b < rule.Bits.Length; b++)
        {
            foreach (CellInput input in GateExpression.Order(rule.Next[b]).Where(n => n.Kind == GateKind.Input).Select(n => rule.Inputs[n.Index]))
            {
                bool own = input is { RowOffset: 0, ColumnOffset: 0 };
                bool fits = input.Bit == CellInput.Inside
                    || (b == send ? input.Bit == send && input is not { RowOffset: -1, ColumnOffset: -1 }
                    : input.Bit == row || input.Bit == send ? own : !own && input.RowOffset <= 0 && input.ColumnOffset <= 0);
                if (!fits)
                {
                    return $"{rule.Bits[b]}' uses {RuleNames.Of(input, rule.Bits)}, and it does not stand still before its start";
                }
            }
        }

        return null;
    }

    /// <summary>Visits all contexts that may occur before the start and some that may not: every cell by itself holds signals that occur.</summary>
    private static string? RowFault(CellRule rule, int row, int send)
    {
        var next = new GateEvaluator(rule.Next);
        CellInput[] inputs = rule.Inputs.ToArray();
        (int, int)[] cells = [.. inputs.Where(i => i.Bit != CellInput.Inside && i.Bit != row && i.Bit != send).Select(i => (i.RowOffset, i.ColumnOffset)).Distinct()];
        (int, int)[] edges = [.. inputs.Where(i => i.Bit == CellInput.Inside).Select(i => (i.RowOffset, i.ColumnOffset))];
        var occurring = new List<uint> { 0 };
        for (int before = 0; before < occurring.Count;)
        {
            before = occurring.Count;
            if (Math.Pow(before, cells.Length) * Math.Pow(2, edges.Length + 1) > MostContexts)
            {
                return "it does not stand still before its start and has too many signals there to be checked";
            }

            uint[] known = [.. occurring];
            int[] digits = new int[cells.Length];
            do
            {
                for (int rest = 0; rest < 2 << edges.Length; rest++)
                {
                    ulong context = 0;
                    for (int n = 0; n < inputs.Length; n++)
                    {
                        (int bit, int at) = (inputs[n].Bit, Array.IndexOf(cells, (inputs[n].RowOffset, inputs[n].ColumnOffset)));
                        bool value = bit == CellInput.Inside ? ((rest >> (1 + Array.IndexOf(edges, (inputs[n].RowOffset, inputs[n].ColumnOffset)))) & 1) != 0
                            : bit == row ? (rest & 1) != 0 : bit != send && ((known[digits[at]] >> bit) & 1) != 0;
                        context |= value ? 1UL << n : 0;
                    }

                    uint after = next.Evaluate(context);
                    if (((after >> row) & 1) != (uint)(rest & 1) || ((after >> send) & 1) != 0)
                    {
                        return $"it does not keep {rule.Bits[row]} and {rule.Bits[send]} = 0 before its start";
                    }

                    after &= ~(1u << row);
                    if (!occurring.Contains(after))
                    {
                        occurring.Add(after);
                    }
                }
            }
            while (Increment(digits, known.Length));
        }

        return null;
    }

    private static bool Increment(int[] digits, int radix)
    {
        for (int n = 0; n < digits.Length; n++)
        {
            if (++digits[n] < radix)
            {
                return true;
            }

            digits[n] = 0;
        }

        return false;
    }
}
