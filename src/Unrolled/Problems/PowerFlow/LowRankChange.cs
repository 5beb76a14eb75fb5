using System.Collections.Immutable;

namespace Unrolled.Problems.PowerFlow;

/// <summary>
/// A change of a matrix in few rows and columns: entry (Indices[r], Indices[c]) grows by Block[r, c], the others stay. A solver of the
/// changed matrix needs the factors of the old one and one small system (Woodbury).
/// </summary>
/// <param name="Indices">The rows, which are the columns too.</param>
/// <param name="Block">The change, rows contiguous: shape (Indices.Length, Indices.Length).</param>
public sealed record LowRankChange(ImmutableArray<int> Indices, ImmutableArray<double> Block)
{
    /// <summary>An element of the block.</summary>
    public double this[int row, int column] => Block[(row * Indices.Length) + column];

    /// <summary>The change without the rows and columns whose index is -1.</summary>
    internal static LowRankChange Of(ReadOnlySpan<int> indices, double[,] block)
    {
        var kept = new List<int>();
        for (int i = 0; i < indices.Length; i++)
        {
            if (indices[i] >= 0)
            {
                kept.Add(i);
            }
        }

        int[] named = indices.ToArray();
        return new LowRankChange([.. kept.Select(i => named[i])], [.. kept.SelectMany(r => kept.Select(c => block[r, c]))]);
    }
}
