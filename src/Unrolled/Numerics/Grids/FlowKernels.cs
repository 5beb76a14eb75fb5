using System.Numerics;

namespace Unrolled.Numerics;

/// <summary>Element-wise operations of diffusion flows that are not sums or products.</summary>
internal static class FlowKernels
{
    /// <summary>Exchanges two arrays value by value.</summary>
    public static void Swap<T>(Span<T> x, Span<T> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            (x[i], y[i]) = (y[i], x[i]);
        }
    }

    /// <summary>Replaces numbers of modulus below <paramref name="least"/> by it.</summary>
    public static void Lift<T>(Span<T> x, T least)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = T.Abs(x[i]) < least ? least : x[i];
        }
    }

    /// <summary><c>x = y/x</c>.</summary>
    public static void DivideInto<T>(ReadOnlySpan<T> y, Span<T> x)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = y[i] / x[i];
        }
    }

    /// <summary>Sets the marked numbers to 0.</summary>
    public static void Clear<T>(ReadOnlySpan<bool> marked, Span<T> x)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < marked.Length; i++)
        {
            x[i] = marked[i] ? T.Zero : x[i];
        }
    }
}
