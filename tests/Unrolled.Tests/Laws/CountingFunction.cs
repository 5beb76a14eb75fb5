using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Laws;

/// <summary>A nonlinear operator that counts its own evaluations and products.</summary>
internal sealed class CountingFunction(INonlinearOperator inner) : INonlinearOperator
{
    public int Products { get; private set; }

    public int Components => inner.Components;

    public int Instances => inner.Instances;

    public int LinearizationComponents => inner.LinearizationComponents;

    public int LinearizationCost => inner.LinearizationCost;

    public SparsityPattern? JacobianPattern => inner.JacobianPattern;

    public int JacobianCost => inner.JacobianCost;

    public bool HasAdjoint => inner.HasAdjoint;

    public void Evaluate(Batch x, Batch destination)
    {
        Products++;
        inner.Evaluate(x, destination);
    }

    public void Linearize(Batch x, Batch linearization)
    {
        Products += inner.LinearizationCost;
        inner.Linearize(x, linearization);
    }

    public void ApplyJacobian(Batch x, Batch linearization, Batch v, Batch destination)
    {
        Products++;
        inner.ApplyJacobian(x, linearization, v, destination);
    }

    public void ApplyJacobianAdjoint(Batch x, Batch linearization, Batch u, Batch destination)
    {
        Products++;
        inner.ApplyJacobianAdjoint(x, linearization, u, destination);
    }

    public void JacobianEntries(Batch x, Batch linearization, Batch entries)
    {
        Products += inner.JacobianCost;
        inner.JacobianEntries(x, linearization, entries);
    }

    public INonlinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => throw new NotSupportedException("one instance is counted");
}
