using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// The gradient of convolutions with respect to their kernels, <c>gradient[f, s, t] = sum over q of weight_f[q] input_s[q + offset_t]</c>, gathered
/// over many runs in vectors of fixed lane count.
/// </summary>
/// <remarks>
/// Element <c>q</c> of a run goes to lane <c>q</c> modulo the count (16 for <c>float</c>, 8 for <c>double</c>); lanes are added last, as
/// <see cref="Lanes.Sum{T}"/> does. A block is up to 4 weights by 5 kernel points: 20 sums in flight, and 9 loads for 20 products.
/// </remarks>
internal static class KernelGradientKernels
{
    private const int LargestFilters = 4;
    private const int LargestPoints = 5;

    /// <summary>How many numbers the sums need.</summary>
    public static int SumsLength<T>(int filters, int channels, int points)
        where T : struct => filters * channels * points * Vector512<T>.Count;

    /// <summary>Adds the products of a run to the sums.</summary>
    /// <param name="input">The inputs; a whole register beyond every run must be readable.</param>
    /// <param name="start">Where the first run begins.</param>
    /// <param name="inputStride">The distance of inputs.</param>
    /// <param name="channels">How many inputs.</param>
    /// <param name="offsets">Where each kernel point reads.</param>
    /// <param name="weights">The weights; zeros from the end of a run to the end of its last register.</param>
    /// <param name="weightStride">The distance of weights.</param>
    /// <param name="filters">How many weights.</param>
    /// <param name="length">The length of the run.</param>
    /// <param name="sums">(channels, filters, points) vectors.</param>
    public static void Accumulate<T>(
        ReadOnlySpan<T> input, int start, int inputStride, int channels, ReadOnlySpan<int> offsets, ReadOnlySpan<T> weights, int weightStride, int filters,
        int length, Span<T> sums)
        where T : struct, IFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count, whole = (length + lanes - 1) / lanes * lanes, points = offsets.Length;
        ConvolutionKernels.Check(input.Length, start, inputStride, channels, offsets, whole);
        if (sums.Length < SumsLength<T>(filters, channels, points) || weights.Length < ((filters - 1) * weightStride) + whole)
        {
            throw new ArgumentException($"{weights.Length} weights and room for {sums.Length} sums are too few for {filters} filters of {whole} numbers");
        }

