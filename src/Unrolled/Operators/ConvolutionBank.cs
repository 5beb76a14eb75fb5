using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// A bank of convolutions <c>K</c> from <c>S</c> channels to <c>C</c> filters, with its exact adjoint <c>K^T</c> at every boundary and for
/// signals and images smaller than the kernels too.
/// </summary>
/// <remarks>
/// <para><c>(K u)_c[i, j] = sum over channels s and kernel points (a, b) of k_cs[a, b] (P u_s)[i + a, j + b]</c>, a correlation,
/// where <c>P</c> continues the plane by half a kernel on every side; so <c>K = V P</c> and <c>K^T = P^T V^T</c>.</para>
/// <para>Kernels have odd extents. Immutable: threads may share it. Work per product: <c>C S</c> fused operations per kernel point and pixel.</para>
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
public sealed class ConvolutionBank<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly T[] _kernels;
    private readonly T[] _packed;
    private readonly T[] _packedAdjoint;
    private WinogradBank<T>? _winograd;

    /// <summary>Creates a bank.</summary>
    /// <param name="kernels">(filters, channels, kernel rows, kernel columns) numbers.</param>
    /// <param name="filters">The number <c>C</c> of filters.</param>
    /// <param name="channels">The number <c>S</c> of channels of what it is applied to.</param>
    /// <param name="kernelRows">The height of a kernel, odd; 1 for signals.</param>
    /// <param name="kernelColumns">The width of a kernel, odd.</param>
    /// <param name="boundary">What stands outside.</param>
    /// <exception cref="ArgumentException">Sizes do not fit together.</exception>
    public ConvolutionBank(ReadOnlySpan<T> kernels, int filters, int channels, int kernelRows, int kernelColumns, Boundary boundary = Boundary.Reflecting)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(filters);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        if (kernelRows < 1 || kernelColumns < 1 || int.IsEvenInteger(kernelRows) || int.IsEvenInteger(kernelColumns))
        {
            throw new ArgumentException($"kernels of {kernelRows} x {kernelColumns} points: both extents must be odd", nameof(kernelRows));
        }

        if (kernels.Length != filters * channels * kernelRows * kernelColumns)
        {
            throw new ArgumentException(
                $"{filters} x {channels} kernels of {kernelRows} x {kernelColumns} points are {filters * channels * kernelRows * kernelColumns} numbers, there are {kernels.Length}",
                nameof(kernels));
        }

        _kernels = kernels.ToArray();
        (Filters, Channels, KernelRows, KernelColumns, Boundary) = (filters, channels, kernelRows, kernelColumns, boundary);
        _packed = ConvolutionBlocks.Pack(filters, channels, kernelRows * kernelColumns, (f, s, t) => Kernel(f, s)[t]);
        _packedAdjoint = PackAdjoint();
    }

    /// <summary>The number <c>C</c> of filters.</summary>
    public int Filters { get; }

    /// <summary>The number <c>S</c> of channels.</summary>
    public int Channels { get; }

    /// <summary>The height of a kernel.</summary>
    public int KernelRows { get; }

    /// <summary>The width of a kernel.</summary>
    public int KernelColumns { get; }

    /// <summary>What stands outside.</summary>
    public Boundary Boundary { get; }

    /// <summary>All kernels: (filters, channels, kernel rows, kernel columns).</summary>
    public ReadOnlySpan<T> Kernels => _kernels;

    /// <summary>One kernel, row after row.</summary>
    public ReadOnlySpan<T> Kernel(int filter, int channel) =>
        _kernels.AsSpan(((filter * Channels) + channel) * KernelRows * KernelColumns, KernelRows * KernelColumns);

    /// <summary><c>responses = K u</c>.</summary>
    public void Apply(Field<T> u, Field<T> responses)
    {
        Check(u, responses);
        var memory = new ConvolutionMemory<T>(this, u.Rows, u.Columns);
        for (int n = 0; n < u.Instances; n++)
        {
            Apply(u.Instance(n), responses.Instance(n), memory);
        }
    }

    /// <summary><c>responses = K u</c> of one instance.</summary>
    /// <param name="u">(channels, rows, columns) numbers.</param>
    /// <param name="responses">(filters, rows, columns) numbers.</param>
    /// <param name="memory">The scratch.</param>
    public void Apply(ReadOnlySpan<T> u, Span<T> responses, ConvolutionMemory<T> memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        memory.Check(this, u.Length, responses.Length);
        ConvolutionLayout layout = memory.Layout;
        memory.Pad(u, memory.Padded);
        for (int first = 0; first < layout.Rows; first += layout.BandRows)
        {
            int rows = Math.Min(layout.BandRows, layout.Rows - first);
            Correlate(layout, memory.Padded, first, rows, memory.Strips);
            StripKernels.CopyOut(memory.Strips[layout.Lead..], layout.StripStride(rows), layout.Stride, responses, Filters, layout.Rows, layout.Columns, first, rows);
        }
    }

    /// <summary><c>u = K^T responses</c>.</summary>
    public void ApplyAdjoint(Field<T> responses, Field<T> u)
    {
        Check(u, responses);
        var memory = new ConvolutionMemory<T>(this, u.Rows, u.Columns);
        for (int n = 0; n < u.Instances; n++)
        {
            ApplyAdjoint(responses.Instance(n), u.Instance(n), memory);
        }
    }

    /// <summary><c>u = K^T responses</c> of one instance.</summary>
    /// <param name="responses">(filters, rows, columns) numbers.</param>
    /// <param name="u">(channels, rows, columns) numbers.</param>
    /// <param name="memory">The scratch.</param>
    public void ApplyAdjoint(ReadOnlySpan<T> responses, Span<T> u, ConvolutionMemory<T> memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        memory.Check(this, u.Length, responses.Length);
        ConvolutionLayout layout = memory.Layout;
        memory.Sum.Clear();
        for (int first = 0; first < layout.Rows; first += layout.BandRows)
        {
            int rows = Math.Min(layout.BandRows, layout.Rows - first);
            CopyIn(layout, responses, first, rows, memory.Strips);
            Spread(layout, memory.Strips, first, rows, memory.Parts, memory.Sum);
        }

        memory.Fold(u);
    }

    /// <summary>Adds the gradient of <c>&lt;weights, K u&gt;</c> with respect to the kernels.</summary>
    /// <param name="u">What the bank is applied to.</param>
    /// <param name="weights">The weights of the responses.</param>
    /// <param name="gradient">In the order of <see cref="Kernels"/>.</param>
    public void AccumulateKernelGradient(Field<T> u, Field<T> weights, Span<T> gradient)
    {
        Check(u, weights);
        var memory = new ConvolutionMemory<T>(this, u.Rows, u.Columns);
        for (int n = 0; n < u.Instances; n++)
        {
            AccumulateKernelGradient(u.Instance(n), weights.Instance(n), gradient, memory);
        }
    }

    /// <summary>Adds the gradient of <c>&lt;weights, K u&gt;</c> of one instance with respect to the kernels.</summary>
    /// <param name="u">(channels, rows, columns) numbers.</param>
    /// <param name="weights">(filters, rows, columns) numbers.</param>
    /// <param name="gradient">In the order of <see cref="Kernels"/>. What the instance contributes is summed before it is added.</param>
    /// <param name="memory">The scratch.</param>
    public void AccumulateKernelGradient(ReadOnlySpan<T> u, ReadOnlySpan<T> weights, Span<T> gradient, ConvolutionMemory<T> memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        memory.Check(this, u.Length, weights.Length);
        CheckGradient(gradient);
        ConvolutionLayout layout = memory.Layout;
        memory.Pad(u, memory.Padded);
        memory.KernelSums.Clear();
        for (int first = 0; first < layout.Rows; first += layout.BandRows)
        {
            int rows = Math.Min(layout.BandRows, layout.Rows - first);
            CopyIn(layout, weights, first, rows, memory.Strips);
            AccumulateKernelGradient(layout, memory.Padded, memory.Strips, first, rows, memory.KernelSums);
        }

        KernelGradientKernels.Reduce(memory.KernelSums, Filters, Channels, KernelRows * KernelColumns, T.One, gradient);
    }

    /// <summary>The bank by Winograd's algorithm, made when it is first asked for.</summary>
    internal WinogradBank<T> Winograd => _winograd ??= new WinogradBank<T>(this);

    /// <summary>Whether Winograd's algorithm is to be used. Double precision is for proofs and solvers: there a convolution stays a sum of products.</summary>
    internal bool PrefersWinograd(int rows, int columns) =>
        typeof(T) == typeof(float) && Math.Min(rows, columns) >= WinogradKernels.SmallestExtent &&
        WinogradKernels.Suits(Filters, Channels, KernelRows, KernelColumns);

    /// <summary>Whether a gradient has as many numbers as the kernels.</summary>
    internal void CheckGradient(ReadOnlySpan<T> gradient)
    {
        if (gradient.Length != _kernels.Length)
        {
            throw new ArgumentException($"the gradient has {gradient.Length} numbers, the kernels have {_kernels.Length}", nameof(gradient));
        }
    }

    /// <summary>The responses of a band of rows, as strips behind their lead; their gaps hold anything.</summary>
    internal void Correlate(ConvolutionLayout layout, ReadOnlySpan<T> padded, int first, int rows, Span<T> strips) => ConvolutionKernels.Correlate(
        padded, first * layout.Stride, layout.PaddedStride, Channels, layout.Offsets, _packed,
        strips[layout.Lead..], layout.StripStride(rows), Filters, layout.StripLength(rows));

    /// <summary>Adds what the adjoint makes of a band of rows, whose gaps are zero, to padded planes.</summary>
    internal void Spread(ConvolutionLayout layout, ReadOnlySpan<T> strips, int first, int rows, Span<T> parts, Span<T> sum)
    {
        int stride = layout.StripStride(rows), length = layout.StripLength(rows), count = layout.AdjointParts;
        ConvolutionKernels.Correlate(strips, layout.Lead, stride, Filters, layout.AdjointOffsets, _packedAdjoint, parts, stride, Channels * count, length);
        for (int s = 0; s < Channels; s++)
        {
            for (int a = count - 1; a >= 0; a--)
            {
                Span<T> target = sum.Slice((s * layout.PaddedStride) + (first * layout.Stride) + (a * layout.AdjointShift), length);
                Numerics.Kernels.Add(parts.Slice(((s * count) + a) * stride, length), target, target);
            }
        }
    }

    /// <summary>Adds what a band of rows, whose gaps are zero, contributes to the gradient of the kernels.</summary>
    internal void AccumulateKernelGradient(ConvolutionLayout layout, ReadOnlySpan<T> padded, ReadOnlySpan<T> strips, int first, int rows, Span<T> sums) =>
        KernelGradientKernels.Accumulate(
            padded, first * layout.Stride, layout.PaddedStride, Channels, layout.Offsets,
            strips[layout.Lead..], layout.StripStride(rows), Filters, layout.StripLength(rows), sums);

    private void CopyIn(ConvolutionLayout layout, ReadOnlySpan<T> responses, int first, int rows, Span<T> strips) => StripKernels.CopyIn(
        responses, Filters, layout.Rows, layout.Columns, first, rows, strips[layout.Lead..], layout.StripStride(rows), layout.Stride);

    /// <summary>The adjoint is a correlation too: from the filters to the parts of every channel, with the kernels read backwards.</summary>
    private T[] PackAdjoint()
    {
        int count = ConvolutionLayout.PartsOfAdjoint(KernelRows, KernelColumns);
        return ConvolutionBlocks.Pack(Channels * count, Filters, KernelRows * KernelColumns / count,
            (output, filter, point) => Kernel(filter, output / count)[(output % count * KernelRows * KernelColumns / count) + point]);
    }

    private void Check(Field<T> u, Field<T> responses)
    {
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(responses);
        if (u.Channels != Channels || responses.Channels != Filters)
        {
            throw new ArgumentException($"the bank maps {Channels} channels to {Filters} filters; the fields have {u.Channels} and {responses.Channels}");
        }

        if ((u.Instances, u.Rows, u.Columns) != (responses.Instances, responses.Rows, responses.Columns))
        {
            throw new ArgumentException($"the fields are {u} and {responses}; instances, rows and columns must agree");
        }
    }
}
