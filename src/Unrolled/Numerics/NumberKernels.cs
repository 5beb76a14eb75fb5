using System.Numerics;

namespace Unrolled.Numerics;

/// <summary>Loops over numbers of any type, integers and <see cref="Half"/> included. Products and sums are rounded one by one.</summary>
internal static class NumberKernels
{
    /// <summary><c>y += a x</c>.</summary>
    public static void AddScaled<T>(T a, ReadOnlySpan<T> x, Span<T> y)
        where T : struct, INumber<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            for (; i + Vector<T>.Count <= y.Length; i += Vector<T>.Count)
            {
                (new Vector<T>(y[i..]) + (new Vector<T>(x[i..]) * a)).CopyTo(y[i..]);
            }
        }

        for (; i < y.Length; i++)
        {
            y[i] += a * x[i];
        }
    }

    /// <summary><c>x = max(x, 0)</c>.</summary>
    public static void Rectify<T>(Span<T> x)
        where T : struct, INumber<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            for (; i + Vector<T>.Count <= x.Length; i += Vector<T>.Count)
            {
                Vector.Max(new Vector<T>(x[i..]), Vector<T>.Zero).CopyTo(x[i..]);
            }
        }

        for (; i < x.Length; i++)
        {
            x[i] = T.Max(x[i], T.Zero);
        }
    }
}
