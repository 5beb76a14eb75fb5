using System.Collections.Concurrent;

namespace Unrolled.Numerics;

/// <summary>
/// What all factorizations of matrices with one pattern share: an order of elimination with its pivots, and memory for batches.
/// </summary>
/// <remarks>
/// The pivots are those of a matrix with the pattern, a heavy diagonal and generic values elsewhere, not of the first matrix that happens
/// to come: what a matrix is solved with then depends on that matrix alone, whatever ran before it or beside it. Safe for use by several
/// threads.
/// </remarks>
/// <param name="pattern">The pattern, square.</param>
internal sealed class PatternFactorization(SparsityPattern pattern)
{
    private const ulong Seed = 1;

    private readonly ConcurrentBag<BatchedSparseLu> _memory = [];
    private readonly ConcurrentBag<SparseLu> _single = [];
    private readonly Lazy<SparseLu> _analysed = new(() => Analyse(pattern));

    /// <summary>Takes memory for a batch; to be given back.</summary>
    public BatchedSparseLu Rent(int instances) =>
        _memory.TryTake(out BatchedSparseLu? kept) && kept.Capacity >= instances ? kept : new BatchedSparseLu(_analysed.Value, instances);

    /// <summary>Gives memory back.</summary>
    public void Return(BatchedSparseLu rented) => _memory.Add(rented);

    /// <summary>Takes memory for one matrix, whose numbers have the bits that they have in a batch; to be given back.</summary>
    public SparseLu RentSingle() => _single.TryTake(out SparseLu? kept) ? kept : _analysed.Value.Copy();

    /// <summary>Gives memory back.</summary>
    public void Return(SparseLu rented) => _single.Add(rented);

    private static SparseLu Analyse(SparsityPattern pattern)
    {
        var stream = new RandomStream(Seed);
        double[] values = new double[pattern.Count];
        for (int i = 0; i < pattern.RowCount; i++)
        {
            for (int k = pattern.RowStart[i]; k < pattern.RowStart[i + 1]; k++)
            {
                values[k] = stream.NextUniform(0.5, 1) + (pattern.Columns[k] == i ? 2.0 * pattern.Row(i).Length : 0);
            }
        }

        return SparseLu.Factor(pattern, values);
    }
}
