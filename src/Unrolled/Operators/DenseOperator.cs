using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// Dense matrices as operators: one matrix for all instances, or one per instance with instances innermost (entry
/// <c>(i, j)</c> of instance <c>s</c> at component <c>i * Columns + j</c>).
/// </summary>
/// <remarks>Work per product and instance: <c>Rows * Columns</c> fused operations. No storage beside the matrix.</remarks>
public sealed class DenseOperator : ILinearOperator
{
    private readonly Batch _entries;
    private readonly Batch _transposed;

    /// <summary>Creates the operator.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="entries">The entries row by row, <c>rows * columns</c> components; one instance is shared by any batch.</param>
    /// <param name="properties">What is known of every matrix.</param>
    /// <exception cref="ArgumentException">The number of entries is not <c>rows * columns</c>.</exception>
    public DenseOperator(int rows, int columns, Batch entries, OperatorProperties properties = OperatorProperties.None)
    {
        Guard.Equal(entries.Components, rows * columns, "the number of entries", $"{rows} rows times {columns} columns");
        Rows = rows;
        Columns = columns;
        Properties = properties;
        _entries = entries;
        _transposed = properties.HasFlag(OperatorProperties.Symmetric) ? entries : Transpose(rows, columns, entries);
    }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public int Instances => _entries.Instances;

    /// <inheritdoc/>
    public OperatorProperties Properties { get; }

    /// <summary>The entries row by row: <c>Rows * Columns</c> components.</summary>
    public Batch Entries => _entries;

    /// <summary>The entries column by column.</summary>
    internal Batch TransposedEntries => _transposed;

    /// <inheritdoc/>
    public void Apply(Batch x, Batch destination) => Multiply(_entries, Rows, Columns, x, destination);

    /// <inheritdoc/>
    public void ApplyAdjoint(Batch x, Batch destination) => Multiply(_transposed, Columns, Rows, x, destination);

    /// <inheritdoc/>
    public Batch Diagonal()
    {
        Guard.Equal(Rows, Columns, "the number of rows", "the number of columns");
        Batch diagonal = Batch.Zeros(Rows, Instances);
        for (int i = 0; i < Rows; i++)
        {
            _entries.Row((i * Columns) + i).CopyTo(diagonal.Row(i));
        }

        return diagonal;
    }

    /// <inheritdoc/>
    public ILinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) =>
        Instances == 1 ? this : new DenseOperator(Rows, Columns, _entries.Select(instances, arena), Properties);

    private static void Multiply(Batch matrix, int rows, int columns, Batch x, Batch destination)
    {
        Guard.Product(rows, columns, matrix.Instances, x, destination);
        if (matrix.Instances == 1)
        {
            MatrixKernels.Multiply(matrix.Values, rows, columns, x, destination);
        }
        else
        {
            MatrixKernels.MultiplyEach(matrix, rows, columns, x, destination);
        }
    }

    private static Batch Transpose(int rows, int columns, Batch entries)
    {
        Batch transposed = Batch.Zeros(rows * columns, entries.Instances);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                entries.Row((i * columns) + j).CopyTo(transposed.Row((j * rows) + i));
            }
        }

        return transposed;
    }
}
