using System.Numerics;

namespace Unrolled.Diffusion;

/// <summary>
/// An activation <c>Phi_c(s)</c> of every number by itself, where only its parameters depend on the channel <c>c</c>. It can then be applied to
/// what a few channels have at a few pixels, while that still stands in the caches next to the core.
/// </summary>
/// <typeparam name="T">The number type of the network.</typeparam>
public interface IPointwiseActivation<T> : IActivation<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary><c>value = Phi_c(s)</c> for numbers of one channel, with the bits of <see cref="IActivation{T}.Apply"/>. The spans may be the same.</summary>
    /// <param name="channel">The channel <c>c</c>.</param>
    /// <param name="s">The arguments.</param>
    /// <param name="value">The values.</param>
    void ApplyChannel(int channel, ReadOnlySpan<T> s, Span<T> value);

    /// <summary>Applies an activation channel after channel, each with so many pixels.</summary>
    internal static void ApplyChannels(IPointwiseActivation<T> activation, ReadOnlySpan<T> s, Span<T> value, int pixels)
    {
        for (int c = 0, at = 0; at < s.Length; c++, at += pixels)
        {
            activation.ApplyChannel(c, s.Slice(at, pixels), value.Slice(at, pixels));
        }
    }
}
