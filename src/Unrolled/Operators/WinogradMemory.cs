using System.Numerics;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>The scratch of a <see cref="WinogradBank{T}"/>: what a row of tiles reads and writes, and one tile.</summary>
/// <typeparam name="T">The number type.</typeparam>
internal sealed class WinogradMemory<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly Field<T> _samples;
    private readonly Field<T> _tile;
    private readonly Field<T> _parts;

    /// <summary>Takes the memory.</summary>
    public WinogradMemory(ConvolutionLayout layout, int channels)
    {
        Rows = WinogradKernels.RowsOf(layout.KernelRows);
        Offsets = layout.Offsets[..layout.KernelColumns];
        SampleStride = layout.Aligned(layout.Stride + layout.KernelColumns - 1);
        Lead = layout.Lead;
        PartStride = Lead + layout.Aligned(layout.Stride);
        _samples = new Field<T>(1, channels, WinogradKernels.Planes, SampleStride);
        _tile = new Field<T>(1, 2 * ConvolutionBlocks.LargestBlock, WinogradKernels.Planes, ConvolutionKernels.LargestTile * Vector512<T>.Count);
        _parts = new Field<T>(1, WinogradKernels.Planes, channels * layout.KernelColumns, PartStride);
    }

    /// <summary>How many rows a tile has.</summary>
    public int Rows { get; }

    /// <summary>Where each kernel column reads.</summary>
    public int[] Offsets { get; }

    /// <summary>The distance of planes of samples.</summary>
    public int SampleStride { get; }

    /// <summary>Zeros before every part.</summary>
    public int Lead { get; }

    /// <summary>The distance of parts.</summary>
    public int PartStride { get; }

    /// <summary>The transformed input: (channels, planes, columns) numbers.</summary>
    public Span<T> Samples => _samples.Values;

    /// <summary>A tile of a block of filters.</summary>
    public Span<T> Tile => _tile.Values;

    /// <summary>The parts of the adjoint: (planes, channels, kernel columns, columns) numbers, each behind its lead. What no tile covers stays zero.</summary>
    public Span<T> Parts => _parts.Values;
}
