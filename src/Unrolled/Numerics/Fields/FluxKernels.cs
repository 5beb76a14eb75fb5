using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// A flux <c>Phi(s) = a gamma((r s)^2) s</c> over contiguous numbers, with the rate <c>r = 1/lambda</c> and an amplitude <c>a</c>. What does not
/// fill a register is computed in one padded by zeros, so that the bits of a number do not depend on where it stands; sums
/// run in one accumulator per lane, element <c>i</c> in lane <c>i mod 8</c> (16 for <c>float</c>).
/// </summary>
/// <remarks>A destination may be one of the sources. Lengths are those of <c>s</c>; the others must be as long.</remarks>
/// <typeparam name="D">The shape of the diffusivity.</typeparam>
internal static class FluxKernels<D>
    where D : struct, IDiffusivity
{
    /// <summary><c>value = Phi(s)</c>.</summary>
    public static void Apply<T>(ReadOnlySpan<T> s, Span<T> value, T rate, T amplitude)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T sr = ref MemoryMarshal.GetReference(s), vr = ref Kernels.Start<T>(value, s.Length);
        Vector512<T> r = Vector512.Create(rate), a = Vector512.Create(amplitude);
        nuint i = 0, n = (nuint)s.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + (2 * lanes) <= n; i += 2 * lanes)
        {
            Vector512<T> first = Vector512.LoadUnsafe(ref sr, i), second = Vector512.LoadUnsafe(ref sr, i + lanes);
            Vector512<T> t = first * r, u = second * r;
            (Vector512<T> g, Vector512<T> h) = D.Values<T, D>(t * t, u * u);
            (Scaled(g, a) * first).StoreUnsafe(ref vr, i);
            (Scaled(h, a) * second).StoreUnsafe(ref vr, i + lanes);
        }

        for (; i + lanes <= n; i += lanes)
        {
            Value(Vector512.LoadUnsafe(ref sr, i), r, a).StoreUnsafe(ref vr, i);
        }

        if (i < n)
        {
            Lanes.StoreFirst(Value(Lanes.LoadFirst(ref sr, i, n), r, a), ref vr, i, n);
        }
    }

    /// <summary><c>value = Phi(s)</c>, <c>product = Phi'(s) p</c>; returns the sum of <c>p dPhi/dln(lambda) = p (q Phi - s Phi')</c>.</summary>
    public static T Linearize<T>(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, T rate, T amplitude)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T sr = ref MemoryMarshal.GetReference(s), pr = ref Kernels.Start(p, s.Length);
        ref T vr = ref Kernels.Start<T>(value, s.Length), dr = ref Kernels.Start<T>(product, s.Length);
        Vector512<T> r = Vector512.Create(rate), a = Vector512.Create(amplitude), sum = default;
        nuint i = 0, n = (nuint)s.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            Linearize(Vector512.LoadUnsafe(ref sr, i), Vector512.LoadUnsafe(ref pr, i), r, a, ref sum, out Vector512<T> phi, out Vector512<T> slope);
            phi.StoreUnsafe(ref vr, i);
            slope.StoreUnsafe(ref dr, i);
        }

        if (i < n)
        {
            Linearize(Lanes.LoadFirst(ref sr, i, n), Lanes.LoadFirst(ref pr, i, n), r, a, ref sum, out Vector512<T> phi, out Vector512<T> slope);
            Lanes.StoreFirst(phi, ref vr, i, n);
            Lanes.StoreFirst(slope, ref dr, i, n);
        }

        return Lanes.Sum(sum);
    }

    /// <summary><c>g = gamma(z)</c>; the spans may be the same.</summary>
    public static void Diffusivity<T>(ReadOnlySpan<T> z, Span<T> g)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T zr = ref MemoryMarshal.GetReference(z), gr = ref Kernels.Start<T>(g, z.Length);
        nuint i = 0, n = (nuint)z.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + (2 * lanes) <= n; i += 2 * lanes)
        {
            (Vector512<T> first, Vector512<T> second) = D.Values<T, D>(Vector512.LoadUnsafe(ref zr, i), Vector512.LoadUnsafe(ref zr, i + lanes));
            first.StoreUnsafe(ref gr, i);
            second.StoreUnsafe(ref gr, i + lanes);
        }

        for (; i + lanes <= n; i += lanes)
        {
            D.Value(Vector512.LoadUnsafe(ref zr, i)).StoreUnsafe(ref gr, i);
        }

        if (i < n)
        {
            Lanes.StoreFirst(D.Value(Lanes.LoadFirst(ref zr, i, n)), ref gr, i, n);
        }
    }

    /// <summary><c>g = gamma(z)</c> and <c>slope = gamma(z) + 2 z gamma'(z)</c>; one of them may be <c>z</c>.</summary>
    public static void Diffusivity<T>(ReadOnlySpan<T> z, Span<T> g, Span<T> slope)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T zr = ref MemoryMarshal.GetReference(z);
        ref T gr = ref Kernels.Start<T>(g, z.Length), dr = ref Kernels.Start<T>(slope, z.Length);
        nuint i = 0, n = (nuint)z.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            (Vector512<T> value, Vector512<T> steepness) = D.Linearize(Vector512.LoadUnsafe(ref zr, i));
            value.StoreUnsafe(ref gr, i);
            steepness.StoreUnsafe(ref dr, i);
        }

        if (i < n)
        {
            (Vector512<T> value, Vector512<T> steepness) = D.Linearize(Lanes.LoadFirst(ref zr, i, n));
            Lanes.StoreFirst(value, ref gr, i, n);
            Lanes.StoreFirst(steepness, ref dr, i, n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Value<T>(Vector512<T> s, Vector512<T> rate, Vector512<T> amplitude)
    {
        Vector512<T> t = s * rate;
        return Scaled(D.Value(t * t), amplitude) * s;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Scaled<T>(Vector512<T> g, Vector512<T> amplitude) => D.Degree == 1 ? g : g * amplitude;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Linearize<T>(
        Vector512<T> s, Vector512<T> p, Vector512<T> rate, Vector512<T> amplitude, ref Vector512<T> sum, out Vector512<T> value, out Vector512<T> product)
    {
        Vector512<T> t = s * rate;
        (Vector512<T> g, Vector512<T> slope) = D.Linearize(t * t);
        (g, slope) = (Scaled(g, amplitude), Scaled(slope, amplitude));
        value = g * s;
        product = slope * p;
        sum = Lanes.MultiplyAdd(p * s, D.Degree == 1 ? g - slope : -slope, sum);
    }
}
