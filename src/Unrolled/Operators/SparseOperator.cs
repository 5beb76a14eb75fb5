using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>A sparse matrix in compressed rows as an operator, shared by all instances.</summary>
/// <remarks>Work per product and instance: one fused operation per stored entry. Storage: the matrix and, unless it is
/// declared symmetric, its transpose, made when the adjoint is first asked for.</remarks>
public sealed class SparseOperator : ILinearOperator
{
    private readonly Lazy<SparseMatrix> _transposed;

    /// <summary>Creates the operator.</summary>
    public SparseOperator(SparseMatrix matrix, OperatorProperties properties = OperatorProperties.None)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Matrix = matrix;
        Properties = properties;
        _transposed = new Lazy<SparseMatrix>(
            () => properties.HasFlag(OperatorProperties.Symmetric) ? matrix : matrix.Transpose());
    }

    /// <summary>The matrix.</summary>
    public SparseMatrix Matrix { get; }

    /// <inheritdoc/>
    public int Rows => Matrix.Rows;

    /// <inheritdoc/>
    public int Columns => Matrix.Columns;

    /// <inheritdoc/>
    public int Instances => 1;

    /// <inheritdoc/>
    public OperatorProperties Properties { get; }

    /// <inheritdoc/>
    public void Apply(Batch x, Batch destination)
    {
        Guard.Product(Rows, Columns, 1, x, destination);
        SparseKernels.Multiply(Matrix, x, destination);
    }

    /// <inheritdoc/>
    public void ApplyAdjoint(Batch x, Batch destination)
    {
        Guard.Product(Columns, Rows, 1, x, destination);
        SparseKernels.Multiply(_transposed.Value, x, destination);
    }

    /// <inheritdoc/>
    public Batch Diagonal() => Batch.Of(Matrix.Diagonal());
}
