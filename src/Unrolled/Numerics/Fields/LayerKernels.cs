using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>What stands between the convolutions of an unconstrained network: biases and rectifications, with their adjoints.</summary>
internal static class LayerKernels
{
    /// <summary><c>plane = plane + bias</c>.</summary>
    public static void AddBias<T>(T bias, Span<T> plane)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T start = ref MemoryMarshal.GetReference(plane);
        nuint i = 0, n = (nuint)plane.Length, lanes = (nuint)Vector512<T>.Count;
        Vector512<T> shift = Vector512.Create(bias);
        for (; i + lanes <= n; i += lanes)
        {
            (Vector512.LoadUnsafe(ref start, i) + shift).StoreUnsafe(ref start, i);
        }

        for (; i < n; i++)
        {
            Unsafe.Add(ref start, i) += bias;
        }
    }

    /// <summary><c>plane = max(plane + bias, 0)</c>.</summary>
    public static void AddBiasAndRectify<T>(T bias, Span<T> plane)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T start = ref MemoryMarshal.GetReference(plane);
        nuint i = 0, n = (nuint)plane.Length, lanes = (nuint)Vector512<T>.Count;
        Vector512<T> shift = Vector512.Create(bias);
        for (; i + lanes <= n; i += lanes)
        {
            Vector512<T> x = Vector512.LoadUnsafe(ref start, i) + shift;
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<T>.Zero), x, Vector512<T>.Zero).StoreUnsafe(ref start, i);
        }

        for (; i < n; i++)
        {
            T x = Unsafe.Add(ref start, i) + bias;
            Unsafe.Add(ref start, i) = x > T.Zero ? x : T.Zero;
        }
    }

    /// <summary><c>destination = adjoint</c> where the value is positive, else 0.</summary>
    public static void RectifyAdjoint<T>(ReadOnlySpan<T> value, ReadOnlySpan<T> adjoint, Span<T> destination)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T v = ref MemoryMarshal.GetReference(value), a = ref MemoryMarshal.GetReference(adjoint), d = ref MemoryMarshal.GetReference(destination);
        nuint i = 0, n = (nuint)destination.Length, lanes = (nuint)Vector512<T>.Count;
        for (; i + lanes <= n; i += lanes)
        {
            Vector512<T> open = Vector512.GreaterThan(Vector512.LoadUnsafe(ref v, i), Vector512<T>.Zero);
            (open & Vector512.LoadUnsafe(ref a, i)).StoreUnsafe(ref d, i);
        }

        for (; i < n; i++)
        {
            Unsafe.Add(ref d, i) = Unsafe.Add(ref v, i) > T.Zero ? Unsafe.Add(ref a, i) : T.Zero;
        }
    }

    /// <summary>The sum of all values, in lanes of 64 bytes that are added at the end.</summary>
    public static T Sum<T>(ReadOnlySpan<T> plane)
        where T : struct, IFloatingPointIeee754<T>
    {
        ref T start = ref MemoryMarshal.GetReference(plane);
        nuint i = 0, n = (nuint)plane.Length, lanes = (nuint)Vector512<T>.Count;
        Vector512<T> sums = Vector512<T>.Zero;
        for (; i + lanes <= n; i += lanes)
        {
            sums += Vector512.LoadUnsafe(ref start, i);
        }

        T sum = Lanes.Sum(sums);
        for (; i < n; i++)
        {
            sum += Unsafe.Add(ref start, i);
        }

        return sum;
    }
}
