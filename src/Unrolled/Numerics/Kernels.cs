using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Element-wise kernels over contiguous numbers: the same expression for every element, with one rounding per fused
/// operation, so that the bits depend neither on the register width nor on where an array is cut.
/// </summary>
/// <remarks>A destination may be one of the sources. Lengths are the destination's; sources must be as long.</remarks>
internal static class Kernels
{
    /// <summary><c>destination = x + a y</c>.</summary>
    public static void MultiplyAdd<T>(T a, ReadOnlySpan<T> y, ReadOnlySpan<T> x, Span<T> destination)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T yr = ref Start(y, destination.Length), xr = ref Start(x, destination.Length);
        ref T dr = ref MemoryMarshal.GetReference(destination);
        Vector512<T> av = Vector512.Create(a);
        nuint i = 0, n = (nuint)destination.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            Lanes.MultiplyAdd(av, Vector512.LoadUnsafe(ref yr, i), Vector512.LoadUnsafe(ref xr, i)).StoreUnsafe(ref dr, i);
        }

        for (; i < n; i++)
        {
            Unsafe.Add(ref dr, i) = T.FusedMultiplyAdd(a, Unsafe.Add(ref yr, i), Unsafe.Add(ref xr, i));
        }
    }

    /// <summary><c>destination = a x</c>.</summary>
    public static void Multiply<T>(T a, ReadOnlySpan<T> x, Span<T> destination)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T xr = ref Start(x, destination.Length), dr = ref MemoryMarshal.GetReference(destination);
        nuint i = 0, n = (nuint)destination.Length, lanes = (nuint)Vector512<T>.Count;
        Vector512<T> av = Vector512.Create(a);
        for (; i + lanes <= n; i += lanes)
        {
            (av * Vector512.LoadUnsafe(ref xr, i)).StoreUnsafe(ref dr, i);
        }

        for (; i < n; i++)
        {
            Unsafe.Add(ref dr, i) = a * Unsafe.Add(ref xr, i);
        }
    }

    /// <summary><c>destination = x - y</c>.</summary>
    public static void Subtract<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T xr = ref Start(x, destination.Length), yr = ref Start(y, destination.Length);
        ref T dr = ref MemoryMarshal.GetReference(destination);
        nuint i = 0, n = (nuint)destination.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            (Vector512.LoadUnsafe(ref xr, i) - Vector512.LoadUnsafe(ref yr, i)).StoreUnsafe(ref dr, i);
        }

        for (; i < n; i++)
        {
            Unsafe.Add(ref dr, i) = Unsafe.Add(ref xr, i) - Unsafe.Add(ref yr, i);
        }
    }

    /// <summary><c>destination = x + y</c>.</summary>
    public static void Add<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T xr = ref Start(x, destination.Length), yr = ref Start(y, destination.Length);
        ref T dr = ref MemoryMarshal.GetReference(destination);
        nuint i = 0, n = (nuint)destination.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            (Vector512.LoadUnsafe(ref xr, i) + Vector512.LoadUnsafe(ref yr, i)).StoreUnsafe(ref dr, i);
        }

        for (; i < n; i++)
        {
            Unsafe.Add(ref dr, i) = Unsafe.Add(ref xr, i) + Unsafe.Add(ref yr, i);
        }
    }

    /// <summary><c>destination = x y</c>, element by element.</summary>
    public static void Multiply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T xr = ref Start(x, destination.Length), yr = ref Start(y, destination.Length);
        ref T dr = ref MemoryMarshal.GetReference(destination);
        nuint i = 0, n = (nuint)destination.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            (Vector512.LoadUnsafe(ref xr, i) * Vector512.LoadUnsafe(ref yr, i)).StoreUnsafe(ref dr, i);
        }

        for (; i < n; i++)
        {
            Unsafe.Add(ref dr, i) = Unsafe.Add(ref xr, i) * Unsafe.Add(ref yr, i);
        }
    }

    /// <summary><c>destination = z + x y</c>, element by element.</summary>
    public static void MultiplyAdd<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, Span<T> destination)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T xr = ref Start(x, destination.Length), yr = ref Start(y, destination.Length);
        ref T zr = ref Start(z, destination.Length), dr = ref MemoryMarshal.GetReference(destination);
        nuint i = 0, n = (nuint)destination.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            Lanes.MultiplyAdd(Vector512.LoadUnsafe(ref xr, i), Vector512.LoadUnsafe(ref yr, i), Vector512.LoadUnsafe(ref zr, i))
                .StoreUnsafe(ref dr, i);
        }

        for (; i < n; i++)
        {
            Unsafe.Add(ref dr, i) = T.FusedMultiplyAdd(Unsafe.Add(ref xr, i), Unsafe.Add(ref yr, i), Unsafe.Add(ref zr, i));
        }
    }

    /// <summary>
    /// The dot product of two contiguous vectors. Element <c>i</c> is added into lane <c>i mod 8</c> (16 for
    /// <c>float</c>) and the lanes are added as <see cref="Lanes.Sum{T}"/> does, whatever the register width.
    /// </summary>
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T xr = ref MemoryMarshal.GetReference(x), yr = ref Start(y, x.Length);
        nuint i = 0, n = (nuint)x.Length, lanes = (nuint)Vector512<T>.Count;
        Vector512<T> sum = Vector512<T>.Zero;
        for (; i + lanes <= n; i += lanes)
        {
            sum = Lanes.MultiplyAdd(Vector512.LoadUnsafe(ref xr, i), Vector512.LoadUnsafe(ref yr, i), sum);
        }

        for (int lane = 0; i < n; i++, lane++)
        {
            sum = sum.WithElement(lane, T.FusedMultiplyAdd(Unsafe.Add(ref xr, i), Unsafe.Add(ref yr, i), sum[lane]));
        }

        return Lanes.Sum(sum);
    }

    /// <summary>The first element of a source, after checking that it is long enough.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref T Start<T>(ReadOnlySpan<T> source, int length)
    {
        if (source.Length < length)
        {
            ThrowTooShort(source.Length, length);
        }

        return ref MemoryMarshal.GetReference(source);
    }

    private static void ThrowTooShort(int actual, int length) =>
        throw new ArgumentException($"a source holds {actual} numbers, the destination {length}");
}
