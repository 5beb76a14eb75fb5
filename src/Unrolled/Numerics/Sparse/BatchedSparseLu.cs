namespace Unrolled.Numerics;

/// <summary>
/// P A[s] Q = L[s] U[s] for a batch of sparse matrices of one pattern: the order and the pivots of one analysed matrix, the numbers of
/// each instance, vectorized over the instances.
/// </summary>
/// <remarks>
/// <para>Entries come as (entries, instances) with instances innermost, in the order of the matrix that <see cref="SparseLu"/> factored.
/// Sixteen instances at a time go through the same straight loops over the recorded pattern; the factors of a group are contiguous, so that
/// they stay in the second cache level while the group is factored. An instance has the bits of <see cref="SparseLu.Refactor"/> and
/// <see cref="SparseLu.Solve(ReadOnlySpan{double}, Span{double})"/>, whatever stands beside it and however the batch is split.</para>
/// <para>The pivots are those of the analysed matrix for every instance: <see cref="PivotGrowth"/> tells per instance when they are bad
/// (about that many units of rounding of backward error), <see cref="Singular"/> when one is zero or an entry not finite; such an instance
/// is to be factored by itself.</para>
/// <para>Storage: 128 bytes per entry of L and U and group of sixteen instances of the largest batch, made once; refactoring and solving
/// allocate nothing. Work per group: that of one factorization with vectors. One thread at a time; give each thread its own.</para>
/// </remarks>
public sealed unsafe class BatchedSparseLu
{
    private readonly SparseLuPattern _pattern;
    private readonly Batch _factors, _work;
    private readonly bool[] _singular;
    private readonly double[] _growth;
    private bool _kept;

