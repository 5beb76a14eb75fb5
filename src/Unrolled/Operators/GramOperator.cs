using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary><c>A^T A</c> by one product with each.</summary>
internal sealed class GramOperator(ILinearOperator a) : ILinearOperator
{
    public int Rows => a.Columns;

    public int Columns => a.Columns;

    public int Instances => a.Instances;

    public OperatorProperties Properties => OperatorProperties.Symmetric;

    public void Apply(Batch x, Batch destination)
    {
        Batch image = Batch.Zeros(a.Rows, x.Instances);
        a.Apply(x, image);
        a.ApplyAdjoint(image, destination);
    }

    public void ApplyAdjoint(Batch x, Batch destination) => Apply(x, destination);

    public ILinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => new GramOperator(a.Select(instances, arena));
}
