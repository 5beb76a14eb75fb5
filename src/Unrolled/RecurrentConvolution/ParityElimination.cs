using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.RecurrentConvolution;

/// <summary>
/// What elimination over GF(2) knows after the examples: the rank, the contradictions, and the hypothesis <c>theta</c> with free variables 0.
/// Answers queries through <see cref="RowEngine.Answer"/>.
/// </summary>
/// <remarks>
/// Its memory is used again by the next <see cref="RowEngine.Learn(BinaryMatrix, ParityElimination)"/>. Concurrent reads are safe. Storage: the
/// independent rows, packed, and one word per 64 columns.
/// </remarks>
public sealed class ParityElimination
{
    private ulong[] _hypothesis = [];

    /// <summary>The bits of an example, without its label.</summary>
    public int Bits { get; private set; }

    /// <summary>How many examples were read.</summary>
    public int Examples { get; private set; }

    /// <summary>How many of them are independent of those above them.</summary>
    public int Rank => Basis.Rank;

    /// <summary>How many examples lie in the span of those above them but have another label than these say.</summary>
    public int Contradictions { get; private set; }

    /// <summary>The columns that are determined, ascending; the others are free, and the hypothesis is 0 there.</summary>
    public ReadOnlySpan<int> PivotColumns => Basis.PivotColumns;

    /// <summary>The hypothesis <c>theta</c>, bit <c>j % 64</c> of word <c>j / 64</c> for column <c>j</c>.</summary>
    public ReadOnlySpan<ulong> Hypothesis => _hypothesis.AsSpan(0, (Bits + 63) / 64);

    /// <summary>The independent rows.</summary>
    internal EchelonBasis Basis { get; } = new();

    /// <summary>The label <c>&lt;theta, query&gt;</c> that the hypothesis predicts for packed bits; work: one pass over the query.</summary>
    /// <param name="query">As many words as <see cref="Hypothesis"/>; bits behind the last column are not read.</param>
    /// <exception cref="ArgumentException">The query has another length.</exception>
    public bool Predict(ReadOnlySpan<ulong> query)
    {
        ReadOnlySpan<ulong> theta = Hypothesis; // 0 behind the last column
        if (query.Length != theta.Length)
        {
            throw new ArgumentException($"the query has {query.Length} words, the hypothesis of {Bits} bits has {theta.Length}", nameof(query));
        }

        ulong sum = 0;
        for (int w = 0; w < theta.Length; w++)
        {
            sum ^= theta[w] & query[w];
        }

        return (BitOperations.PopCount(sum) & 1) != 0;
    }

    /// <summary>Takes what an elimination left in the basis.</summary>
    internal void Complete(int bits, int examples, int contradictions)
    {
        (Bits, Examples, Contradictions) = (bits, examples, contradictions);
        int words = Basis.Rows.Blocks * BinaryMatrix.WordsPerRegister;
        if (_hypothesis.Length < words)
        {
            _hypothesis = new ulong[words];
        }

        Basis.Solve(bits, _hypothesis.AsSpan(0, words));
    }
}
