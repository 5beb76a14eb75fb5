using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Krylov.Preconditioners;

/// <summary>A preconditioner that is a product of sparse triangles: <c>M = (I + L)(D + U)</c>, applied by two substitutions.</summary>
/// <remarks>Immutable: any number of threads may share one, and it serves any number of instances at once. Work per
/// application and instance: one fused operation per stored entry. Storage: the triangles, and again as much once the
/// adjoint is asked for.</remarks>
public abstract class FactoredPreconditioner : ILinearOperator
{
    private readonly double[] _inverseDiagonal;
    private readonly Lazy<(SparseMatrix Lower, SparseMatrix Upper)> _transposed;

    private protected FactoredPreconditioner(SparseMatrix lower, SparseMatrix upper, double[] inverseDiagonal, OperatorProperties properties)
    {
        Lower = lower;
        Upper = upper;
        _inverseDiagonal = inverseDiagonal;
        Properties = properties;
        _transposed = new(() => (Upper.Transpose(), Lower.Transpose()));
    }

    /// <inheritdoc/>
    public int Rows => Lower.Rows;

    /// <inheritdoc/>
    public int Columns => Lower.Rows;

    /// <inheritdoc/>
    public int Instances => 1;

    /// <inheritdoc/>
    public OperatorProperties Properties { get; }

    /// <summary>The number of stored entries of both triangles and the diagonal.</summary>
    public int StoredEntries => Lower.StoredEntries + Upper.StoredEntries + _inverseDiagonal.Length;

    private protected SparseMatrix Lower { get; }

    private protected SparseMatrix Upper { get; }

    private protected ReadOnlySpan<double> InverseDiagonal => _inverseDiagonal;

    /// <summary><c>destination = M^-1 x</c>.</summary>
    public void Apply(Batch x, Batch destination)
    {
        Guard.Product(Rows, Columns, Instances, x, destination);
        TriangularKernels.SolveLower(Lower, default, x, destination);
        TriangularKernels.SolveUpper(Upper, _inverseDiagonal, destination, destination);
    }

    /// <summary><c>destination = M^-T x</c>.</summary>
    public void ApplyAdjoint(Batch x, Batch destination)
    {
        Guard.Product(Rows, Columns, Instances, x, destination);
        TriangularKernels.SolveLower(_transposed.Value.Lower, _inverseDiagonal, x, destination);
        TriangularKernels.SolveUpper(_transposed.Value.Upper, default, destination, destination);
    }
}
