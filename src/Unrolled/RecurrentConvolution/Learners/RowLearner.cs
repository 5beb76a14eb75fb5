using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>
/// A rule and its filter that learn from rows of labeled bits and can stand behind a memory: one bit holds the rows, and the run starts when
/// another one is set in the first cell. The last row is the query; at the end its label is the prediction.
/// </summary>
/// <remarks>
/// <para>What is needed: before the start the row bit keeps its value, and the others stay 0 or flow from above and from the left only; the label of the query
/// is right after <see cref="Steps"/> steps. The first is checked.</para>
/// <para>Immutable.</para>
/// </remarks>
public sealed class RowLearner
{
    private const string RowName = "s", SendName = "e";
    private const int None = -1;

    private readonly int _stepsPerExample, _stepsPerBit, _moreSteps;

    private RowLearner(CellRule rule, ReluFilter filter, int stepsPerExample, int stepsPerBit, int moreSteps)
    {
        (Rule, Filter, RowBit, SendBit) = (rule, filter, rule.Bit(RowName), rule.Bit(SendName));
        (_stepsPerExample, _stepsPerBit, _moreSteps) = (stepsPerExample, stepsPerBit, moreSteps);
        if (StartOfRun.FaultOf(rule, RowBit, SendBit) is string fault)
        {
            throw new ArgumentException($"the rule '{rule.Name}' cannot be started behind a memory: {fault}", nameof(rule));
        }
    }

    /// <summary>Elimination over GF(2), with the filter of 13 units and 46 weights; 2m + d + T - 1 steps.</summary>
    public static RowLearner Sieve { get; } = new(Rules.Sieve.Rule, Rules.Sieve.Filter, 2, 1, 0)
    {
        QueriesRule = Rules.Sieve.QueriesRule,
        QueriesFilter = Rules.Sieve.QueriesFilter,
        QueryBit = Rules.Sieve.QueryBit,
    };

    /// <summary>What it is called.</summary>
    public string Name => Rule.Name;

    /// <summary>The rule for one query.</summary>
    public CellRule Rule { get; }

    /// <summary>The rule as a filter.</summary>
    public ReluFilter Filter { get; }

    /// <summary>The rule for many queries, whose rows are marked in <see cref="QueryBit"/>; null if there is none.</summary>
    public CellRule? QueriesRule { get; private init; }

    /// <summary>The rule for many queries as a filter; null if there is none.</summary>
    public ReluFilter? QueriesFilter { get; private init; }

    /// <summary>The bit of the rows.</summary>
    public int RowBit { get; }

    /// <summary>The bit that starts the run.</summary>
    public int SendBit { get; }

    /// <summary>The bit that marks the rows of queries in <see cref="QueriesRule"/>; -1 if there is no such rule.</summary>
    public int QueryBit { get; private init; } = None;

    /// <summary>A rule with the clock of the sieve, for example a discovered one: the query's label is right after 2m + d steps.</summary>
    /// <param name="rule">A rule whose rows are the bit <c>s</c> and whose run starts with the bit <c>e</c>, as in the sieve.</param>
    /// <exception cref="ArgumentException">There are no such bits, or the rule cannot be started late.</exception>
    public static RowLearner Of(CellRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return new RowLearner(rule, rule.Compile(), 2, 1, 0);
    }

    /// <summary>A learner with one bit per column; m + 3d + T + 2 steps.</summary>
    public static RowLearner Of(ColumnProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        CellRule one = ColumnRule.One(program), many = ColumnRule.Many(program);
        return new RowLearner(one, one.Compile(), 1, 3, 3) { QueriesRule = many, QueriesFilter = many.Compile(), QueryBit = many.Bits.Length - 1 };
    }

    /// <summary>How many steps a run takes.</summary>
    /// <param name="bits">d.</param>
    /// <param name="examples">m.</param>
    /// <param name="queries">T.</param>
    public int Steps(int bits, int examples, int queries = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        ArgumentOutOfRangeException.ThrowIfNegative(examples);
        ArgumentOutOfRangeException.ThrowIfLessThan(queries, 1);
        return checked((_stepsPerExample * examples) + (_stepsPerBit * bits) + _moreSteps + queries - 1);
    }

    /// <summary>The labels of queries by a run of the rule, 64 cells to a word; up to m + d in one run if the rule can, one by one otherwise.</summary>
    /// <exception cref="ArgumentException">The queries have another number of bits than the examples.</exception>
    public bool[] Predict(LabeledExamples examples, BitRows queries)
    {
        ArgumentNullException.ThrowIfNull(examples);
        int d = examples.Bits, m = examples.Count;
        return Predict(
            (i, j) => j < d ? examples.Inputs[i, j] : examples.Labels[i], m, d, queries, rows => new BitSlicedEngine(QueriesRule ?? Rule, rows, d + 1));
    }

    /// <summary>The same for examples from anywhere, by an engine of <see cref="QueriesRule"/> if there is one and <see cref="Rule"/> otherwise.</summary>
    internal bool[] Predict(Func<int, int, bool> example, int examples, int bits, BitRows queries, Func<int, ICellEngine> engineOfRows)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (queries.Width != bits)
        {
            throw new ArgumentException($"the queries have {queries.Width} bits, the examples {bits}", nameof(queries));
        }

        bool[] labels = new bool[queries.Count];
        int together = QueriesRule is null ? 1 : Math.Min(queries.Count, examples + bits); // more rows per run cost more than more runs
        ICellEngine? engine = queries.Count == 0 ? null : engineOfRows(examples + together);
        for (int t = 0; t < queries.Count; t += together)
        {
            CellGrid grid = Start(example, examples, queries, t, together);
            engine!.Load(grid);
            engine.Step(Steps(bits, examples, together));
            engine.Store(grid);
            for (int n = 0; n < together && t + n < queries.Count; n++)
            {
                labels[t + n] = grid[RowBit, examples + n, bits];
            }
        }

        return labels;
    }

    /// <summary>Examples, then so many rows for queries; behind the last query they stay 0.</summary>
    private CellGrid Start(Func<int, int, bool> example, int examples, BitRows queries, int first, int count)
    {
        int d = queries.Width;
        var grid = new CellGrid(examples + count, d + 1, (QueriesRule ?? Rule).Bits.Length) { [SendBit, 0, 0] = true };
        for (int j = 0; j <= d; j++)
        {
            for (int i = 0; i < examples; i++)
            {
                grid[RowBit, i, j] = example(i, j);
            }

            for (int n = 0; n < count; n++)
            {
                grid[RowBit, examples + n, j] = j < d && first + n < queries.Count && queries[first + n, j];
                if (QueryBit >= 0)
                {
                    grid[QueryBit, examples + n, j] = true;
                }
            }
        }

        return grid;
    }
}
