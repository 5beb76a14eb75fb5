using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Correlation of runs of numbers with small kernels, <c>output_f[q] = sum over channels s and kernel points t of w[f, s, t] input_s[q + offset_t]</c>.
/// </summary>
/// <remarks>
/// Every output is a chain of fused products in the fixed order channel, kernel point, so its bits depend neither on the blocking nor on the
/// register width. A block is up to 6 outputs by 4 registers: 24 sums in flight, and per kernel point 4 loads and 6 broadcasts for 24 products.
/// Whole registers are read and written: runs end in slack. Several planes may be correlated at once, each with coefficients of its own.
/// </remarks>
internal static class ConvolutionKernels
{
    /// <summary>The largest number of registers of an output in a block.</summary>
    public const int LargestTile = 4;

    /// <summary>All outputs over a run.</summary>
    /// <param name="input">The inputs; a whole register beyond every run must be readable.</param>
    /// <param name="start">Where the first run begins.</param>
    /// <param name="inputStride">The distance of inputs.</param>
    /// <param name="channels">How many inputs.</param>
    /// <param name="offsets">Where each kernel point reads.</param>
    /// <param name="packed">The coefficients, as <see cref="ConvolutionBlocks"/> orders them.</param>
    /// <param name="output">The outputs; written up to a whole register beyond the run.</param>
    /// <param name="outputStride">The distance of outputs.</param>
    /// <param name="outputs">How many outputs.</param>
    /// <param name="length">The length of the run.</param>
    public static void Correlate<T>(
        ReadOnlySpan<T> input, int start, int inputStride, int channels, ReadOnlySpan<int> offsets, ReadOnlySpan<T> packed,
        Span<T> output, int outputStride, int outputs, int length)
        where T : struct, IFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count, whole = (length + lanes - 1) / lanes * lanes;
        Check(input.Length, start, inputStride, channels, offsets, whole);
        if (packed.Length != outputs * channels * offsets.Length || output.Length < ((outputs - 1) * outputStride) + whole)
        {
            throw new ArgumentException($"{packed.Length} coefficients and room for {output.Length} numbers: {outputs} x {channels} x {offsets.Length} and {((outputs - 1) * outputStride) + whole} are needed");
        }

