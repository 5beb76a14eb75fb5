using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class LanesTests
{
    [Fact]
    public void SumAddsHalvesUntilOneLaneIsLeft()
    {
        double[] a = [1e16, 1, -1e16, 3, 1, 1e-3, 7, 0.1];
        double expected = ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
        Assert.Equal(expected, Lanes.Sum(Vector512.Create(a)));
    }

    [Fact]
    public void MultiplyAddRoundsOnce()
    {
        double a = 1 + double.Epsilon + Math.ScaleB(1, -30), b = 1 - Math.ScaleB(1, -30);
        Vector512<double> fused = Lanes.MultiplyAdd(Vector512.Create(a), Vector512.Create(b), Vector512.Create(-1.0));
        Assert.Equal(Math.FusedMultiplyAdd(a, b, -1.0), fused[5]);
        Assert.NotEqual((a * b) - 1.0, fused[5]);
    }
}
