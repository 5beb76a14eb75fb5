using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary><c>(A + A^T) / 2</c>: positive definite exactly when <c>x^T A x > 0</c> for every nonzero <c>x</c>.</summary>
internal sealed class SymmetricPartOperator(ILinearOperator a) : ILinearOperator
{
    public int Rows => a.Rows;

    public int Columns => a.Columns;

    public int Instances => a.Instances;

    public OperatorProperties Properties => OperatorProperties.Symmetric;

    public void Apply(Batch x, Batch destination)
    {
        Batch other = Batch.Zeros(a.Rows, x.Instances);
        a.Apply(x, destination);
        a.ApplyAdjoint(x, other);
        Kernels.Add<double>(destination.Values, other.Values, destination.Values);
        Kernels.Multiply<double>(0.5, destination.Values, destination.Values);
    }

    public void ApplyAdjoint(Batch x, Batch destination) => Apply(x, destination);

    public ILinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => new SymmetricPartOperator(a.Select(instances, arena));
}
