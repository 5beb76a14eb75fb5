using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion;

/// <summary>
/// A mixture of fluxes, <c>Phi(s) = sum over i of w_i g_i(s) s</c>, with weights <c>w_i &gt;= 0</c> that sum to at most 1, so that <c>0 &lt;= Phi(s)/s &lt;= 1</c>.
/// </summary>
/// <remarks>
/// <para>Each channel has a contrast <c>lambda_c</c>, which term <c>i</c> uses times its relative contrast. All channels share the weights, or each has
/// its own.</para>
/// <para>Parameters: the weights (row after row), then <c>ln(lambda_c)</c>. Immutable and safe to share between threads.</para>
/// </remarks>
/// <typeparam name="T">The number type.</typeparam>
public sealed class MixtureActivation<T> : ICertifiedActivation<T>, IPointwiseActivation<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private const int Block = 256;
    private const int Cells = 512;

    private readonly MixtureTerm[] _terms;
    private readonly FluxLoops<T>[] _loops;
    private readonly T[] _weights;
    private readonly T[] _contrasts;

    /// <summary>Creates an activation.</summary>
    /// <param name="terms">The fluxes.</param>
    /// <param name="weights">The weight of each flux, for all channels or for channel after channel.</param>
    /// <param name="contrasts">The contrast of each channel.</param>
    /// <exception cref="ArgumentException">A contrast is not positive, a weight is negative, weights sum to more than 1 but for rounding, or a flux
    /// has a slope at zero other than 1.</exception>
    public MixtureActivation(IReadOnlyList<MixtureTerm> terms, ReadOnlySpan<T> weights, ReadOnlySpan<T> contrasts)
    {
        ArgumentNullException.ThrowIfNull(terms);
        _terms = [.. terms];
        _contrasts = ChannelCheck.Positive(contrasts, "contrast");
        if (_terms.Length == 0)
        {
            throw new ArgumentException("there is no flux to mix", nameof(terms));
        }

        foreach (MixtureTerm term in _terms)
        {
            ArgumentNullException.ThrowIfNull(term.Flux);
            if (term.Flux.Degree != 1 || !(term.RelativeContrast > 0) || !double.IsFinite(term.RelativeContrast))
            {
                throw new ArgumentException(
                    $"a mixture has fluxes of slope 1 at zero and positive relative contrasts, not {term.Flux.Name} at {term.RelativeContrast}", nameof(terms));
            }
        }

        if (weights.Length != _terms.Length && weights.Length != _terms.Length * _contrasts.Length)
        {
            throw new ArgumentException(
                $"{_terms.Length} fluxes in {_contrasts.Length} channels have {_terms.Length} or {_terms.Length * _contrasts.Length} weights, not {weights.Length}", nameof(weights));
        }

        _loops = [.. _terms.Select(term => term.Flux.Loops<T>())];
        _weights = weights.ToArray();
        for (int row = 0; row < _weights.Length; row += _terms.Length)
        {
            double sum = 0;
            for (int i = 0; i < _terms.Length; i++)
            {
                double weight = double.CreateChecked(_weights[row + i]);
                sum += weight >= 0 ? weight : double.NaN;
            }

            if (!(sum <= 1 + (_terms.Length * double.CreateChecked(T.BitIncrement(T.One) - T.One))))
            {
                throw new ArgumentException($"weights must not be negative and sum to at most 1; row {row / _terms.Length} does not", nameof(weights));
            }
        }
    }

    /// <summary>The fluxes.</summary>
    public IReadOnlyList<MixtureTerm> Terms => _terms;

    /// <summary>The weights.</summary>
    public ReadOnlySpan<T> Weights => _weights;

    /// <summary>The contrast of each channel.</summary>
    public ReadOnlySpan<T> Contrasts => _contrasts;

    /// <inheritdoc/>
    public int Channels => _contrasts.Length;

    /// <inheritdoc/>
    public int ParameterCount => _weights.Length + _contrasts.Length;

    /// <inheritdoc/>
    public double LargestDiffusivity(int channel) => Sum(channel);

    /// <inheritdoc/>
    public double LargestBackwardFlux(int channel) => 0;

    /// <inheritdoc/>
    public double LargestSlope(int channel) => Sum(channel);

    /// <summary>
    /// A lower bound of the derivative. The axis is cut into cells, the last without end; in each the slopes of the terms are bounded one by one, which
    /// loses little because cells are short.
    /// </summary>
    public double SmallestSlope(int channel)
    {
        double least = _terms.Min(term => term.RelativeContrast), largest = _terms.Max(term => term.RelativeContrast);
        double low = 0, smallest = double.PositiveInfinity;
        for (int cell = 0; cell <= Cells; cell++)
        {
            // from a tenth of the smallest contrast to a hundred of the largest, geometrically
            double high = cell == Cells ? double.PositiveInfinity : 0.1 * least * Math.Pow(1000 * largest / least, cell / (Cells - 1.0)), slope = 0;
            for (int i = 0; i < _terms.Length; i++)
            {
                MixtureTerm term = _terms[i];
                slope += double.CreateChecked(Weight(channel, i)) * term.Flux.SmallestSlopeBetween(low / term.RelativeContrast, high / term.RelativeContrast);
            }

            smallest = Math.Min(smallest, slope);
            low = high;
        }

        return smallest;
    }

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<T> s, Span<T> value, int channels) =>
        IPointwiseActivation<T>.ApplyChannels(this, s, value, ChannelCheck.Pixels(s.Length, channels, Channels));

    /// <inheritdoc/>
    public void ApplyChannel(int channel, ReadOnlySpan<T> s, Span<T> value)
    {
        Span<T> scratch = MemoryMarshal.Cast<Vector512<T>, T>(stackalloc Vector512<T>[2 * Block / Vector512<T>.Count]);
        for (int start = 0; start < s.Length; start += Block)
        {
            int n = Math.Min(Block, s.Length - start);
            Span<T> sum = scratch[..n], z = scratch.Slice(Block, n);
            sum.Clear();
            for (int i = 0; i < _terms.Length; i++)
            {
                CouplingKernels.ScaledSquare(s.Slice(start, n), Rate(channel, i), z);
                _loops[i].ShapeOf(z, z);
                Kernels.MultiplyAdd(Weight(channel, i), z, sum, sum);
            }

            Kernels.Multiply(sum, s.Slice(start, n), value.Slice(start, n));
        }
    }

    /// <inheritdoc/>
    public void Linearize(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, int channels, Span<T> gradient)
    {
        int pixels = ChannelCheck.Pixels(s.Length, channels, Channels);
        Guard.Equal(gradient.Length, ParameterCount, "the length of the gradient", "the number of parameters");
        Span<T> scratch = MemoryMarshal.Cast<Vector512<T>, T>(stackalloc Vector512<T>[5 * Block / Vector512<T>.Count]);
        for (int c = 0; c < channels; c++)
        {
            int row = _weights.Length == _terms.Length ? 0 : c * _terms.Length;
            for (int start = 0; start < pixels; start += Block)
            {
                int n = Math.Min(Block, pixels - start), at = (c * pixels) + start;
                Span<T> sum = scratch[..n], slopes = scratch.Slice(Block, n), z = scratch.Slice(2 * Block, n);
                Span<T> slope = scratch.Slice(3 * Block, n), weighted = scratch.Slice(4 * Block, n);
                sum.Clear();
                slopes.Clear();
                Kernels.Multiply(s.Slice(at, n), p.Slice(at, n), weighted);
                for (int i = 0; i < _terms.Length; i++)
                {
                    CouplingKernels.ScaledSquare(s.Slice(at, n), Rate(c, i), z);
                    _loops[i].ShapeOf(z, z, slope);
                    gradient[row + i] += Kernels.Dot<T>(weighted, z);
                    Kernels.MultiplyAdd(Weight(c, i), z, sum, sum);
                    Kernels.MultiplyAdd(Weight(c, i), slope, slopes, slopes);
                }

                Kernels.Subtract(sum, slopes, z);
                gradient[_weights.Length + c] += Kernels.Dot<T>(weighted, z);
                Kernels.Multiply(slopes, p.Slice(at, n), product.Slice(at, n));
                Kernels.Multiply(sum, s.Slice(at, n), value.Slice(at, n));
            }
        }
    }

    private T Weight(int channel, int term) => _weights[_weights.Length == _terms.Length ? term : (channel * _terms.Length) + term];

    private T Rate(int channel, int term) => T.One / (_contrasts[channel] * T.CreateChecked(_terms[term].RelativeContrast));

    private double Sum(int channel)
    {
        double sum = 0;
        for (int i = 0; i < _terms.Length; i++)
        {
            sum += double.CreateChecked(Weight(channel, i));
        }

        return sum;
    }
}
