using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// An odd, continuous, piecewise linear function in its ramp form
/// <c>Phi(s) = sign(s) (c_0 |s| + sum over i = 1..n of c_i min(|s|, k_i))</c>: one minimum and one fused product per knot.
/// </summary>
/// <remarks>
/// <para>A destination may be one of the sources. The table holds <c>n</c> knots and then <c>c_0, ..., c_n</c>. Sums run in one accumulator
/// per lane, element <c>i</c> in lane <c>i mod 8</c> (16 for <c>float</c>).</para>
/// <para>The knot stands first in a minimum, so that NaN on the other side is returned by every instruction set.</para>
/// </remarks>
internal static class SplineKernels
{
    /// <summary><c>value = Phi(s)</c>.</summary>
    public static void Apply<T>(ReadOnlySpan<T> s, Span<T> value, ReadOnlySpan<T> table, int knots)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T sr = ref MemoryMarshal.GetReference(s), vr = ref Kernels.Start<T>(value, s.Length), tr = ref Kernels.Start(table, (2 * knots) + 1);
        nuint i = 0, n = (nuint)s.Length, lanes = (nuint)Vector512<T>.Count, count = (nuint)knots;
        for (; i + (4 * lanes) <= n; i += 4 * lanes)
        {
            Vector512<T> s0 = Vector512.LoadUnsafe(ref sr, i), s1 = Vector512.LoadUnsafe(ref sr, i + lanes);
            Vector512<T> s2 = Vector512.LoadUnsafe(ref sr, i + (2 * lanes)), s3 = Vector512.LoadUnsafe(ref sr, i + (3 * lanes));
            Vector512<T> a0 = Vector512.Abs(s0), a1 = Vector512.Abs(s1), a2 = Vector512.Abs(s2), a3 = Vector512.Abs(s3);
            Vector512<T> end = Vector512.Create(Unsafe.Add(ref tr, count));
            Vector512<T> v0 = end * a0, v1 = end * a1, v2 = end * a2, v3 = end * a3;
            for (nuint k = 0; k < count; k++)
            {
                Vector512<T> knot = Vector512.Create(Unsafe.Add(ref tr, k)), c = Vector512.Create(Unsafe.Add(ref tr, count + 1 + k));
                v0 = Lanes.MultiplyAdd(c, Vector512.MinNative(knot, a0), v0);
                v1 = Lanes.MultiplyAdd(c, Vector512.MinNative(knot, a1), v1);
                v2 = Lanes.MultiplyAdd(c, Vector512.MinNative(knot, a2), v2);
                v3 = Lanes.MultiplyAdd(c, Vector512.MinNative(knot, a3), v3);
            }

            WithSignOf(s0, v0).StoreUnsafe(ref vr, i);
            WithSignOf(s1, v1).StoreUnsafe(ref vr, i + lanes);
            WithSignOf(s2, v2).StoreUnsafe(ref vr, i + (2 * lanes));
            WithSignOf(s3, v3).StoreUnsafe(ref vr, i + (3 * lanes));
        }

        for (; i + lanes <= n; i += lanes)
        {
            Value(Vector512.LoadUnsafe(ref sr, i), ref tr, count).StoreUnsafe(ref vr, i);
        }

