using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Native;

/// <summary>The operator of <c>samples/native/example.c</c>, with the same operations in the same order; it counts its products.</summary>
internal sealed class SquareLaplacian(int side) : ILinearOperator
{
    public int Products { get; private set; }

    public int Rows => side * side;

    public int Columns => side * side;

    public int Instances => 1;

    public OperatorProperties Properties => OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite;

    public void Apply(Batch x, Batch destination)
    {
        Products++;
        Apply(side, x.Values, destination.Values);
    }

    public static void Apply(int side, ReadOnlySpan<double> x, Span<double> y)
    {
        for (int k = 0; k < y.Length; k++)
        {
            int row = k / side, column = k % side;
            double sum = 4 * x[k];
            sum -= row > 0 ? x[k - side] : 0;
            sum -= row < side - 1 ? x[k + side] : 0;
            sum -= column > 0 ? x[k - 1] : 0;
            sum -= column < side - 1 ? x[k + 1] : 0;
            y[k] = 0.25 * sum;
        }
    }
}
