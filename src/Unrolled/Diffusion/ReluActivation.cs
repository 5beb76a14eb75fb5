using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion;

/// <summary>
/// <c>max(s, 0)</c>, of the networks that diffusion is compared with. It is not odd and has no diffusion reading; yet <c>0 &lt;= Phi(s)/s &lt;= 1</c> and
/// <c>0 &lt;= Phi' &lt;= 1</c>, so that certificates of stability hold without a bias.
/// </summary>
/// <remarks>No parameters: a bias is added by the network. The derivative at zero is 0. Immutable and safe to share between threads.</remarks>
/// <typeparam name="T">The number type.</typeparam>
/// <param name="channels">How many channels it is made for.</param>
public sealed class ReluActivation<T>(int channels) : ICertifiedActivation<T>, IPointwiseActivation<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public int Channels { get; } = channels > 0 ? channels : throw new ArgumentOutOfRangeException(nameof(channels), channels, "must be positive");

    /// <inheritdoc/>
    public int ParameterCount => 0;

    /// <inheritdoc/>
    public double LargestDiffusivity(int channel) => 1;

    /// <inheritdoc/>
    public double LargestBackwardFlux(int channel) => 0;

    /// <inheritdoc/>
    public double LargestSlope(int channel) => 1;

    /// <inheritdoc/>
    public double SmallestSlope(int channel) => 0;

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<T> s, Span<T> value, int channels)
    {
        ChannelCheck.Pixels(s.Length, channels, Channels);
        CouplingKernels.PositivePart(s, value);
    }

    /// <inheritdoc/>
    public void ApplyChannel(int channel, ReadOnlySpan<T> s, Span<T> value) => CouplingKernels.PositivePart(s, value);

    /// <inheritdoc/>
    public void Linearize(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, int channels, Span<T> gradient)
    {
        ChannelCheck.Pixels(s.Length, channels, Channels);
        CouplingKernels.WherePositive(s, p, product);
        CouplingKernels.PositivePart(s, value);
    }
}