        if (i < n)
        {
            Lanes.StoreFirst(Value(Lanes.LoadFirst(ref sr, i, n), ref tr, count), ref vr, i, n);
        }
    }

    /// <summary>
    /// <c>value = Phi(s)</c>, <c>product = Phi'(s) p</c> (at a knot the derivative from outside) and
    /// <c>gradient = (sum p s, sum p sign(s) min(|s|, k_1), ..., sum p sign(s) min(|s|, k_n))</c>, what <c>c</c> is multiplied with, and then the sum of
    /// <c>p (Phi - s Phi')</c>, the derivative by the logarithm of a common factor of all knots.
    /// </summary>
    public static void Linearize<T>(
        ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, ReadOnlySpan<T> table, int knots, Span<T> gradient)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T sr = ref MemoryMarshal.GetReference(s), pr = ref Kernels.Start(p, s.Length), tr = ref Kernels.Start(table, (2 * knots) + 1);
        ref T vr = ref Kernels.Start<T>(value, s.Length), dr = ref Kernels.Start<T>(product, s.Length);
        Span<Vector512<T>> sums = stackalloc Vector512<T>[knots + 2];
        sums.Clear();
        ref Vector512<T> sum = ref MemoryMarshal.GetReference(sums);
        nuint i = 0, n = (nuint)s.Length, lanes = (nuint)Vector512<T>.Count, count = (nuint)knots;
        for (; i + (2 * lanes) <= n; i += 2 * lanes)
        {
            Vector512<T> s0 = Vector512.LoadUnsafe(ref sr, i), s1 = Vector512.LoadUnsafe(ref sr, i + lanes);
            Vector512<T> p0 = Vector512.LoadUnsafe(ref pr, i), p1 = Vector512.LoadUnsafe(ref pr, i + lanes);
            Vector512<T> a0 = Vector512.Abs(s0), a1 = Vector512.Abs(s1), w0 = WithSignOf(s0, p0), w1 = WithSignOf(s1, p1);
            Vector512<T> d0 = Vector512.Create(Unsafe.Add(ref tr, count)), d1 = d0, v0 = d0 * a0, v1 = d0 * a1;
            sum = Lanes.MultiplyAdd(p1, s1, Lanes.MultiplyAdd(p0, s0, sum));
            for (nuint k = 0; k < count; k++)
            {
                Vector512<T> knot = Vector512.Create(Unsafe.Add(ref tr, k)), c = Vector512.Create(Unsafe.Add(ref tr, count + 1 + k));
                Vector512<T> m0 = Vector512.MinNative(knot, a0), m1 = Vector512.MinNative(knot, a1);
                v0 = Lanes.MultiplyAdd(c, m0, v0);
                v1 = Lanes.MultiplyAdd(c, m1, v1);
                d0 += Vector512.LessThan(a0, knot) & c;
                d1 += Vector512.LessThan(a1, knot) & c;
                ref Vector512<T> own = ref Unsafe.Add(ref sum, k + 1);
                own = Lanes.MultiplyAdd(w1, m1, Lanes.MultiplyAdd(w0, m0, own));
            }

            ref Vector512<T> scale = ref Unsafe.Add(ref sum, count + 1);
            scale = Lanes.MultiplyAdd(w1, v1 - (a1 * d1), Lanes.MultiplyAdd(w0, v0 - (a0 * d0), scale));
            WithSignOf(s0, v0).StoreUnsafe(ref vr, i);
            WithSignOf(s1, v1).StoreUnsafe(ref vr, i + lanes);
            (d0 * p0).StoreUnsafe(ref dr, i);
            (d1 * p1).StoreUnsafe(ref dr, i + lanes);
        }

        for (; i < n; i += lanes)
        {
            bool whole = i + lanes <= n;
            Vector512<T> s0 = whole ? Vector512.LoadUnsafe(ref sr, i) : Lanes.LoadFirst(ref sr, i, n);
            Vector512<T> p0 = whole ? Vector512.LoadUnsafe(ref pr, i) : Lanes.LoadFirst(ref pr, i, n);
            Vector512<T> a0 = Vector512.Abs(s0), w0 = WithSignOf(s0, p0), d0 = Vector512.Create(Unsafe.Add(ref tr, count));
            sum = Lanes.MultiplyAdd(p0, s0, sum);
            for (nuint k = 0; k < count; k++)
            {
                Vector512<T> knot = Vector512.Create(Unsafe.Add(ref tr, k)), c = Vector512.Create(Unsafe.Add(ref tr, count + 1 + k));
                d0 += Vector512.LessThan(a0, knot) & c;
                ref Vector512<T> own = ref Unsafe.Add(ref sum, k + 1);
                own = Lanes.MultiplyAdd(w0, Vector512.MinNative(knot, a0), own);
            }

            Vector512<T> v0 = Value(s0, ref tr, count);
            ref Vector512<T> scale = ref Unsafe.Add(ref sum, count + 1);
            scale = Lanes.MultiplyAdd(WithSignOf(s0, p0), WithSignOf(s0, v0) - (a0 * d0), scale);
            if (whole)
            {
                v0.StoreUnsafe(ref vr, i);
                (d0 * p0).StoreUnsafe(ref dr, i);
            }
            else
            {
                Lanes.StoreFirst(v0, ref vr, i, n);
                Lanes.StoreFirst(d0 * p0, ref dr, i, n);
            }
        }

        for (int k = 0; k <= knots + 1; k++)
        {
            gradient[k] = Lanes.Sum(sums[k]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Value<T>(Vector512<T> s, ref T table, nuint count)
        where T : struct, IFloatingPointIeee754<T>
    {
        Vector512<T> a = Vector512.Abs(s), v = Vector512.Create(Unsafe.Add(ref table, count)) * a;
        for (nuint k = 0; k < count; k++)
        {
            Vector512<T> knot = Vector512.Create(Unsafe.Add(ref table, k)), c = Vector512.Create(Unsafe.Add(ref table, count + 1 + k));
            v = Lanes.MultiplyAdd(c, Vector512.MinNative(knot, a), v);
        }

        return WithSignOf(s, v);
    }

    /// <summary><c>v</c>, negated where <c>s</c> has the sign of negative numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> WithSignOf<T>(Vector512<T> s, Vector512<T> v) => typeof(T) == typeof(double)
        ? (v.AsInt64() ^ (s.AsInt64() & Vector512.Create(long.MinValue))).As<long, T>()
        : (v.AsInt32() ^ (s.AsInt32() & Vector512.Create(int.MinValue))).As<int, T>();
}
