using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>A parity, affine or not, and what elimination knows about it.</summary>
/// <remarks>Immutable; safe for use by several threads.</remarks>
public sealed class ParityHypothesis : IHypothesis
{
    private readonly ParityElimination _learned;

    internal ParityHypothesis(ParityElimination learned, int bits) => (_learned, Bits) = (learned, bits);

    /// <inheritdoc/>
    public int Bits { get; }

    /// <summary>How many examples are independent of those above them. With the constant bit of an affine parity at most d + 1.</summary>
    public int Rank => _learned.Rank;

    /// <inheritdoc/>
    public int Contradictions => _learned.Contradictions;

    /// <summary>The parity's subset theta of the bits, 0 at free ones, as words of 64.</summary>
    public ReadOnlySpan<ulong> Subset => _learned.Hypothesis[..BitRows.WordsFor(Bits)];

    /// <summary>Whether the complement is taken: the constant of an affine parity.</summary>
    public bool Complement => _learned.Bits > Bits && Bit(Bits);

    /// <inheritdoc/>
    public string Description
    {
        get
        {
            string[] bits = [.. Enumerable.Range(0, Bits).Where(Bit).Select(j => $"x{j}"), .. Complement ? ["1"] : Array.Empty<string>()];
            return bits.Length == 0 ? "0" : string.Join(" ^ ", bits);
        }
    }

    /// <inheritdoc/>
    public bool Predict(ReadOnlySpan<ulong> query)
    {
        int words = BitRows.WordsFor(Bits);
        if (query.Length != words)
        {
            throw new ArgumentException($"the query has {query.Length} words, {Bits} bits need {words}", nameof(query));
        }

        ulong sum = 0;
        ReadOnlySpan<ulong> theta = Subset; // the constant's bit stands where a query has zeros
        for (int w = 0; w < words; w++)
        {
            sum ^= theta[w] & query[w];
        }

        return ((BitOperations.PopCount(sum) & 1) != 0) ^ Complement;
    }

    /// <summary>For every query whether the examples leave its label open: it is outside their span, and some consistent parity says otherwise.</summary>
    /// <exception cref="ArgumentException">The queries have another number of bits.</exception>
    public bool[] Outside(BitRows queries)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (queries.Width != Bits)
        {
            throw new ArgumentException($"the queries have {queries.Width} bits, the examples had {Bits}", nameof(queries));
        }

        bool[] labels = new bool[queries.Count], outside = new bool[queries.Count];
        BinaryMatrix rows = BinaryMatrix.Zeros(queries.Count, _learned.Bits);
        for (int t = 0; t < queries.Count; t++)
        {
            queries.Row(t).CopyTo(rows.Row(t));
            for (int j = Bits; j < _learned.Bits; j++)
            {
                rows[t, j] = true;
            }
        }

        using var engine = new RowEngine();
        engine.Answer(_learned, rows, labels, outside);
        return outside;
    }

    private bool Bit(int column) => ((_learned.Hypothesis[column / 64] >> (column % 64)) & 1) != 0;
}
