using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Benchmarks;

/// <summary>How many additions and products of whole registers one thread can do: independent chains, as many products as sums.</summary>
internal static class VectorPeak
{
    private const int Chains = 12, Rounds = 20_000;

    /// <summary>The numbers of one register.</summary>
    public static int Lanes => Vector512.IsHardwareAccelerated ? 8 : Vector<double>.Count;

    /// <summary>Operations per nanosecond, in the best of many runs.</summary>
    public static double OperationsPerNanosecond()
    {
        double sink = 0;
        Times times = Times.Of(() => sink += Vector512.IsHardwareAccelerated ? Wide() : Native());
        return double.IsFinite(sink) ? Chains * Rounds / (times.Least * 1e6) : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Wide()
    {
        var m = Vector512.Create(1.0000001);
        Vector512<double> a = m, b = m, c = m, d = m, e = m, f = m, g = m, h = m, i = m, j = m, k = m, l = m;
        for (int r = 0; r < Rounds; r++)
        {
            (a, b, c, d, e, f, g, h, i, j, k, l) = (a * m, b + m, c * m, d + m, e * m, f + m, g * m, h + m, i * m, j + m, k * m, l + m);
        }

        return (a + b + c + d + e + f + g + h + i + j + k + l)[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Native()
    {
        var m = new Vector<double>(1.0000001);
        Vector<double> a = m, b = m, c = m, d = m, e = m, f = m, g = m, h = m, i = m, j = m, k = m, l = m;
        for (int r = 0; r < Rounds; r++)
        {
            (a, b, c, d, e, f, g, h, i, j, k, l) = (a * m, b + m, c * m, d + m, e * m, f + m, g * m, h + m, i * m, j + m, k * m, l + m);
        }

        return (a + b + c + d + e + f + g + h + i + j + k + l)[0];
    }
}
