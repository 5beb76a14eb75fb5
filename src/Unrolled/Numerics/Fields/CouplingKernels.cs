using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>What fluxes that are more than one shape of one number need between the calls of <see cref="FluxKernels{D}"/>.</summary>
/// <remarks>Element-wise kernels of equal bits everywhere; a destination may be one of the sources; lengths are those of the first source.</remarks>
internal static class CouplingKernels
{
    /// <summary><c>z = (r s)^2</c>.</summary>
    public static void ScaledSquare<T>(ReadOnlySpan<T> s, T rate, Span<T> z)
        where T : struct, IFloatingPointIeee754<T>
    {
        Kernels.Multiply(rate, s, z);
        Kernels.Multiply<T>(z, z, z);
    }

    /// <summary><c>z += (r s)^2</c>.</summary>
    public static void AddScaledSquare<T>(ReadOnlySpan<T> s, T rate, Span<T> z)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T sr = ref MemoryMarshal.GetReference(s), zr = ref Kernels.Start<T>(z, s.Length);
        Vector512<T> r = Vector512.Create(rate);
        nuint i = 0, n = (nuint)s.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            Vector512<T> t = r * Vector512.LoadUnsafe(ref sr, i);
            Lanes.MultiplyAdd(t, t, Vector512.LoadUnsafe(ref zr, i)).StoreUnsafe(ref zr, i);
        }

        for (; i < n; i++)
        {
            T t = rate * Unsafe.Add(ref sr, i);
            Unsafe.Add(ref zr, i) = T.FusedMultiplyAdd(t, t, Unsafe.Add(ref zr, i));
        }
    }

    /// <summary>
    /// The coupled part of the adjoint derivative, <c>along = (d - g)/z (r^2 sum of s p)</c> with 0 where <c>z = 0</c>: what <c>s</c> is multiplied with.
    /// Returns the sum of <c>(sum of s p) (q g - d)</c>.
    /// </summary>
    /// <param name="z">The scaled squares of the lengths.</param>
    /// <param name="g">The diffusivities.</param>
    /// <param name="slope">The slopes <c>d</c> along the direction of <c>s</c>.</param>
    /// <param name="products"><c>sum of s p</c>; becomes <c>along</c>.</param>
    /// <param name="rate">The rate <c>r</c>.</param>
    /// <param name="degree"><c>q</c>.</param>
    public static T Along<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> g, ReadOnlySpan<T> slope, Span<T> products, T rate, int degree)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T zr = ref MemoryMarshal.GetReference(z), gr = ref Kernels.Start(g, z.Length), dr = ref Kernels.Start(slope, z.Length);
        ref T pr = ref Kernels.Start<T>(products, z.Length);
        Vector512<T> square = Vector512.Create(rate * rate), q = Vector512.Create(degree == 1 ? T.One : T.Zero), sum = default;
        Vector512<T> least = Diffusivities.Constant<T>(typeof(T) == typeof(double) ? 1e-290 : 1e-30);
        nuint i = 0, n = (nuint)z.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i < n; i += lanes)
        {
            bool whole = i + lanes <= n;
            Vector512<T> zi = whole ? Vector512.LoadUnsafe(ref zr, i) : Lanes.LoadFirst(ref zr, i, n);
            Vector512<T> gi = whole ? Vector512.LoadUnsafe(ref gr, i) : Lanes.LoadFirst(ref gr, i, n);
            Vector512<T> di = whole ? Vector512.LoadUnsafe(ref dr, i) : Lanes.LoadFirst(ref dr, i, n);
            Vector512<T> pi = whole ? Vector512.LoadUnsafe(ref pr, i) : Lanes.LoadFirst(ref pr, i, n);
            sum = Lanes.MultiplyAdd(pi, (q * gi) - di, sum);
            Vector512<T> along = (di - gi) / Vector512.MaxNative(least, zi) * (square * pi);
            if (whole)
            {
                along.StoreUnsafe(ref pr, i);
            }
            else
            {
                Lanes.StoreFirst(along, ref pr, i, n);
            }
        }

        return Lanes.Sum(sum);
    }

    /// <summary><c>product = g p + along s</c>.</summary>
    public static void Combine<T>(ReadOnlySpan<T> g, ReadOnlySpan<T> p, ReadOnlySpan<T> along, ReadOnlySpan<T> s, Span<T> product)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T gr = ref MemoryMarshal.GetReference(g), pr = ref Kernels.Start(p, g.Length), ar = ref Kernels.Start(along, g.Length);
        ref T sr = ref Kernels.Start(s, g.Length), dr = ref Kernels.Start<T>(product, g.Length);
        nuint i = 0, n = (nuint)g.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            Vector512<T> first = Vector512.LoadUnsafe(ref gr, i) * Vector512.LoadUnsafe(ref pr, i);
            Lanes.MultiplyAdd(Vector512.LoadUnsafe(ref ar, i), Vector512.LoadUnsafe(ref sr, i), first).StoreUnsafe(ref dr, i);
        }

        for (; i < n; i++)
        {
            Unsafe.Add(ref dr, i) = T.FusedMultiplyAdd(Unsafe.Add(ref ar, i), Unsafe.Add(ref sr, i), Unsafe.Add(ref gr, i) * Unsafe.Add(ref pr, i));
        }
    }

    /// <summary>The sum of <c>x y z</c>, element <c>i</c> in lane <c>i mod 8</c> (16 for <c>float</c>).</summary>
    public static T TripleDot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T xr = ref MemoryMarshal.GetReference(x), yr = ref Kernels.Start(y, x.Length), zr = ref Kernels.Start(z, x.Length);
        Vector512<T> sum = default;
        nuint i = 0, n = (nuint)x.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            sum = Lanes.MultiplyAdd(Vector512.LoadUnsafe(ref xr, i) * Vector512.LoadUnsafe(ref yr, i), Vector512.LoadUnsafe(ref zr, i), sum);
        }

        if (i < n)
        {
            sum = Lanes.MultiplyAdd(Lanes.LoadFirst(ref xr, i, n) * Lanes.LoadFirst(ref yr, i, n), Lanes.LoadFirst(ref zr, i, n), sum);
        }

        return Lanes.Sum(sum);
    }

    /// <summary><c>value = max(s, 0)</c>.</summary>
    public static void PositivePart<T>(ReadOnlySpan<T> s, Span<T> value)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T sr = ref MemoryMarshal.GetReference(s), vr = ref Kernels.Start<T>(value, s.Length);
        nuint i = 0, n = (nuint)s.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            Vector512.MaxNative(Vector512<T>.Zero, Vector512.LoadUnsafe(ref sr, i)).StoreUnsafe(ref vr, i);
        }

        if (i < n)
        {
            Lanes.StoreFirst(Vector512.MaxNative(Vector512<T>.Zero, Lanes.LoadFirst(ref sr, i, n)), ref vr, i, n);
        }
    }

    /// <summary><c>product = p</c> where <c>s</c> is positive, else 0.</summary>
    public static void WherePositive<T>(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> product)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T sr = ref MemoryMarshal.GetReference(s), pr = ref Kernels.Start(p, s.Length), dr = ref Kernels.Start<T>(product, s.Length);
        nuint i = 0, n = (nuint)s.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            (Vector512.GreaterThan(Vector512.LoadUnsafe(ref sr, i), Vector512<T>.Zero) & Vector512.LoadUnsafe(ref pr, i)).StoreUnsafe(ref dr, i);
        }

        for (; i < n; i++)
        {
            Unsafe.Add(ref dr, i) = Unsafe.Add(ref sr, i) > T.Zero ? Unsafe.Add(ref pr, i) : T.Zero;
        }
    }
}
