using Unrolled.Numerics;

namespace Unrolled.RecurrentConvolution;

/// <summary>
/// The sieve compiled to operations on whole rows: Gaussian elimination over GF(2) that learns parities, with exactly the results of the
/// automaton. Of labeled bits <c>[x | y]</c> it finds <c>theta</c> with <c>&lt;theta, x&gt; = y</c>, or says what contradicts.
/// </summary>
/// <remarks>
/// <para><b>Meaning.</b> Rows come in order. A row is reduced by the pivots above it; if a feature is left, it becomes the pivot of the leftmost one;
/// if only the label is left, it contradicts and is dropped: first come, first served. The label is never a pivot. A query ends with the label
/// <c>&lt;theta, x&gt;</c>, <c>theta</c> being 0 in the free columns, and lies in the span of the examples exactly if none of its features is left. Large systems are
/// eliminated in another order with the same results; <see cref="BinaryElimination"/> has the proof.</para>
/// <para><b>Cost.</b> For m near d about d^3 / 3 sums of bits, up to 4096 to a lookup. After the first call of a size nothing is allocated. Results do not
/// depend on the number of threads; more than one helps batches and systems of several thousand bits. One caller at a time.</para>
/// <para><b>Not checked.</b> Whether the labels are a parity at all; a wrong label in an independent row is believed (see
/// <see cref="ParityElimination.Contradictions"/>).</para>
/// </remarks>
public sealed class RowEngine : IDisposable
{
    private readonly int _threads;
    private readonly BinaryElimination _elimination;
    private LaneElimination? _lanes;

    /// <summary>An engine.</summary>
    /// <param name="threads">The threads that it may use, the caller's own included.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one thread.</exception>
    public RowEngine(int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        (_threads, _elimination) = (threads, new BinaryElimination(threads));
    }

    /// <summary>Learns from labeled examples.</summary>
    /// <param name="examples">One example per row, the label in the last column; m x (d + 1). Not changed.</param>
    /// <exception cref="ArgumentException">There is no column for the label.</exception>
    public ParityElimination Learn(BinaryMatrix examples)
    {
        var learned = new ParityElimination();
        Learn(examples, learned);
        return learned;
    }

    /// <summary>Learns into memory that is used again; what <paramref name="destination"/> held is lost.</summary>
    /// <param name="examples">One example per row, the label in the last column.</param>
    /// <param name="destination">What is learned.</param>
    /// <exception cref="ArgumentException">There is no column for the label.</exception>
    public void Learn(BinaryMatrix examples, ParityElimination destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (examples.Columns < 1)
        {
            throw new ArgumentException($"the examples have {examples.Columns} columns, expected at least 1: the label", nameof(examples));
        }

        int bits = examples.Columns - 1, contradictions = 0;
        _elimination.Eliminate(examples, bits, destination.Basis);
        for (int i = 0; i < _elimination.Dependent; i++)
        {
            contradictions += (int)_elimination.Bit(i, bits);
        }

        destination.Complete(bits, examples.Rows, contradictions);
    }

    /// <summary>Answers queries: what is left of each after all pivots have passed.</summary>
    /// <param name="learned">What was learned.</param>
    /// <param name="queries">One query per row, d columns. Not changed.</param>
    /// <param name="predictions">Per query the predicted label.</param>
    /// <param name="outside">Per query whether it lies outside the span of the examples, which then do not determine its label.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public void Answer(ParityElimination learned, BinaryMatrix queries, Span<bool> predictions, Span<bool> outside)
    {
        ArgumentNullException.ThrowIfNull(learned);
        Expect(queries.Columns, learned.Bits, "columns of the queries", "bits of the examples");
        Expect(predictions.Length, queries.Rows, "places for predictions", "queries");
        Expect(outside.Length, queries.Rows, "places for marks", "queries");
        _elimination.Reduce(queries, learned.Bits + 1, learned.Basis);
        _elimination.Mark(learned.Bits, outside);
        for (int i = 0; i < queries.Rows; i++)
        {
            predictions[i] = _elimination.Bit(i, learned.Bits) != 0;
        }
    }

    /// <summary>Learns many small problems, eight per register of 512 bits.</summary>
    /// <param name="examples">The examples of all problems.</param>
    /// <param name="outcome">Overwritten; as many problems, no queries.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public void Learn(ParityBatch examples, ParityBatchOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(examples);
        Learn(examples, null, outcome);
    }

    /// <summary>Learns many small problems and answers the queries of each.</summary>
    /// <param name="examples">The examples of all problems.</param>
    /// <param name="queries">The queries of all problems; their labels are not read. Null for none.</param>
    /// <param name="outcome">Overwritten; as many problems and queries.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public void Learn(ParityBatch examples, ParityBatch? queries, ParityBatchOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(outcome);
        Expect(outcome.Instances, examples.Instances, "problems of the outcome", "problems");
        Expect(outcome.Queries, queries?.Rows ?? 0, "queries per problem of the outcome", "queries per problem");
        if (queries is not null)
        {
            Expect(queries.Bits, examples.Bits, "bits of the queries", "bits of the examples");
            Expect(queries.Instances, examples.Instances, "problems with queries", "problems");
        }

        (_lanes ??= new LaneElimination(_threads)).Run(examples, queries, outcome);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _elimination.Dispose();
        _lanes?.Dispose();
    }

    private static void Expect(int actual, int expected, string actualName, string expectedName)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"there are {actual} {actualName}, but {expected} {expectedName}");
        }
    }
}
