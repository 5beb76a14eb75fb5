using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Unrolled.Numerics;

/// <summary>
/// The few vector operations that kernels share and that the platform does not offer generically. Every one of them
/// gives the same bits with 512-, 256- and 128-bit registers and with none, because each lane is rounded as IEEE 754
/// says and lanes are always added in the same order.
/// </summary>
internal static class Lanes
{
    private const float LargestOfNormalReciprocal = 4.25352959e37f;

    /// <summary>Fused <c>a * b + c</c> with one rounding, in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) => typeof(T) == typeof(double)
        ? Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>()
        : Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();

    /// <summary><c>1/a</c> and <c>1/b</c> of numbers of at least 1, rounded as a division rounds.</summary>
    /// <remarks>
    /// A processor divides in one unit, which is far slower than those of its products. Numbers of single precision are therefore shared between them:
    /// <c>1/a</c> is a division, and beside it <c>1/b</c> is an estimate of 14 bits with two steps of Newton, <c>x + x (1 - b x)</c>. The second step
    /// rounds correctly unless all bits of the significand are ones (P. Markstein, "Computation of elementary functions on the IBM RISC System/6000
    /// processor", 1990), or the reciprocal is not normal: these are divided.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> OfA, Vector512<T> OfB) Reciprocals<T>(Vector512<T> a, Vector512<T> b)
    {
        Vector512<T> one = Vector512<T>.One;
        if (typeof(T) != typeof(float) || !Avx512F.IsSupported || MustBeDivided(b.AsSingle()))
        {
            return (one / a, one / b);
        }

        Vector512<float> d = b.AsSingle(), x = Avx512F.Reciprocal14(d);
        x = Vector512.FusedMultiplyAdd(x, Avx512F.FusedMultiplyAddNegated(d, x, Vector512<float>.One), x);
        x = Vector512.FusedMultiplyAdd(x, Avx512F.FusedMultiplyAddNegated(d, x, Vector512<float>.One), x);
        return (one / a, x.As<float, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MustBeDivided(Vector512<float> d)
    {
        Vector512<int> significand = Vector512.Create(0x7FFFFF);
        return Vector512.GreaterThanAny(d, Vector512.Create(LargestOfNormalReciprocal)) || Vector512.EqualsAny(d.AsInt32() & significand, significand);
    }

    /// <summary>The sum of all lanes: halves are added until one lane is left, which is the same tree at every width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum<T>(Vector512<T> v)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        Vector256<T> quarter = v.GetLower() + v.GetUpper();
        Vector128<T> half = quarter.GetLower() + quarter.GetUpper();
        if (typeof(T) == typeof(double))
        {
            return half[0] + half[1];
        }

        return (half[0] + half[2]) + (half[1] + half[3]);
    }

    /// <summary>The numbers from <paramref name="i"/> to below <paramref name="n"/>, fewer than a register holds; zeros in the other lanes.</summary>
    public static Vector512<T> LoadFirst<T>(ref T source, nuint i, nuint n)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        Vector512<T> v = default;
        Unsafe.CopyBlockUnaligned(ref Unsafe.As<Vector512<T>, byte>(ref v), ref Unsafe.As<T, byte>(ref Unsafe.Add(ref source, i)), (uint)(n - i) * (uint)Unsafe.SizeOf<T>());
        return v;
    }

    /// <summary>Stores the first lanes at <paramref name="i"/> to below <paramref name="n"/>.</summary>
    public static void StoreFirst<T>(Vector512<T> v, ref T destination, nuint i, nuint n)
        where T : struct, System.Numerics.IFloatingPointIeee754<T> =>
        Unsafe.CopyBlockUnaligned(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref destination, i)), ref Unsafe.As<Vector512<T>, byte>(ref v), (uint)(n - i) * (uint)Unsafe.SizeOf<T>());

    /// <summary>The larger of a magnitude and that of a number, by their bits: NaN is the largest of all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LargerMagnitude(Vector512<double> magnitude, Vector512<double> a) =>
        Vector512.Max(magnitude.AsInt64(), a.AsInt64() & Vector512.Create(long.MaxValue)).AsDouble();

    /// <summary>The first <paramref name="count"/> numbers from a place on, none if it is negative; zeros in the other lanes. No other memory is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector512<double> LoadFirst(double* source, int count)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.MaskLoad(source, First(count), default);
        }

        Vector512<double> first = default;
        Unsafe.CopyBlockUnaligned(&first, source, (uint)Math.Clamp(count, 0, Vector512<double>.Count) * sizeof(double));
        return first;
    }

    /// <summary>Stores the first <paramref name="count"/> lanes, none if it is negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreFirst(Vector512<double> v, double* destination, int count)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(destination, First(count), v);
            return;
        }

        Unsafe.CopyBlockUnaligned(destination, &v, (uint)Math.Clamp(count, 0, Vector512<double>.Count) * sizeof(double));
    }

    /// <summary>All bits in the first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> First(int count) => Vector512.GreaterThan(Vector512.Create((long)count), Vector512.CreateSequence(0L, 1L)).AsDouble();
}
