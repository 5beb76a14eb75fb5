using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// The few loops of which every dense factorization here consists, over contiguous rows. Sums run in two accumulators
/// of eight lanes and then a scalar tail, always in this order, so the bits are the same with any instruction set.
/// </summary>
internal static class RowOperations
{
    /// <summary>How many sums of an inner product run side by side: zeros from a multiple of it on can be left away.</summary>
    public const int SumsInFlight = 2 * Width;

    private const int Width = 8;

    /// <summary>The inner product of two rows of equal length.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ref double x0 = ref MemoryMarshal.GetReference(x);
        ref double y0 = ref MemoryMarshal.GetReference(y[..x.Length]);
        double sum = 0;
        int i = 0;
        if (x.Length >= Width)
        {
            Vector512<double> even = Vector512<double>.Zero, odd = Vector512<double>.Zero;
            for (; i <= x.Length - (2 * Width); i += 2 * Width)
            {
                even = Lanes.MultiplyAdd(Vector512.LoadUnsafe(ref x0, (nuint)i), Vector512.LoadUnsafe(ref y0, (nuint)i), even);
                odd = Lanes.MultiplyAdd(
                    Vector512.LoadUnsafe(ref x0, (nuint)(i + Width)), Vector512.LoadUnsafe(ref y0, (nuint)(i + Width)), odd);
            }

            for (; i <= x.Length - Width; i += Width)
            {
                even = Lanes.MultiplyAdd(Vector512.LoadUnsafe(ref x0, (nuint)i), Vector512.LoadUnsafe(ref y0, (nuint)i), even);
            }

            sum = Lanes.Sum(even + odd);
        }

        for (; i < x.Length; i++)
        {
            sum = Math.FusedMultiplyAdd(x[i], y[i], sum);
        }

        return sum;
    }

    /// <summary>The sum of a row: lane by lane, then the lanes, then the tail.</summary>
    public static double Sum(ReadOnlySpan<double> x)
    {
        ref double x0 = ref MemoryMarshal.GetReference(x);
        Vector512<double> lanes = Vector512<double>.Zero;
        int i = 0;
        for (; i <= x.Length - Width; i += Width)
        {
            lanes += Vector512.LoadUnsafe(ref x0, (nuint)i);
        }

        double sum = Lanes.Sum(lanes);
        for (; i < x.Length; i++)
        {
            sum += x[i];
        }

        return sum;
    }

    /// <summary>Adds <paramref name="alpha"/> times <paramref name="x"/> to <paramref name="y"/>; every entry is rounded once.</summary>
    public static void AddScaled(double alpha, ReadOnlySpan<double> x, Span<double> y)
    {
        ref double x0 = ref MemoryMarshal.GetReference(x);
        ref double y0 = ref MemoryMarshal.GetReference(y[..x.Length]);
        Vector512<double> factor = Vector512.Create(alpha);
        int i = 0;
        for (; i <= x.Length - Width; i += Width)
        {
            Lanes.MultiplyAdd(factor, Vector512.LoadUnsafe(ref x0, (nuint)i), Vector512.LoadUnsafe(ref y0, (nuint)i))
                .StoreUnsafe(ref y0, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            y[i] = Math.FusedMultiplyAdd(alpha, x[i], y[i]);
        }
    }

    /// <summary>Adds the square of <paramref name="scale"/> times x to y, entry by entry.</summary>
    public static void AddSquares(double scale, ReadOnlySpan<double> x, Span<double> y)
    {
        ref double x0 = ref MemoryMarshal.GetReference(x);
        ref double y0 = ref MemoryMarshal.GetReference(y[..x.Length]);
        Vector512<double> factor = Vector512.Create(scale);
        int i = 0;
        for (; i <= x.Length - Width; i += Width)
        {
            Vector512<double> scaled = factor * Vector512.LoadUnsafe(ref x0, (nuint)i);
            Lanes.MultiplyAdd(scaled, scaled, Vector512.LoadUnsafe(ref y0, (nuint)i)).StoreUnsafe(ref y0, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            y[i] = Math.FusedMultiplyAdd(scale * x[i], scale * x[i], y[i]);
        }
    }

    /// <summary>Replaces (x, y) by (c x + s y, c y - s x).</summary>
    public static void Rotate(double c, double s, Span<double> x, Span<double> y)
    {
        ref double x0 = ref MemoryMarshal.GetReference(x);
        ref double y0 = ref MemoryMarshal.GetReference(y[..x.Length]);
        Vector512<double> cosine = Vector512.Create(c), sine = Vector512.Create(s);
        int i = 0;
        for (; i <= x.Length - Width; i += Width)
        {
            Vector512<double> a = Vector512.LoadUnsafe(ref x0, (nuint)i), b = Vector512.LoadUnsafe(ref y0, (nuint)i);
            Lanes.MultiplyAdd(cosine, a, sine * b).StoreUnsafe(ref x0, (nuint)i);
            Lanes.MultiplyAdd(cosine, b, -(sine * a)).StoreUnsafe(ref y0, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            (x[i], y[i]) = (Math.FusedMultiplyAdd(c, x[i], s * y[i]), Math.FusedMultiplyAdd(c, y[i], -(s * x[i])));
        }
    }

    /// <summary>Exchanges two rows of equal length.</summary>
    public static void Exchange(Span<double> x, Span<double> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            (x[i], y[i]) = (y[i], x[i]);
        }
    }

    /// <summary>
    /// The power of two that brings the largest magnitude of <paramref name="x"/> into [1, 2), so that squares neither
    /// overflow nor vanish. Multiplying by it is exact. It is 1 for rows that are zero or not finite.
    /// </summary>
    public static double PowerOfTwoScale(ReadOnlySpan<double> x)
    {
        double largest = 0;
        foreach (double value in x)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest > 0 && double.IsFinite(largest) ? Math.ScaleB(1, Math.Min(-Math.ILogB(largest), 1023)) : 1;
    }
}
