using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>
/// A learner with one bit <c>w</c> per column: an example updates it, <c>w &lt;- U(w, x, y)</c>, and a prediction folds over the columns from the last to the
/// first, <c>a &lt;- F(a, w, x)</c>. Two tables of eight rows and two initial values are the whole learner.
/// </summary>
/// <remarks>
/// One bit per column cannot count or remember pairs of columns: majorities and parities of hidden subsets are out of reach. Work: d operations per
/// example, 64 columns to a word. Immutable.
/// </remarks>
public sealed class ColumnProgram : ILearner
{
    private const int Arguments = 3;

    private readonly Func<IReadOnlyList<int>, int, string> _describe;

    /// <summary>A program.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="update">U, a table of (w, x, y).</param>
    /// <param name="fold">F, a table of (a, w, x).</param>
    /// <param name="initial">w before the first example.</param>
    /// <param name="initialFold">a before the last column.</param>
    /// <exception cref="ArgumentException">A table has another number of inputs than three.</exception>
    public ColumnProgram(string name, TruthTable update, TruthTable fold, bool initial, bool initialFold)
        : this(name, update, fold, initial, initialFold, (set, d) => $"{name} over {d} bits with state 1 at [{string.Join(", ", set)}]")
    {
    }

    private ColumnProgram(string name, TruthTable update, TruthTable fold, bool initial, bool initialFold, Func<IReadOnlyList<int>, int, string> describe)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(fold);
        if (update.Inputs != Arguments || fold.Inputs != Arguments)
        {
            throw new ArgumentException($"the tables have {update.Inputs} and {fold.Inputs} inputs, expected {Arguments}");
        }

        (Name, Update, Fold, Initial, InitialFold, _describe) = (name, update, fold, initial, initialFold, describe);
    }

    /// <summary>A constant: 1 unless an example says 0.</summary>
    public static ColumnProgram Constant { get; } = new(
        "constant", Table((w, x, y) => w & y), Table((a, w, x) => w), true, true, (set, d) => set.Count > 0 ? "1" : "0");

    /// <summary>The exclusive-or of all bits. Nothing is learned; contradictions say whether it is true.</summary>
    public static ColumnProgram ParityOfAll { get; } = new(
        "parity-of-all", Table((w, x, y) => w), Table((a, w, x) => a ^ x), true, false, (set, d) => string.Join(" ^ ", Enumerable.Range(0, d).Select(j => $"x{j}")));

    /// <summary>One bit: the first that agrees with all labels. Constant 0 if none does.</summary>
    public static ColumnProgram Dictator { get; } = new(
        "dictator", Table((w, x, y) => w & (x == y)), Table((a, w, x) => w ? x : a), true, false, (set, d) => set.Count > 0 ? $"x{set[0]}" : "0");

    /// <summary>The largest monotone conjunction that holds on all examples with label 1: bits that are 0 in one of these are crossed out.</summary>
    public static ColumnProgram Conjunction { get; } = new(
        "conjunction", Table((w, x, y) => w & (x | !y)), Table((a, w, x) => a & (x | !w)), true, true, (set, d) => Joined(set, " & ", "1"));

    /// <summary>The largest monotone disjunction that fails on all examples with label 0: bits that are 1 in one of these are crossed out.</summary>
    public static ColumnProgram Disjunction { get; } = new(
        "disjunction", Table((w, x, y) => w & (!x | y)), Table((a, w, x) => a | (w & x)), true, false, (set, d) => Joined(set, " | ", "0"));

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>U, a table of (w, x, y).</summary>
    public TruthTable Update { get; }

    /// <summary>F, a table of (a, w, x).</summary>
    public TruthTable Fold { get; }

    /// <summary>w before the first example.</summary>
    public bool Initial { get; }

    /// <summary>a before the last column.</summary>
    public bool InitialFold { get; }

    /// <inheritdoc/>
    public IHypothesis Learn(LabeledExamples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ulong[] state = new ulong[examples.Inputs.WordsPerRow];
        Array.Fill(state, Initial ? ulong.MaxValue : 0);
        for (int i = 0; i < examples.Count; i++)
        {
            ReadOnlySpan<ulong> x = examples.Inputs.Row(i);
            ulong y = examples.Labels[i] ? ulong.MaxValue : 0;
            for (int n = 0; n < state.Length; n++)
            {
                state[n] = Look(Update, state[n], x[n], y);
            }
        }

        return new ColumnHypothesis(this, state, examples);
    }

    internal string Describe(IReadOnlyList<int> set, int bits) => _describe(set, bits);

    private static string Joined(IReadOnlyList<int> set, string sign, string empty) => set.Count == 0 ? empty : string.Join(sign, set.Select(j => $"x{j}"));

    private static TruthTable Table(Func<bool, bool, bool, bool> value) => new(Arguments, row => value((row & 1) != 0, (row & 2) != 0, (row & 4) != 0));

    /// <summary>A table of three inputs in 64 columns at once.</summary>
    private static ulong Look(TruthTable table, ulong first, ulong second, ulong third)
    {
        ulong result = 0;
        for (int row = 0; row < table.Rows; row++)
        {
            if (table[row])
            {
                result |= ((row & 1) != 0 ? first : ~first) & ((row & 2) != 0 ? second : ~second) & ((row & 4) != 0 ? third : ~third);
            }
        }

        return result;
    }
}
