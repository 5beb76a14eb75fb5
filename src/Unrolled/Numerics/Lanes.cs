using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// The few vector operations that kernels share and that the platform does not offer generically. Every one of them
/// gives the same bits with 512-, 256- and 128-bit registers and with none, because each lane is rounded as IEEE 754
/// says and lanes are always added in the same order.
/// </summary>
internal static class Lanes
{
    /// <summary>Fused <c>a * b + c</c> with one rounding, in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) => typeof(T) == typeof(double)
        ? Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>()
        : Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();

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
}