        for (int s = 0; s < channels; s++)
        {
            for (int f = 0, filterCount; f < filters; f += filterCount)
            {
                filterCount = Even(filters, f, LargestFilters);
                for (int t = 0, pointCount; t < points; t += pointCount)
                {
                    pointCount = Even(points, t, LargestPoints);
                    ref T x = ref Unsafe.Add(ref MemoryMarshal.GetReference(input), start + (s * inputStride));
                    ref T w = ref Unsafe.Add(ref MemoryMarshal.GetReference(weights), f * weightStride);
                    ref T c = ref Unsafe.Add(ref MemoryMarshal.GetReference(sums), ((((s * filters) + f) * points) + t) * lanes);
                    ref int o = ref Unsafe.Add(ref MemoryMarshal.GetReference(offsets), t);
                    switch (filterCount)
                    {
                        case 1: Points<T, N1>(ref x, ref o, pointCount, ref w, weightStride, whole, ref c, points); break;
                        case 2: Points<T, N2>(ref x, ref o, pointCount, ref w, weightStride, whole, ref c, points); break;
                        case 3: Points<T, N3>(ref x, ref o, pointCount, ref w, weightStride, whole, ref c, points); break;
                        default: Points<T, N4>(ref x, ref o, pointCount, ref w, weightStride, whole, ref c, points); break;
                    }
                }
            }
        }
    }

    /// <summary>Adds the sums to a gradient of (filters, channels, points) numbers, scaled.</summary>
    public static void Reduce<T>(ReadOnlySpan<T> sums, int filters, int channels, int points, T scale, Span<T> gradient)
        where T : struct, IFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count;
        for (int s = 0; s < channels; s++)
        {
            for (int f = 0; f < filters; f++)
            {
                for (int t = 0; t < points; t++)
                {
                    Vector512<T> sum = Vector512.Create(sums.Slice(((((s * filters) + f) * points) + t) * lanes, lanes));
                    ref T g = ref gradient[(((f * channels) + s) * points) + t];
                    g += scale * Lanes.Sum(sum); // rounded before it is added, as if computed apart
                }
            }
        }
    }

    private static int Even(int count, int first, int largest)
    {
        int blocks = (count + largest - 1) / largest, small = count / blocks, large = count % blocks;
        return first < large * (small + 1) ? small + 1 : small;
    }

    private static void Points<T, F>(ref T x, ref int offsets, int pointCount, ref T w, int weightStride, int whole, ref T sums, int points)
        where T : struct, IFloatingPointIeee754<T>
        where F : struct, IConstant
    {
        switch (pointCount)
        {
            case 1: Tile<T, F, N1>(ref x, ref offsets, ref w, weightStride, whole, ref sums, points); break;
            case 2: Tile<T, F, N2>(ref x, ref offsets, ref w, weightStride, whole, ref sums, points); break;
            case 3: Tile<T, F, N3>(ref x, ref offsets, ref w, weightStride, whole, ref sums, points); break;
            case 4: Tile<T, F, N4>(ref x, ref offsets, ref w, weightStride, whole, ref sums, points); break;
            default: Tile<T, F, N5>(ref x, ref offsets, ref w, weightStride, whole, ref sums, points); break;
        }
    }

    /// <summary><c>F</c> weights by <c>P</c> kernel points; <c>cFP</c> is their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T, F, P>(ref T x, ref int offsets, ref T w, nint weightStride, int whole, ref T sums, int points)
        where T : struct, IFloatingPointIeee754<T>
        where F : struct, IConstant
        where P : struct, IConstant
    {
        nint lanes = Vector512<T>.Count, row = points * lanes;
        Load<T, P>(ref sums, out Vector512<T> c00, out Vector512<T> c01, out Vector512<T> c02, out Vector512<T> c03, out Vector512<T> c04);
        Vector512<T> c10 = default, c11 = default, c12 = default, c13 = default, c14 = default;
        Vector512<T> c20 = default, c21 = default, c22 = default, c23 = default, c24 = default;
        Vector512<T> c30 = default, c31 = default, c32 = default, c33 = default, c34 = default;
        if (F.Value > 1)
        {
            Load<T, P>(ref Unsafe.Add(ref sums, row), out c10, out c11, out c12, out c13, out c14);
        }

        if (F.Value > 2)
        {
            Load<T, P>(ref Unsafe.Add(ref sums, 2 * row), out c20, out c21, out c22, out c23, out c24);
        }

        if (F.Value > 3)
        {
            Load<T, P>(ref Unsafe.Add(ref sums, 3 * row), out c30, out c31, out c32, out c33, out c34);
        }

        ref T r0 = ref Unsafe.Add(ref x, (nint)offsets);
        ref T r1 = ref Unsafe.Add(ref x, P.Value > 1 ? (nint)Unsafe.Add(ref offsets, 1) : 0);
        ref T r2 = ref Unsafe.Add(ref x, P.Value > 2 ? (nint)Unsafe.Add(ref offsets, 2) : 0);
        ref T r3 = ref Unsafe.Add(ref x, P.Value > 3 ? (nint)Unsafe.Add(ref offsets, 3) : 0);
        ref T r4 = ref Unsafe.Add(ref x, P.Value > 4 ? (nint)Unsafe.Add(ref offsets, 4) : 0);
        for (nint q = 0; q < whole; q += lanes)
        {
            Vector512<T> x0 = Vector512.LoadUnsafe(ref Unsafe.Add(ref r0, q)), x1 = default, x2 = default, x3 = default, x4 = default;
            if (P.Value > 1)
            {
                x1 = Vector512.LoadUnsafe(ref Unsafe.Add(ref r1, q));
            }

            if (P.Value > 2)
            {
                x2 = Vector512.LoadUnsafe(ref Unsafe.Add(ref r2, q));
            }

            if (P.Value > 3)
            {
                x3 = Vector512.LoadUnsafe(ref Unsafe.Add(ref r3, q));
            }

            if (P.Value > 4)
            {
                x4 = Vector512.LoadUnsafe(ref Unsafe.Add(ref r4, q));
            }

            ref T wq = ref Unsafe.Add(ref w, q);
            Row<T, P>(Vector512.LoadUnsafe(ref wq), x0, x1, x2, x3, x4, ref c00, ref c01, ref c02, ref c03, ref c04);
            if (F.Value > 1)
            {
                Row<T, P>(Vector512.LoadUnsafe(ref Unsafe.Add(ref wq, weightStride)), x0, x1, x2, x3, x4, ref c10, ref c11, ref c12, ref c13, ref c14);
            }

            if (F.Value > 2)
            {
                Row<T, P>(Vector512.LoadUnsafe(ref Unsafe.Add(ref wq, 2 * weightStride)), x0, x1, x2, x3, x4, ref c20, ref c21, ref c22, ref c23, ref c24);
            }

            if (F.Value > 3)
            {
                Row<T, P>(Vector512.LoadUnsafe(ref Unsafe.Add(ref wq, 3 * weightStride)), x0, x1, x2, x3, x4, ref c30, ref c31, ref c32, ref c33, ref c34);
            }
        }

        Store<T, P>(ref sums, c00, c01, c02, c03, c04);
        if (F.Value > 1)
        {
            Store<T, P>(ref Unsafe.Add(ref sums, row), c10, c11, c12, c13, c14);
        }

        if (F.Value > 2)
        {
            Store<T, P>(ref Unsafe.Add(ref sums, 2 * row), c20, c21, c22, c23, c24);
        }

        if (F.Value > 3)
        {
            Store<T, P>(ref Unsafe.Add(ref sums, 3 * row), c30, c31, c32, c33, c34);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<T, P>(
        Vector512<T> w, Vector512<T> x0, Vector512<T> x1, Vector512<T> x2, Vector512<T> x3, Vector512<T> x4,
        ref Vector512<T> c0, ref Vector512<T> c1, ref Vector512<T> c2, ref Vector512<T> c3, ref Vector512<T> c4)
        where P : struct, IConstant
    {
        c0 = Lanes.MultiplyAdd(w, x0, c0);
        if (P.Value > 1)
        {
            c1 = Lanes.MultiplyAdd(w, x1, c1);
        }

        if (P.Value > 2)
        {
            c2 = Lanes.MultiplyAdd(w, x2, c2);
        }

        if (P.Value > 3)
        {
            c3 = Lanes.MultiplyAdd(w, x3, c3);
        }

        if (P.Value > 4)
        {
            c4 = Lanes.MultiplyAdd(w, x4, c4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<T, P>(
        ref T sums, out Vector512<T> c0, out Vector512<T> c1, out Vector512<T> c2, out Vector512<T> c3, out Vector512<T> c4)
        where T : struct
        where P : struct, IConstant
    {
        int lanes = Vector512<T>.Count;
        c0 = Vector512.LoadUnsafe(ref sums);
        c1 = P.Value > 1 ? Vector512.LoadUnsafe(ref sums, (nuint)lanes) : default;
        c2 = P.Value > 2 ? Vector512.LoadUnsafe(ref sums, (nuint)(2 * lanes)) : default;
        c3 = P.Value > 3 ? Vector512.LoadUnsafe(ref sums, (nuint)(3 * lanes)) : default;
        c4 = P.Value > 4 ? Vector512.LoadUnsafe(ref sums, (nuint)(4 * lanes)) : default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T, P>(ref T sums, Vector512<T> c0, Vector512<T> c1, Vector512<T> c2, Vector512<T> c3, Vector512<T> c4)
        where T : struct
        where P : struct, IConstant
    {
        int lanes = Vector512<T>.Count;
        c0.StoreUnsafe(ref sums);
        if (P.Value > 1)
        {
            c1.StoreUnsafe(ref sums, (nuint)lanes);
        }

        if (P.Value > 2)
        {
            c2.StoreUnsafe(ref sums, (nuint)(2 * lanes));
        }

        if (P.Value > 3)
        {
            c3.StoreUnsafe(ref sums, (nuint)(3 * lanes));
        }

        if (P.Value > 4)
        {
            c4.StoreUnsafe(ref sums, (nuint)(4 * lanes));
        }
    }
}
