using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Rectified sums of runs of numbers, and their adjoint. The derivative of the rectifier is kept as one bit per number: 1 where the sum was positive, 0
/// elsewhere, at 0 too.
/// </summary>
/// <remarks>Products and sums are rounded one by one, in the order of the terms.</remarks>
internal static class RectifierKernels
{
    private const int WordBits = 64;

    /// <summary>
    /// <c>y_i = max(bias + sum over k of w_k x[p_k + i], 0)</c>; bit i % 64 of word i / 64 becomes 1 where it is positive. Bits behind the last number are 0.
    /// </summary>
    /// <param name="x">Where the terms lie.</param>
    /// <param name="places">p: where the run of each term begins.</param>
    /// <param name="weights">w.</param>
    /// <param name="bias">What a sum begins with.</param>
    /// <param name="y">The rectified sums.</param>
    /// <param name="positive">The bits.</param>
    public static void Rectify<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> places, ReadOnlySpan<T> weights, T bias, Span<T> y, Span<ulong> positive)
        where T : struct, IFloatingPointIeee754<T>
    {
        Check(x.Length, places, weights.Length, y.Length, positive.Length);
        positive.Clear();
        ref T x0 = ref MemoryMarshal.GetReference(x), y0 = ref MemoryMarshal.GetReference(y), w0 = ref MemoryMarshal.GetReference(weights);
        ref int p0 = ref MemoryMarshal.GetReference(places);
        int i = 0;
        for (; i + Vector512<T>.Count <= y.Length; i += Vector512<T>.Count)
        {
            Vector512<T> sum = Sum(ref Unsafe.Add(ref x0, i), ref p0, ref w0, places.Length, Vector512.Create(bias));
            Vector512<T> mask = Vector512.GreaterThan(sum, Vector512<T>.Zero);
            positive[i / WordBits] |= mask.ExtractMostSignificantBits() << (i % WordBits);
            (mask & sum).StoreUnsafe(ref y0, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            T sum = Sum(x, i, places, weights, bias);
            positive[i / WordBits] |= sum > T.Zero ? 1UL << (i % WordBits) : 0;
            y[i] = sum > T.Zero ? sum : T.Zero;
        }
    }

    /// <summary>The adjoint of the rectifier on sums <c>y_i = sum over k of w_k x[p_k + i]</c>: 0 where the bit is 0.</summary>
    /// <param name="x">Where the terms lie.</param>
    /// <param name="places">p: where the run of each term begins.</param>
    /// <param name="weights">w.</param>
    /// <param name="y">The sums.</param>
    /// <param name="positive">The bits.</param>
    public static void Mask<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> places, ReadOnlySpan<T> weights, Span<T> y, ReadOnlySpan<ulong> positive)
        where T : struct, IFloatingPointIeee754<T>
    {
        Check(x.Length, places, weights.Length, y.Length, positive.Length);
        ref T x0 = ref MemoryMarshal.GetReference(x), y0 = ref MemoryMarshal.GetReference(y), w0 = ref MemoryMarshal.GetReference(weights);
        ref int p0 = ref MemoryMarshal.GetReference(places);
        int i = 0;
        for (; i + Vector512<T>.Count <= y.Length; i += Vector512<T>.Count)
        {
            Vector512<T> sum = Sum(ref Unsafe.Add(ref x0, i), ref p0, ref w0, places.Length, Vector512<T>.Zero);
            (sum & Ones<T>(positive[i / WordBits] >> (i % WordBits))).StoreUnsafe(ref y0, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            y[i] = ((positive[i / WordBits] >> (i % WordBits)) & 1) != 0 ? Sum(x, i, places, weights, T.Zero) : T.Zero;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Sum<T>(ref T x, ref int places, ref T weights, int terms, Vector512<T> sum)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int k = 0; k < terms; k++)
        {
            sum += Vector512.LoadUnsafe(ref Unsafe.Add(ref x, Unsafe.Add(ref places, k))) * Unsafe.Add(ref weights, k);
        }

        return sum;
    }

    private static T Sum<T>(ReadOnlySpan<T> x, int i, ReadOnlySpan<int> places, ReadOnlySpan<T> weights, T sum)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int k = 0; k < places.Length; k++)
        {
            sum += x[places[k] + i] * weights[k];
        }

        return sum;
    }

    /// <summary>All bits of a lane where the bit of its number is 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Ones<T>(ulong bits)
    {
        if (typeof(T) == typeof(double))
        {
            var eight = Vector512.Create(1ul, 2, 4, 8, 16, 32, 64, 128);
            return Vector512.Equals(Vector512.Create(bits) & eight, eight).As<ulong, T>();
        }

        var sixteen = Vector512.Create(1u, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        return Vector512.Equals(Vector512.Create((uint)bits) & sixteen, sixteen).As<uint, T>();
    }

    private static void Check(int length, ReadOnlySpan<int> places, int weights, int count, int words)
    {
        Guard.Equal(places.Length, weights, "the number of places", "the number of weights");
        foreach (int place in places)
        {
            if (place < 0 || place + count > length)
            {
                throw new ArgumentException($"a run of {count} numbers from {place} on does not lie within {length}");
            }
        }

        if (words * WordBits < count)
        {
            throw new ArgumentException($"{words} words do not hold the bits of {count} numbers");
        }
    }
}
