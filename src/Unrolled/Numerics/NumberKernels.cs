using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>Loops over numbers of any type, integers and <see cref="Half"/> included. Products and sums are rounded one by one.</summary>
internal static class NumberKernels
{
    /// <summary><c>y += a x</c>.</summary>
    public static void AddScaled<T>(T a, ReadOnlySpan<T> x, Span<T> y)
        where T : struct, INumber<T>
    {
        int i = 0;
        if (Vector512<T>.IsSupported)
        {
            ref T x0 = ref Kernels.Start(x, y.Length), y0 = ref MemoryMarshal.GetReference(y);
            for (; i + Vector512<T>.Count <= y.Length; i += Vector512<T>.Count)
            {
                (Vector512.LoadUnsafe(ref y0, (nuint)i) + (Vector512.LoadUnsafe(ref x0, (nuint)i) * a)).StoreUnsafe(ref y0, (nuint)i);
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
        if (Vector512<T>.IsSupported)
        {
            ref T x0 = ref MemoryMarshal.GetReference(x);
            for (; i + Vector512<T>.Count <= x.Length; i += Vector512<T>.Count)
            {
                Vector512.Max(Vector512.LoadUnsafe(ref x0, (nuint)i), Vector512<T>.Zero).StoreUnsafe(ref x0, (nuint)i);
            }
        }

        for (; i < x.Length; i++)
        {
            x[i] = T.Max(x[i], T.Zero);
        }
    }
}
