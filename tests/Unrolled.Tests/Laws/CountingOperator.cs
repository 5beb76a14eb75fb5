using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Laws;

/// <summary>An operator that counts its own products.</summary>
internal sealed class CountingOperator(ILinearOperator inner) : ILinearOperator
{
    public int Products { get; private set; }

    /// <summary>Told the number of products after each was counted.</summary>
    public Action<int>? Counted { get; init; }

    public int Rows => inner.Rows;

    public int Columns => inner.Columns;

    public int Instances => inner.Instances;

    public OperatorProperties Properties => inner.Properties;

    public void Apply(Batch x, Batch destination)
    {
        Products++;
        Counted?.Invoke(Products);
        inner.Apply(x, destination);
    }

    public void Residual(Batch x, Batch b, Batch destination)
    {
        Products++;
        inner.Residual(x, b, destination);
    }

    public void Relax(double step, Batch x, Batch b, Batch destination)
    {
        Products++;
        inner.Relax(step, x, b, destination);
    }

    public Batch Diagonal() => inner.Diagonal();
}
