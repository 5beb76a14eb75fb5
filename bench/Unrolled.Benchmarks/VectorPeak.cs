using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Benchmarks;

/// <summary>How many additions and products of whole registers one thread can do: independent chains, as many products as sums.</summary>
internal static class VectorPeak
{
    private const int Chains = 12, Rounds = 20_000;

    /// <summary>Takes the results, so that the compiler leaves nothing away.</summary>
    public static double Sink { get; private set; }

    /// <summary>The numbers of one register.</summary>
    public static int Lanes => Vector512.IsHardwareAccelerated ? 8 : Vector<double>.Count;

    /// <summary>Operations per nanosecond, in the best of many runs.</summary>
    public static double OperationsPerNanosecond()
    {
        Times times = Times.Of(() => Sink += Vector512.IsHardwareAccelerated ? Wide() : Native());
        return Chains * Rounds / (times.Least * 1e6);
    }

    /// <summary>The fused products of <c>float</c> that one thread can do, in GFLOP/s: a product and a sum each.</summary>
    public static double SingleGigaflops() => Gigaflops(Times.Of(() => Sink += Fused()));

    /// <summary>The same, and the time of an action that takes turns with it, so that both are measured while the processor is equally fast.</summary>
    public static (double Gigaflops, Times Times) Beside(Action action, double seconds)
    {
        Times[] times = Times.InTurns(seconds, () => Sink += Fused(), action);
        return (Gigaflops(times[0]), times[1]);
    }

    private static double Gigaflops(Times times) => 2.0 * Vector512<float>.Count * Chains * Rounds / (times.Least * 1e6);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Fused()
    {
        var m = Vector512.Create(0.999f);
        Vector512<float> a = m, b = m, c = m, d = m, e = m, f = m, g = m, h = m, i = m, j = m, k = m, l = m;
        for (int r = 0; r < Rounds; r++)
        {
            (a, b, c, d) = (Next(a, m), Next(b, m), Next(c, m), Next(d, m));
            (e, f, g, h) = (Next(e, m), Next(f, m), Next(g, m), Next(h, m));
            (i, j, k, l) = (Next(i, m), Next(j, m), Next(k, m), Next(l, m));
        }

        return (a + b + c + d + e + f + g + h + i + j + k + l)[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Next(Vector512<float> x, Vector512<float> m) => Vector512.FusedMultiplyAdd(x, m, m);

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
