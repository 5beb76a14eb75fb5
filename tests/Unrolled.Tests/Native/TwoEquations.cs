using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Native;

/// <summary>The equations of <c>samples/native/example.c</c>, with the same operations in the same order.</summary>
internal sealed class TwoEquations(double p) : INonlinearOperator
{
    public int Components => 2;

    public int Instances => 1;

    public void Evaluate(Batch x, Batch destination) => Evaluate(p, x.Values, destination.Values);

    public void ApplyJacobian(Batch x, Batch linearization, Batch v, Batch destination) => Product(p, x.Values, v.Values, destination.Values);

    public INonlinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => this;

    public static void Evaluate(double p, ReadOnlySpan<double> x, Span<double> y)
    {
        y[0] = x[0] - (p / (1 + (x[1] * x[1])));
        y[1] = x[1] - (0.5 * x[0]);
    }

    public static void Product(double p, ReadOnlySpan<double> x, ReadOnlySpan<double> v, Span<double> y)
    {
        double d = 1 + (x[1] * x[1]);
        y[0] = v[0] + (p * (2 * x[1]) / (d * d) * v[1]);
        y[1] = v[1] - (0.5 * v[0]);
    }
}
