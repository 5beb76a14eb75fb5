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
        Padding padding = PaddingFor(u);
        var padded = new T[padding.Rows * padding.Columns];
        responses.Values.Clear();
        for (int n = 0; n < u.Instances; n++)
        {
            for (int s = 0; s < Channels; s++)
            {
                padding.Pad(u.Plane(n, s), padded);
                for (int c = 0; c < Filters; c++)
                {
                    ConvolutionKernels.Correlate(padded, padding.Columns, Kernel(c, s), KernelColumns, responses.Plane(n, c), u.Rows, u.Columns);
                }
            }
        }
    }

    /// <summary><c>u = K^T responses</c>.</summary>
    public void ApplyAdjoint(Field<T> responses, Field<T> u)
    {
        Check(u, responses);
        Padding padding = PaddingFor(u);
        var padded = new T[padding.Rows * padding.Columns];
        for (int n = 0; n < u.Instances; n++)
        {
            for (int s = 0; s < Channels; s++)
            {
                padded.AsSpan().Clear();
                for (int c = 0; c < Filters; c++)
                {
                    ConvolutionKernels.Spread(responses.Plane(n, c), u.Rows, u.Columns, Kernel(c, s), KernelColumns, padded, padding.Columns);
                }

                padding.Fold<T>(padded, u.Plane(n, s));
            }
        }
    }

    /// <summary>Adds the gradient of <c>&lt;weights, K u&gt;</c> with respect to the kernels.</summary>
    /// <param name="u">What the bank is applied to.</param>
    /// <param name="weights">The weights of the responses.</param>
    /// <param name="gradient">In the order of <see cref="Kernels"/>.</param>
    public void AccumulateKernelGradient(Field<T> u, Field<T> weights, Span<T> gradient)
    {
        Check(u, weights);
        Padding padding = PaddingFor(u);
        var padded = new T[padding.Rows * padding.Columns];
        int points = KernelRows * KernelColumns;
        for (int n = 0; n < u.Instances; n++)
        {
            for (int s = 0; s < Channels; s++)
            {
                padding.Pad(u.Plane(n, s), padded);
                for (int c = 0; c < Filters; c++)
                {
                    ConvolutionKernels.AccumulateKernelGradient<T>(
                        padded, padding.Columns, weights.Plane(n, c), u.Rows, u.Columns, gradient.Slice(((c * Channels) + s) * points, points), KernelColumns);
                }
            }
        }
    }

    private Padding PaddingFor(Field<T> u) => new(u.Rows, u.Columns, KernelRows / 2, KernelColumns / 2, Boundary);

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
