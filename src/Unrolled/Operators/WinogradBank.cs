using System.Numerics;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// A bank of convolutions and its adjoint by Winograd's algorithm, <see cref="WinogradKernels"/>, for a block of filters at a time and a tile of some rows
/// and at most 4 registers of columns. What a tile needs stays in the cache of first level.
/// </summary>
/// <remarks>
/// Per plane a tile is correlated with the rows of the transformed kernels. The adjoint sums every kernel column by itself, so that all it reads is aligned and
/// serves several sums, and moves these parts when a row of tiles is complete.
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
internal sealed class WinogradBank<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly int _channels;
    private readonly int _kernelColumns;

    /// <summary>Transforms the kernels of a bank.</summary>
    public WinogradBank(ConvolutionBank<T> bank)
    {
        (_channels, _kernelColumns) = (bank.Channels, bank.KernelColumns);
        int parts = _channels * _kernelColumns;
        T[] transformed = Transform(bank);
        var blocks = new List<Block>();
        for (int first = 0, size; first < bank.Filters; first += size)
        {
            size = ConvolutionBlocks.BlockSize(bank.Filters, first);
            if (first + size < bank.Filters)
            {
                // with two of them at once the adjoint reads and writes its parts half as often
                size += ConvolutionBlocks.BlockSize(bank.Filters, first + size);
            }

            var block = new Block(first, size, new T[WinogradKernels.Planes * size * parts], new T[WinogradKernels.Planes * size * parts]);
            T Number(int plane, int filter, int part) => transformed[(((block.First + filter) * parts) + part) * WinogradKernels.Planes + plane];
            ConvolutionBlocks.Pack(WinogradKernels.Planes, size, _channels, _kernelColumns, (p, f, s, b) => Number(p, f, (s * _kernelColumns) + b), block.Kernels);
            ConvolutionBlocks.Pack(WinogradKernels.Planes, parts, size, 1, (p, part, f, _) => Number(p, f, part), block.Adjoint);
            blocks.Add(block);
        }

        Blocks = [.. blocks];
    }

    /// <summary>The blocks of filters, in their order.</summary>
    public Block[] Blocks { get; }

    /// <summary>Transforms the rows of the padded planes that a row of tiles needs.</summary>
    public void TransformInput(ConvolutionLayout layout, ReadOnlySpan<T> padded, int row, WinogradMemory<T> memory)
    {
        for (int s = 0; s < _channels; s++)
        {
            WinogradKernels.TransformInput(
                padded[((s * layout.PaddedStride) + (row * layout.Stride))..], layout.Stride, memory.Samples[(s * WinogradKernels.Planes * memory.SampleStride)..],
                memory.SampleStride, memory.SampleStride);
        }
    }

    /// <summary>The responses of a block of filters: of every filter 8 planes, of which the first ones are the rows of the tile.</summary>
    /// <param name="block">The block.</param>
    /// <param name="samples">The transformed input from the first column of the tile.</param>
    /// <param name="tile">Receives (filters, planes, columns) numbers.</param>
    /// <param name="registers">How many registers wide the tile is.</param>
    /// <param name="memory">How samples and parts lie.</param>
    public void Respond(Block block, ReadOnlySpan<T> samples, Span<T> tile, int registers, WinogradMemory<T> memory)
    {
        int width = registers * Vector512<T>.Count;
        ConvolutionKernels.CorrelatePlanes(
            samples, WinogradKernels.Planes * memory.SampleStride, memory.SampleStride, _channels, memory.Offsets, block.Kernels,
            tile, WinogradKernels.Planes * width, width, block.Size, WinogradKernels.Planes, registers, ConvolutionKernels.Sum.New);
        WinogradKernels.TransformOutput(tile, block.Size, width, memory.Rows);
    }

    /// <summary>Adds what the adjoint makes of the rows of a tile, which are lost, to the parts; those of the first block are new.</summary>
    /// <param name="block">The block.</param>
    /// <param name="tile">What <see cref="Respond"/> gave, changed at will.</param>
    /// <param name="parts">The parts from the first column of the tile.</param>
    /// <param name="registers">How many registers wide the tile is.</param>
    /// <param name="rows">How many rows of the tile lie in the image.</param>
    /// <param name="columns">How many columns of the image there are from the first one of the tile.</param>
    /// <param name="memory">How samples and parts lie.</param>
    public void Spread(Block block, Span<T> tile, Span<T> parts, int registers, int rows, int columns, WinogradMemory<T> memory)
    {
        int width = registers * Vector512<T>.Count, count = _channels * _kernelColumns;
        WinogradKernels.OutputAdjoint(tile, block.Size, width, memory.Rows, rows, columns);
        ConvolutionKernels.CorrelatePlanes(
            tile, WinogradKernels.Planes * width, width, block.Size, [0], block.Adjoint,
            parts, memory.PartStride, count * memory.PartStride, count, WinogradKernels.Planes, registers,
            block.First == 0 ? ConvolutionKernels.Sum.New : ConvolutionKernels.Sum.Added);
    }

    /// <summary>Adds the parts of a row of tiles to the rows of the padded planes.</summary>
    public void AddInputAdjoint(ConvolutionLayout layout, WinogradMemory<T> memory, int row, Span<T> sum)
    {
        for (int s = 0; s < _channels; s++)
        {
            WinogradKernels.AddInputAdjoint(
                memory.Parts, memory.Lead + (s * _kernelColumns * memory.PartStride), memory.PartStride, _kernelColumns, _channels * _kernelColumns * memory.PartStride,
                sum[((s * layout.PaddedStride) + (row * layout.Stride))..], layout.Stride, memory.PartStride - memory.Lead);
        }
    }

    /// <summary>The transformed kernels: (filters, channels, kernel columns, planes) numbers, each rounded once.</summary>
    private static T[] Transform(ConvolutionBank<T> bank)
    {
        var transformed = new T[bank.Filters * bank.Channels * bank.KernelColumns * WinogradKernels.Planes];
        Span<double> column = stackalloc double[bank.KernelRows];
        for (int at = 0; at < transformed.Length; at++)
        {
            (int place, int plane) = Math.DivRem(at, WinogradKernels.Planes);
            (int kernel, int b) = Math.DivRem(place, bank.KernelColumns);
            if (plane == 0)
            {
                for (int i = 0; i < column.Length; i++)
                {
                    column[i] = double.CreateTruncating(bank.Kernel(kernel / bank.Channels, kernel % bank.Channels)[(i * bank.KernelColumns) + b]);
                }
            }

            transformed[at] = T.CreateTruncating(WinogradKernels.TransformKernel(plane, column));
        }

        return transformed;
    }

    /// <summary>A block of filters with its transformed kernels.</summary>
    /// <param name="First">The first filter.</param>
    /// <param name="Size">How many filters.</param>
    /// <param name="Kernels">From the channels to the filters, as <see cref="ConvolutionKernels"/> reads them.</param>
    /// <param name="Adjoint">From the filters to the kernel columns of the channels.</param>
    internal sealed record Block(int First, int Size, T[] Kernels, T[] Adjoint);
}
