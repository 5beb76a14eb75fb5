using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// The scratch of a <see cref="ConvolutionBank{T}"/> on planes of one size, taken once, so that products allocate nothing. It serves every
/// bank of the same extents.
/// </summary>
/// <remarks>
/// Used by one thread at a time. Holds <c>2 S</c> padded planes and, of a band of rows, <c>C</c> strips and the parts of the adjoint; and
/// for gradients a vector per number of the kernels.
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
public sealed class ConvolutionMemory<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly int _filters;
    private readonly int _channels;
    private readonly Boundary _boundary;
    private readonly Field<T> _padded;
    private readonly Field<T> _sum;
    private readonly Field<T> _parts;
    private readonly Field<T> _strips;
    private Field<T>? _kernelSums;

    /// <summary>Takes the memory.</summary>
    /// <param name="bank">A bank of the extents.</param>
    /// <param name="rows">The height of the planes.</param>
    /// <param name="columns">The width of the planes.</param>
    public ConvolutionMemory(ConvolutionBank<T> bank, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        (_filters, _channels, _boundary) = (bank.Filters, bank.Channels, bank.Boundary);
        Layout = new ConvolutionLayout(
            rows, columns, bank.KernelRows, bank.KernelColumns, bank.Filters, bank.Boundary, System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        int strip = Layout.StripStride(Layout.BandRows);
        _padded = new Field<T>(1, _channels, 1, Layout.PaddedStride);
        _sum = new Field<T>(1, _channels, 1, Layout.PaddedStride);
        _parts = new Field<T>(1, _channels * Layout.AdjointParts, 1, strip);
        _strips = NewStrips();
    }

    /// <summary>How planes lie in the scratch.</summary>
    internal ConvolutionLayout Layout { get; }

    /// <summary>The padded planes of what the bank is applied to.</summary>
    internal Span<T> Padded => _padded.Values;

    /// <summary>The padded planes that the adjoint adds to.</summary>
    internal Span<T> Sum => _sum.Values;

    /// <summary>The parts of the adjoint of one band.</summary>
    internal Span<T> Parts => _parts.Values;

    /// <summary>The strips of one band, behind their lead.</summary>
    internal Span<T> Strips => _strips.Values;

    /// <summary>The sums of the gradient of the kernels.</summary>
    internal Span<T> KernelSums => (_kernelSums ??= new Field<T>(
        1, 1, 1, KernelGradientKernels.SumsLength<T>(_filters, _channels, Layout.KernelRows * Layout.KernelColumns))).Values;

    /// <summary>More strips for one band.</summary>
    internal Field<T> NewStrips() => new(1, 1, 1, Layout.Lead + (_filters * Layout.StripStride(Layout.BandRows)));

    /// <summary>Whether the memory is for this bank, and spans of its size.</summary>
    internal void Check(ConvolutionBank<T> bank, int lengthOfState, int lengthOfResponses)
    {
        ConvolutionLayout l = Layout;
        if ((bank.Filters, bank.Channels, bank.KernelRows, bank.KernelColumns, bank.Boundary) != (_filters, _channels, l.KernelRows, l.KernelColumns, _boundary))
        {
            throw new ArgumentException(
                $"the memory is for {_channels} channels, {_filters} filters of {l.KernelRows} x {l.KernelColumns} points, {_boundary}; the bank has {bank.Channels}, {bank.Filters}, {bank.KernelRows} x {bank.KernelColumns}, {bank.Boundary}");
        }

        int plane = l.Rows * l.Columns;
        if (lengthOfState != _channels * plane || lengthOfResponses != _filters * plane)
        {
            throw new ArgumentException(
                $"{_channels} channels and {_filters} filters of {l.Rows} x {l.Columns} are {_channels * plane} and {_filters * plane} numbers; there are {lengthOfState} and {lengthOfResponses}");
        }
    }

    /// <summary>Pads all channels of an instance.</summary>
    internal void Pad(ReadOnlySpan<T> planes, Span<T> padded)
    {
        int plane = Layout.Rows * Layout.Columns;
        for (int s = 0; s < _channels; s++)
        {
            Layout.Padding.Pad(planes.Slice(s * plane, plane), padded[(s * Layout.PaddedStride)..]);
        }
    }

    /// <summary>Folds all channels of <see cref="Sum"/> back.</summary>
    internal void Fold(Span<T> planes)
    {
        int plane = Layout.Rows * Layout.Columns;
        for (int s = 0; s < _channels; s++)
        {
            Layout.Padding.Fold<T>(Sum[(s * Layout.PaddedStride)..], planes.Slice(s * plane, plane));
        }
    }
}