    /// <summary>Prepares for batches of up to <paramref name="capacity"/> matrices with the pattern and pivots of an analysed one.</summary>
    /// <exception cref="ArgumentException">The capacity is less than 1, or the factors do not fit into one array.</exception>
    public BatchedSparseLu(SparseLu analysed, int capacity)
    {
        ArgumentNullException.ThrowIfNull(analysed);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _pattern = analysed.Pattern;
        Capacity = capacity;
        int largest = BatchedSparseLuKernels.LargestWidth;
        long numbers = (long)((capacity + largest - 1) / largest) * _pattern.FactorEntries;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numbers, Array.MaxLength / largest, nameof(capacity));
        _factors = Batch.Uninitialized((int)numbers, largest);
        _work = Batch.Zeros(_pattern.Order, largest);
        _singular = new bool[capacity];
        _growth = new double[capacity];
    }

    /// <summary>The number of rows of each matrix.</summary>
    public int Order => _pattern.Order;

    /// <summary>The largest number of instances.</summary>
    public int Capacity { get; }

    /// <summary>The number of instances that were factored last; 0 before.</summary>
    public int Instances { get; private set; }

    /// <summary>For every instance: as <see cref="SparseLu.IsSingular"/>.</summary>
    public ReadOnlySpan<bool> Singular => _singular.AsSpan(0, Instances);

    /// <summary>For every instance, as <see cref="SparseLu.PivotGrowth"/>; NaN where an instance is singular.</summary>
    public ReadOnlySpan<double> PivotGrowth => _growth.AsSpan(0, Instances);

    /// <summary>Factors a batch and keeps the factors for any number of solves.</summary>
    /// <param name="entries">(entries, instances) numbers.</param>
    /// <returns>The number of singular instances.</returns>
    /// <exception cref="ArgumentException">The number of entries differs from the analysed matrix, or there are more instances than the capacity.</exception>
    public int Refactor(Batch entries)
    {
        Begin(entries);
        for (int first = 0; first < Instances; first += BatchedSparseLuKernels.Width(Instances - first))
        {
            BatchedSparseLuKernels.Refactor(_pattern, entries, first, Factors(first), _work.Pointer, _singular, _growth);
        }

        _kept = true;
        return CountSingular();
    }

    /// <summary>
    /// <c>destination[:, s] = A[s]^-1 b[:, s]</c> for matrices that are needed once: the factors of sixteen instances are used while they are in
    /// the cache and then overwritten. The same bits as <see cref="Refactor"/> and <see cref="Solve(Batch, Batch)"/>.
    /// </summary>
    /// <param name="entries">(entries, instances) numbers.</param>
    /// <param name="b">(order, instances) numbers.</param>
    /// <param name="destination">Receives the solutions, NaN throughout where an instance is singular; may be <paramref name="b"/>.</param>
    /// <returns>The number of singular instances.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or there are more instances than the capacity.</exception>
    public int Solve(Batch entries, Batch b, Batch destination)
    {
        Begin(entries);
        CheckShapes(b, destination);
        for (int first = 0; first < Instances; first += BatchedSparseLuKernels.Width(Instances - first))
        {
            BatchedSparseLuKernels.Refactor(_pattern, entries, first, Factors(0), _work.Pointer, _singular, _growth);
            BatchedSparseLuKernels.Solve(_pattern, Factors(0), b, destination, first, _work.Pointer, transposed: false);
            _work.Values.Clear();
        }

        MarkSingular(destination);
        return CountSingular();
    }

    /// <summary><c>destination[:, s] = A[s]^-1 b[:, s]</c>; NaN throughout where an instance is singular. The two may be the same.</summary>
    /// <exception cref="ArgumentException">The shapes differ from each other, from the order or from the instances factored last.</exception>
    public void Solve(Batch b, Batch destination) => Solve(b, destination, transposed: false);

    /// <summary><c>destination[:, s] = A[s]^-T b[:, s]</c>; NaN throughout where an instance is singular. The two may be the same.</summary>
    /// <exception cref="ArgumentException">The shapes differ from each other, from the order or from the instances factored last.</exception>
    public void SolveTransposed(Batch b, Batch destination) => Solve(b, destination, transposed: true);

    private void Solve(Batch b, Batch destination, bool transposed)
    {
        CheckShapes(b, destination);
        if (!_kept)
        {
            throw new InvalidOperationException($"no factors are kept of the {Instances} matrices: call Refactor first");
        }

        for (int first = 0; first < Instances; first += BatchedSparseLuKernels.Width(Instances - first))
        {
            BatchedSparseLuKernels.Solve(_pattern, Factors(first), b, destination, first, _work.Pointer, transposed);
        }

        _work.Values.Clear(); // as the next factorization expects it
        MarkSingular(destination);
    }

    private void Begin(Batch entries)
    {
        Guard.Equal(entries.Components, _pattern.EntryCount, "the number of entries", "the number of entries of the analysed matrix");
        if (entries.Instances > Capacity)
        {
            throw new ArgumentException($"the batch has {entries.Instances} instances, the capacity is {Capacity}", nameof(entries));
        }

        Instances = entries.Instances;
        _kept = false;
    }

    private void CheckShapes(Batch b, Batch destination)
    {
        Guard.SameShape(b, destination);
        Guard.Equal(b.Components, Order, "the number of components", "the order of the matrices");
        Guard.Equal(b.Instances, Instances, "the number of instances", "the number of matrices factored");
    }

    private int CountSingular()
    {
        int count = 0;
        for (int s = 0; s < Instances; s++)
        {
            count += _singular[s] ? 1 : 0;
            _growth[s] = _singular[s] ? double.NaN : _growth[s];
        }

        return count;
    }

    private void MarkSingular(Batch destination)
    {
        for (int s = 0; s < Instances; s++)
        {
            for (int i = 0; _singular[s] && i < Order; i++)
            {
                destination[i, s] = double.NaN;
            }
        }
    }

    /// <summary>The factors of the group of an instance.</summary>
    private double* Factors(int first) => _factors.Pointer + ((nint)first * _pattern.FactorEntries);
}