        var run = new Run<T>(ref Unsafe.Add(ref MemoryMarshal.GetReference(input), start), inputStride, channels, offsets, outputStride);
        Outputs(run, ref MemoryMarshal.GetReference(packed), ref MemoryMarshal.GetReference(output), outputs, whole);
    }

    /// <summary>All outputs of several planes over one tile.</summary>
    /// <param name="input">Where the tile begins in the first input of the first plane.</param>
    /// <param name="inputStride">The distance of inputs.</param>
    /// <param name="inputPlane">The distance of the planes of an input.</param>
    /// <param name="channels">How many inputs.</param>
    /// <param name="offsets">Where each kernel point reads: not negative, ascending.</param>
    /// <param name="packed">The coefficients, as <see cref="ConvolutionBlocks"/> orders them.</param>
    /// <param name="output">Where the tile begins in the first output of the first plane.</param>
    /// <param name="outputStride">The distance of outputs.</param>
    /// <param name="outputPlane">The distance of the planes of an output.</param>
    /// <param name="outputs">How many outputs.</param>
    /// <param name="planes">How many planes.</param>
    /// <param name="registers">How many registers the tile has.</param>
    /// <param name="sum">Whether the result is added to what the outputs hold.</param>
    public static void CorrelatePlanes<T>(
        ReadOnlySpan<T> input, int inputStride, int inputPlane, int channels, ReadOnlySpan<int> offsets, ReadOnlySpan<T> packed,
        Span<T> output, int outputStride, int outputPlane, int outputs, int planes, int registers, Sum sum)
        where T : struct, IFloatingPointIeee754<T>
    {
        int whole = registers * Vector512<T>.Count;
        if (((planes - 1) * inputPlane) + ((channels - 1) * inputStride) + offsets[^1] + whole > input.Length || packed.Length != planes * outputs * channels * offsets.Length || output.Length < ((planes - 1) * outputPlane) + ((outputs - 1) * outputStride) + whole)
        {
            throw new ArgumentException($"{input.Length} numbers, {packed.Length} coefficients or room for {output.Length} results do not fit {planes} planes of {outputs} x {channels} x {offsets.Length}");
        }

        var run = new Run<T>(ref MemoryMarshal.GetReference(input), inputStride, channels, offsets, outputStride)
        {
            Planes = planes,
            InputPlane = inputPlane,
            OutputPlane = outputPlane,
            Sum = sum,
        };
        Outputs(run, ref MemoryMarshal.GetReference(packed), ref MemoryMarshal.GetReference(output), outputs, whole);
    }

    /// <summary>Whether every kernel point reads inside the input for the whole run.</summary>
    internal static void Check(int inputLength, int start, int inputStride, int channels, ReadOnlySpan<int> offsets, int whole)
    {
        foreach (int offset in offsets)
        {
            if (start + offset < 0 || start + offset + ((channels - 1) * inputStride) + whole > inputLength)
            {
                throw new ArgumentException($"a run of {whole} numbers of {channels} inputs from {start + offset} does not lie within {inputLength}");
            }
        }
    }

    private static void Outputs<T>(in Run<T> run, ref T w, ref T y, int outputs, int whole)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int first = 0, size; first < outputs; first += size)
        {
            size = ConvolutionBlocks.BlockSize(outputs, first);
            switch (size)
            {
                case 1: Block<T, N1>(run, ref w, ref y, whole); break;
                case 2: Block<T, N2>(run, ref w, ref y, whole); break;
                case 3: Block<T, N3>(run, ref w, ref y, whole); break;
                case 4: Block<T, N4>(run, ref w, ref y, whole); break;
                case 5: Block<T, N5>(run, ref w, ref y, whole); break;
                default: Block<T, N6>(run, ref w, ref y, whole); break;
            }

            w = ref Unsafe.Add(ref w, run.Planes * size * run.Channels * run.Points);
            y = ref Unsafe.Add(ref y, (nint)size * run.OutputStride);
        }
    }

    /// <summary>One block of outputs over the whole run.</summary>
    private static void Block<T, F>(in Run<T> run, ref T w, ref T y, int whole)
        where T : struct, IFloatingPointIeee754<T>
        where F : struct, IConstant
    {
        int four = 4 * Vector512<T>.Count, q = whole / four * four;
        Tiles<T, F, N4>(run, ref w, ref y, 0, q);
        switch ((whole - q) / Vector512<T>.Count)
        {
            case 1: Tiles<T, F, N1>(run, ref w, ref y, q, whole); break;
            case 2: Tiles<T, F, N2>(run, ref w, ref y, q, whole); break;
            case 3: Tiles<T, F, N3>(run, ref w, ref y, q, whole); break;
            default: break;
        }
    }

    /// <summary>
    /// Tiles of <c>F</c> outputs by <c>V</c> registers from <paramref name="from"/> to <paramref name="to"/>. <c>cFV</c> is output
    /// <c>F</c>, register <c>V</c>; what a smaller tile does not have, the compiler leaves away.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiles<T, F, V>(in Run<T> run, ref T w, ref T y, int from, int to)
        where T : struct, IFloatingPointIeee754<T>
        where F : struct, IConstant
        where V : struct, IConstant
    {
        int lanes = Vector512<T>.Count, channels = run.Channels, points = run.Points;
        nint inputStride = run.InputStride, outputStride = run.OutputStride;
        ref int offsets = ref run.Offsets;
        for (nint q = from; q < to; q += V.Value * lanes)
        {
            ref T k = ref w;
            ref T plane = ref Unsafe.Add(ref run.Input, q), z = ref Unsafe.Add(ref y, q);
            for (int p = run.Planes; p > 0; p--)
            {
                Vector512<T> c00 = default, c01 = default, c02 = default, c03 = default, c10 = default, c11 = default, c12 = default, c13 = default;
                Vector512<T> c20 = default, c21 = default, c22 = default, c23 = default, c30 = default, c31 = default, c32 = default, c33 = default;
                Vector512<T> c40 = default, c41 = default, c42 = default, c43 = default, c50 = default, c51 = default, c52 = default, c53 = default;
                if (run.Sum == Sum.Added)
                {
                    Load<T, V>(ref z, ref c00, ref c01, ref c02, ref c03);

                    if (F.Value > 1)
                    {
                        Load<T, V>(ref Unsafe.Add(ref z, outputStride), ref c10, ref c11, ref c12, ref c13);
                    }

                    if (F.Value > 2)
                    {
                        Load<T, V>(ref Unsafe.Add(ref z, 2 * outputStride), ref c20, ref c21, ref c22, ref c23);
                    }

                    if (F.Value > 3)
                    {
                        Load<T, V>(ref Unsafe.Add(ref z, 3 * outputStride), ref c30, ref c31, ref c32, ref c33);
                    }

                    if (F.Value > 4)
                    {
                        Load<T, V>(ref Unsafe.Add(ref z, 4 * outputStride), ref c40, ref c41, ref c42, ref c43);
                    }

                    if (F.Value > 5)
                    {
                        Load<T, V>(ref Unsafe.Add(ref z, 5 * outputStride), ref c50, ref c51, ref c52, ref c53);
                    }
                }

                ref T input = ref plane;
                for (int s = 0; s < channels; s++)
                {
                    for (int t = 0; t < points; t++)
                    {
                        ref T x = ref Unsafe.Add(ref input, (nint)Unsafe.Add(ref offsets, t));
                        Vector512<T> x0 = Vector512.LoadUnsafe(ref x), x1 = default, x2 = default, x3 = default;
                        if (V.Value > 1)
                        {
                            x1 = Vector512.LoadUnsafe(ref x, (nuint)lanes);
                        }

                        if (V.Value > 2)
                        {
                            x2 = Vector512.LoadUnsafe(ref x, (nuint)(2 * lanes));
                        }

                        if (V.Value > 3)
                        {
                            x3 = Vector512.LoadUnsafe(ref x, (nuint)(3 * lanes));
                        }

                        Row<T, V>(Vector512.Create(k), x0, x1, x2, x3, ref c00, ref c01, ref c02, ref c03);
                        if (F.Value > 1)
                        {
                            Row<T, V>(Vector512.Create(Unsafe.Add(ref k, 1)), x0, x1, x2, x3, ref c10, ref c11, ref c12, ref c13);
                        }

                        if (F.Value > 2)
                        {
                            Row<T, V>(Vector512.Create(Unsafe.Add(ref k, 2)), x0, x1, x2, x3, ref c20, ref c21, ref c22, ref c23);
                        }

                        if (F.Value > 3)
                        {
                            Row<T, V>(Vector512.Create(Unsafe.Add(ref k, 3)), x0, x1, x2, x3, ref c30, ref c31, ref c32, ref c33);
                        }

                        if (F.Value > 4)
                        {
                            Row<T, V>(Vector512.Create(Unsafe.Add(ref k, 4)), x0, x1, x2, x3, ref c40, ref c41, ref c42, ref c43);
                        }

                        if (F.Value > 5)
                        {
                            Row<T, V>(Vector512.Create(Unsafe.Add(ref k, 5)), x0, x1, x2, x3, ref c50, ref c51, ref c52, ref c53);
                        }

                        k = ref Unsafe.Add(ref k, F.Value);
                    }

                    input = ref Unsafe.Add(ref input, inputStride);
                }

                Store<T, V>(ref z, c00, c01, c02, c03);
                if (F.Value > 1)
                {
                    Store<T, V>(ref Unsafe.Add(ref z, outputStride), c10, c11, c12, c13);
                }

                if (F.Value > 2)
                {
                    Store<T, V>(ref Unsafe.Add(ref z, 2 * outputStride), c20, c21, c22, c23);
                }

                if (F.Value > 3)
                {
                    Store<T, V>(ref Unsafe.Add(ref z, 3 * outputStride), c30, c31, c32, c33);
                }

                if (F.Value > 4)
                {
                    Store<T, V>(ref Unsafe.Add(ref z, 4 * outputStride), c40, c41, c42, c43);
                }

                if (F.Value > 5)
                {
                    Store<T, V>(ref Unsafe.Add(ref z, 5 * outputStride), c50, c51, c52, c53);
                }

                plane = ref Unsafe.Add(ref plane, run.InputPlane);
                z = ref Unsafe.Add(ref z, run.OutputPlane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<T, V>(
        Vector512<T> k, Vector512<T> x0, Vector512<T> x1, Vector512<T> x2, Vector512<T> x3,
        ref Vector512<T> c0, ref Vector512<T> c1, ref Vector512<T> c2, ref Vector512<T> c3)
        where V : struct, IConstant
    {
        c0 = Lanes.MultiplyAdd(k, x0, c0);
        if (V.Value > 1)
        {
            c1 = Lanes.MultiplyAdd(k, x1, c1);
        }

        if (V.Value > 2)
        {
            c2 = Lanes.MultiplyAdd(k, x2, c2);
        }

        if (V.Value > 3)
        {
            c3 = Lanes.MultiplyAdd(k, x3, c3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<T, V>(ref T y, ref Vector512<T> c0, ref Vector512<T> c1, ref Vector512<T> c2, ref Vector512<T> c3)
        where T : struct
        where V : struct, IConstant
    {
        c0 = Vector512.LoadUnsafe(ref y);
        if (V.Value > 1)
        {
            c1 = Vector512.LoadUnsafe(ref y, (nuint)Vector512<T>.Count);
        }

        if (V.Value > 2)
        {
            c2 = Vector512.LoadUnsafe(ref y, (nuint)(2 * Vector512<T>.Count));
        }

        if (V.Value > 3)
        {
            c3 = Vector512.LoadUnsafe(ref y, (nuint)(3 * Vector512<T>.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T, V>(ref T y, Vector512<T> c0, Vector512<T> c1, Vector512<T> c2, Vector512<T> c3)
        where T : struct
        where V : struct, IConstant
    {
        c0.StoreUnsafe(ref y);
        if (V.Value > 1)
        {
            c1.StoreUnsafe(ref y, (nuint)Vector512<T>.Count);
        }

        if (V.Value > 2)
        {
            c2.StoreUnsafe(ref y, (nuint)(2 * Vector512<T>.Count));
        }

        if (V.Value > 3)
        {
            c3.StoreUnsafe(ref y, (nuint)(3 * Vector512<T>.Count));
        }
    }

    /// <summary>What becomes of what the outputs hold.</summary>
    internal enum Sum
    {
        /// <summary>It is overwritten.</summary>
        New,

        /// <summary>It is the first summand.</summary>
        Added,
    }

    /// <summary>What all tiles of a run share.</summary>
    private readonly ref struct Run<T>(ref T input, int inputStride, int channels, ReadOnlySpan<int> offsets, int outputStride)
    {
        public readonly ref T Input = ref input;
        public readonly ref int Offsets = ref MemoryMarshal.GetReference(offsets);
        public readonly int Points = offsets.Length;
        public readonly int InputStride = inputStride;
        public readonly int OutputStride = outputStride;
        public readonly int Channels = channels;

        public int Planes { get; init; } = 1;

        public nint InputPlane { get; init; }

        public nint OutputPlane { get; init; }

        public Sum Sum { get; init; }
    }
}
