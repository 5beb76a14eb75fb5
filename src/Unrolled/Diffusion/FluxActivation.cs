using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion;

/// <summary>One flux in closed form for all channels, with a contrast <c>lambda_c</c> for each.</summary>
/// <remarks>Parameters: <c>ln(lambda_c)</c>, channel after channel. Immutable and safe to share between threads.</remarks>
/// <typeparam name="T">The number type.</typeparam>
public sealed class FluxActivation<T> : ICertifiedActivation<T>, IPointwiseActivation<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly FluxLoops<T> _loops;
    private readonly T[] _contrasts;

    /// <summary>Creates an activation.</summary>
    /// <param name="flux">The flux.</param>
    /// <param name="contrasts">The contrast of each channel.</param>
    /// <exception cref="ArgumentException">A contrast is not positive and finite.</exception>
    public FluxActivation(Flux flux, ReadOnlySpan<T> contrasts)
    {
        ArgumentNullException.ThrowIfNull(flux);
        (Flux, _loops) = (flux, flux.Loops<T>());
        _contrasts = ChannelCheck.Positive(contrasts, "contrast");
    }

    /// <summary>The flux.</summary>
    public Flux Flux { get; }

    /// <summary>The contrast of each channel.</summary>
    public ReadOnlySpan<T> Contrasts => _contrasts;

    /// <inheritdoc/>
    public int Channels => _contrasts.Length;

    /// <inheritdoc/>
    public int ParameterCount => _contrasts.Length;

    /// <inheritdoc/>
    public double LargestDiffusivity(int channel) => Flux.LargestDiffusivity(double.CreateChecked(_contrasts[channel]));

    /// <inheritdoc/>
    public double LargestBackwardFlux(int channel) => 0;

    /// <inheritdoc/>
    public double LargestSlope(int channel) => Flux.LargestSlope(double.CreateChecked(_contrasts[channel]));

    /// <inheritdoc/>
    public double SmallestSlope(int channel) => Flux.SmallestSlope(double.CreateChecked(_contrasts[channel]));

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<T> s, Span<T> value, int channels) =>
        IPointwiseActivation<T>.ApplyChannels(this, s, value, ChannelCheck.Pixels(s.Length, channels, Channels));

    /// <inheritdoc/>
    public void ApplyChannel(int channel, ReadOnlySpan<T> s, Span<T> value) => _loops.Apply(s, value, _contrasts[channel]);

    /// <inheritdoc/>
    public void Linearize(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, int channels, Span<T> gradient)
    {
        int n = ChannelCheck.Pixels(s.Length, channels, Channels);
        Guard.Equal(gradient.Length, ParameterCount, "the length of the gradient", "the number of parameters");
        for (int c = 0; c < channels; c++)
        {
            gradient[c] += _loops.Linearize(s.Slice(c * n, n), p.Slice(c * n, n), value.Slice(c * n, n), product.Slice(c * n, n), _contrasts[c]);
        }
    }
}
