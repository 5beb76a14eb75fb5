using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>
/// A filter that learns from rows of labeled bits and can stand behind a memory: one channel holds the rows, and the run starts when
/// another one is set in the first cell. The last row is the query; at the end its label is the prediction.
/// </summary>
/// <remarks>
/// <para>What is needed: before the start, and where nothing happens, the row channel keeps its value and all other channels stay 0; every step ends
/// with values 0 and 1; the label of the query is right after <see cref="Steps"/> steps. The first is checked for rules (<see cref="Of"/>).</para>
/// <para>Immutable.</para>
/// </remarks>
public sealed class RowLearner
{
    private const string RowName = "s", SendName = "e";

    private RowLearner(string name, ReluFilter filter, int rowBit, int sendBit) => (Name, Filter, RowBit, SendBit) = (name, filter, rowBit, sendBit);

    /// <summary>Elimination over GF(2) by the filter of 13 units and 46 weights.</summary>
    public static RowLearner Sieve { get; } = new(Rules.Sieve.Rule.Name, Rules.Sieve.Filter, Rules.Sieve.RowBit, Rules.Sieve.SendBit) { ManyQueries = Rules.Sieve.QueriesFilter };

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>The filter for one query.</summary>
    public ReluFilter Filter { get; }

    /// <summary>The channel of the rows.</summary>
    public int RowBit { get; }

    /// <summary>The channel that starts the run.</summary>
    public int SendBit { get; }

    /// <summary>The filter for many query rows, marked in the channel <see cref="Rules.Sieve.QueryBit"/>; null if there is none.</summary>
    internal ReluFilter? ManyQueries { get; private init; }

    /// <summary>A rule, for example a discovered one, compiled to ReLU.</summary>
    /// <param name="rule">A rule whose rows are the bit <c>s</c> and whose run starts with the bit <c>e</c>, as in the sieve.</param>
    /// <exception cref="ArgumentException">There are no such bits, or the rule does not stand still before the start.</exception>
    public static RowLearner Of(CellRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        int row = rule.Bit(RowName), send = rule.Bit(SendName);
        bool[]? signals = Quiescence.SignalsOf(rule);
        for (int b = 0; b < rule.Bits.Length; b++)
        {
            if (signals is null || signals[b] == (b == row))
            {
                throw new ArgumentException($"the rule '{rule.Name}' does not stand still before its start, expected {RowName}' = {RowName} and 0 for all other bits", nameof(rule));
            }
        }

        return new RowLearner(rule.Name, rule.Compile(), row, send);
    }

    /// <summary>How many steps a run takes: <c>2m + d + T - 1</c>, as the sieve.</summary>
    /// <param name="bits">d.</param>
    /// <param name="examples">m.</param>
    /// <param name="queries">T.</param>
    public static int Steps(int bits, int examples, int queries = 1) => Rules.Sieve.Steps(bits, examples, queries);
}
