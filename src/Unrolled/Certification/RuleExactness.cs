using Unrolled.Deployment;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Certification;

/// <summary>Certificates that a filter of ReLU computes a cellular rule exactly, by enumeration, from the rule and the weights alone.</summary>
/// <remarks>
/// The inputs are those that the rule or the filter looks at. A value of them is possible if cells outside the grid, where <c>in</c> is 0, have
/// no other bit; the own <c>in</c> is 1. Every possible value is tried in integers: the next bits must be those of the rule and the next
/// <c>in</c> 1. One step that is exact for every value makes every number of steps exact, on grids of every size.
/// </remarks>
public static class RuleExactness
{
    private const int MostInputs = 24;

    /// <summary>The filter equals the rule on every configuration.</summary>
    public static Certificate OnEveryInput(CellRule rule, ReluFilter filter)
    {
        CellInput[] inputs = Inputs(rule, filter);
        return Count("one step of the ReLU filter equals the rule for every possible neighborhood", rule, filter, inputs, _ => true, []);
    }

    /// <summary>
    /// The filter equals the rule on every configuration in which some bits that a cell sees never meet: the smaller filters that are found by hand use such facts.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="facts">What is known about the bits of a run.</param>
    public static Certificate OnRuns(CellRule rule, ReluFilter filter, IReadOnlyList<RunFact> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        CellInput[] inputs = Inputs(rule, filter);
        return Count(
            "one step of the ReLU filter equals the rule for every possible neighborhood that a run can show", rule, filter, inputs,
            values => facts.All(f => f.Holds(inputs, values)), [.. facts.Select(f => $"that in a run {f.Statement}; the next certificate tries it")]);
    }

    /// <summary>
    /// The facts hold, and the filter makes no mistake, in every run of up to so many examples of up to so many bits from every start: rows of any bits, the bit <paramref name="send"/>
    /// in the first cell, <c>2m + d + 1</c> steps.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="facts">What is claimed about the bits of a run.</param>
    /// <param name="row">The bit of the rows.</param>
    /// <param name="send">The bit that starts a run.</param>
    /// <param name="bits">The largest d.</param>
    /// <param name="examples">The largest m.</param>
    public static Certificate InSmallRuns(CellRule rule, ReluFilter filter, IReadOnlyList<RunFact> facts, int row, int send, int bits, int examples)
    {
        ArgumentNullException.ThrowIfNull(facts);
        CellInput[] inputs = Inputs(rule, filter);
        var seen = new HashSet<ulong>();
        for (int d = 1; d <= bits; d++)
        {
            for (int m = 1; m <= examples; m++)
            {
                Collect(rule, inputs, row, send, m, d, seen);
            }
        }

        int faults = seen.Count(values => !facts.All(f => f.Holds(inputs, values)) || !Agrees(rule, filter, inputs, values));
        return new Certificate(
            $"no neighborhood in all runs with up to {examples} examples of up to {bits} bits breaks these facts or the equality",
            faults, 0, faults == 0, [$"that larger grids show no other neighborhoods; these show {seen.Count}"]);
    }

    private static Certificate Count(string claim, CellRule rule, ReluFilter filter, CellInput[] inputs, Func<ulong, bool> counts, IReadOnlyList<string> assumptions)
    {
        if (inputs.Length > MostInputs)
        {
            return new Certificate(claim, double.MaxValue, 0, false, [$"nothing: {inputs.Length} inputs are too many to try all of their values"]);
        }

        long faults = 0;
        for (ulong values = 0; values < 1UL << inputs.Length; values++)
        {
            faults += Possible(inputs, values) && counts(values) && !Agrees(rule, filter, inputs, values) ? 1 : 0;
        }

        return new Certificate(claim, faults, 0, faults == 0, assumptions);
    }

    private static CellInput[] Inputs(CellRule rule, ReluFilter filter)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Bits != rule.Bits.Length)
        {
            throw new ArgumentException($"the filter has {filter.Bits} bits, the rule {rule.Bits.Length}", nameof(filter));
        }

        return [.. rule.Inputs.ToArray().Concat(filter.Units.ToArray().SelectMany(u => u.Terms.Select(t => t.Input))).Distinct()];
    }

    /// <summary>Whether the values are those of a cell of some grid: outside of it there are no bits, and the grid is a rectangle.</summary>
    private static bool Possible(CellInput[] inputs, ulong values)
    {
        for (int n = 0; n < inputs.Length; n++)
        {
            bool own = inputs[n].RowOffset == 0 && inputs[n].ColumnOffset == 0;
            if (inputs[n].Bit != CellInput.Inside || ((values >> n) & 1) != 0)
            {
                continue;
            }

            if (own)
            {
                return false;
            }

            for (int k = 0; k < inputs.Length; k++)
            {
                bool there = inputs[k].RowOffset == inputs[n].RowOffset && inputs[k].ColumnOffset == inputs[n].ColumnOffset;
                if (there && ((values >> k) & 1) != 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool Agrees(CellRule rule, ReluFilter filter, CellInput[] inputs, ulong values)
    {
        ulong seen = 0;
        for (int n = 0; n < rule.Inputs.Length; n++)
        {
            seen |= ((values >> Array.IndexOf(inputs, rule.Inputs[n])) & 1) << n;
        }

        uint next = rule.Evaluate(seen);
        long[] sums = [.. filter.OutputBiases.ToArray().Select(b => (long)b)];
        foreach (ReluUnit unit in filter.Units)
        {
            long sum = unit.Bias + unit.Terms.Sum(t => ((values >> Array.IndexOf(inputs, t.Input)) & 1) != 0 ? (long)t.Weight : 0);
            foreach ((int bit, int weight) in unit.Outputs)
            {
                sums[filter.ChannelOf(bit)] += weight * Math.Max(0, sum);
            }
        }

        return sums[^1] == 1 && Enumerable.Range(0, filter.Bits).All(b => sums[b] == ((next >> b) & 1));
    }

    /// <summary>The neighborhoods of all cells in all steps of all runs of one size.</summary>
    private static void Collect(CellRule rule, CellInput[] inputs, int row, int send, int examples, int bits, HashSet<ulong> seen)
    {
        int rows = examples + 1, columns = bits + 1, cells = rows * columns;
        var engine = new AutomatonEngine(rule, rows, columns);
        var grid = new CellGrid(rows, columns, rule.Bits.Length);
        for (ulong start = 0; start < 1UL << cells; start++)
        {
            for (int n = 0; n < cells; n++)
            {
                grid.Cells[n] = (uint)((start >> n) & 1) << row;
            }

            grid.Cells[0] |= 1u << send;
            engine.Load(grid);
            for (int t = 0; t <= (2 * examples) + bits; t++)
            {
                engine.Store(grid);
                for (int n = 0; n < cells; n++)
                {
                    seen.Add(Neighborhood(grid, inputs, n / columns, n % columns));
                }

                engine.Step();
            }
        }
    }

    private static ulong Neighborhood(CellGrid grid, CellInput[] inputs, int row, int column)
    {
        ulong values = 0;
        for (int n = 0; n < inputs.Length; n++)
        {
            (int i, int j) = (row + inputs[n].RowOffset, column + inputs[n].ColumnOffset);
            bool inside = (uint)i < (uint)grid.Rows && (uint)j < (uint)grid.Columns;
            values |= inside && (inputs[n].Bit == CellInput.Inside || ((grid.Cells[(i * grid.Columns) + j] >> inputs[n].Bit) & 1) != 0) ? 1UL << n : 0;
        }

        return values;
    }
}
