using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// Sparse matrices of one size as operators, one per instance: the union of their patterns once, and the values of all
/// matrices side by side, instances innermost.
/// </summary>
/// <remarks>
/// Work per product and instance: one fused operation per entry of the union. Storage: 8 bytes per entry of the union and
/// instance, the same again once the adjoint of matrices not declared symmetric is asked for. An instance has the bits of
/// <see cref="SparseOperator"/> for finite vectors: the entries that the union adds are zeros.
/// </remarks>
public sealed class BatchedSparseOperator : ILinearOperator
{
    private readonly SparseMatrix _places;
    private readonly Batch _entries;
    private readonly Lazy<SparseMatrix> _shared;
    private readonly Lazy<BatchedSparseOperator> _transposed;

    private BatchedSparseOperator(SparseMatrix places, Batch entries, OperatorProperties properties)
    {
        _places = places;
        _entries = entries;
        Properties = properties;
        _shared = new(() => places.WithValues(entries.Values));
        _transposed = new(Transpose);
    }

    /// <inheritdoc/>
    public int Rows => _places.Rows;

    /// <inheritdoc/>
    public int Columns => _places.Columns;

    /// <inheritdoc/>
    public int Instances => _entries.Instances;

    /// <inheritdoc/>
    public OperatorProperties Properties { get; }

    /// <summary>The number of entries of the union of all patterns.</summary>
    public int StoredEntries => _places.StoredEntries;

    /// <summary>Creates the operator of some matrices.</summary>
    /// <param name="matrices">One matrix per instance, all of one size.</param>
    /// <param name="properties">What is known of every matrix.</param>
    /// <exception cref="ArgumentException">There is no matrix, or two differ in size.</exception>
    public static BatchedSparseOperator Of(IReadOnlyList<SparseMatrix> matrices, OperatorProperties properties = OperatorProperties.None)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        if (matrices.Count == 0)
        {
            throw new ArgumentException("there is no matrix", nameof(matrices));
        }

        for (int s = 1; s < matrices.Count; s++)
        {
            if (matrices[s].Rows != matrices[0].Rows || matrices[s].Columns != matrices[0].Columns)
            {
                throw new ArgumentException(
                    $"matrix {s} is {matrices[s].Rows} x {matrices[s].Columns}, matrix 0 is {matrices[0].Rows} x {matrices[0].Columns}", nameof(matrices));
            }
        }

        SparseMatrix places = Union(matrices);
        Batch entries = Batch.Zeros(places.StoredEntries, matrices.Count);
        for (int s = 0; s < matrices.Count; s++)
        {
            SparseMatrix matrix = matrices[s];
            for (int i = 0; i < matrix.Rows; i++)
            {
                int place = places.RowStart[i];
                for (int k = matrix.RowStart[i]; k < matrix.RowStart[i + 1]; k++)
                {
                    while (places.ColumnIndices[place] < matrix.ColumnIndices[k])
                    {
                        place++;
                    }

                    entries[place, s] = matrix.Values[k];
                }
            }
        }

        return new BatchedSparseOperator(places, entries, properties);
    }

    /// <inheritdoc/>
    public void Apply(Batch x, Batch destination)
    {
        Guard.Product(Rows, Columns, Instances, x, destination);
        if (x.Instances == Instances)
        {
            SparseKernels.MultiplyEach(_places, _entries, x, destination);
        }
        else
        {
            SparseKernels.Multiply(_shared.Value, x, destination);
        }
    }

    /// <inheritdoc/>
    public void ApplyAdjoint(Batch x, Batch destination) =>
        (Properties.HasFlag(OperatorProperties.Symmetric) ? this : _transposed.Value).Apply(x, destination);

    /// <inheritdoc/>
    public Batch Diagonal()
    {
        Batch diagonal = Batch.Zeros(Math.Min(Rows, Columns), Instances);
        for (int i = 0; i < diagonal.Components; i++)
        {
            int found = _places.ColumnIndices[_places.RowStart[i].._places.RowStart[i + 1]].BinarySearch(i);
            if (found >= 0)
            {
                _entries.Row(_places.RowStart[i] + found).CopyTo(diagonal.Row(i));
            }
        }

        return diagonal;
    }

    /// <inheritdoc/>
    public ILinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) =>
        Instances == 1 ? this : new BatchedSparseOperator(_places, _entries.Select(instances, arena), Properties);

    /// <summary>A matrix with an entry wherever one of the matrices has one.</summary>
    private static SparseMatrix Union(IReadOnlyList<SparseMatrix> matrices)
    {
        int rows = matrices[0].Rows;
        var rowStart = new int[rows + 1];
        var columns = new List<int>();
        var inRow = new SortedSet<int>();
        for (int i = 0; i < rows; i++)
        {
            inRow.Clear();
            foreach (SparseMatrix matrix in matrices)
            {
                foreach (int column in matrix.ColumnIndices[matrix.RowStart[i]..matrix.RowStart[i + 1]])
                {
                    inRow.Add(column);
                }
            }

            columns.AddRange(inRow);
            rowStart[i + 1] = columns.Count;
        }

        return SparseMatrix.FromCompressedRows(rows, matrices[0].Columns, rowStart, [.. columns], new double[columns.Count]);
    }

    /// <summary>The transposed pattern, found by transposing the entries' own numbers.</summary>
    private BatchedSparseOperator Transpose()
    {
        var numbers = new double[_places.StoredEntries];
        for (int k = 0; k < numbers.Length; k++)
        {
            numbers[k] = k;
        }

        SparseMatrix transposed = _places.WithValues(numbers).Transpose();
        Batch entries = Batch.Zeros(numbers.Length, Instances);
        for (int k = 0; k < numbers.Length; k++)
        {
            _entries.Row((int)transposed.Values[k]).CopyTo(entries.Row(k));
        }

        return new BatchedSparseOperator(transposed, entries, Properties);
    }
}
