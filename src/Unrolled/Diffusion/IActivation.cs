using System.Numerics;

namespace Unrolled.Diffusion;

/// <summary>
/// A nonlinearity <c>Phi</c> between a bank of convolutions and its adjoint, for all channels of a strip of pixels at a
/// time: (channels, pixels) numbers, pixels innermost, so that a flux may couple the channels of a pixel.
/// </summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
/// <typeparam name="T">The number type of the network.</typeparam>
public interface IActivation<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>How many numbers training may change.</summary>
    int ParameterCount { get; }

    /// <summary><c>value = Phi(s)</c>. The spans may be the same.</summary>
    /// <param name="s">The arguments, channel after channel.</param>
    /// <param name="value">The values, in the same order.</param>
    /// <param name="channels">How many channels.</param>
    void Apply(ReadOnlySpan<T> s, Span<T> value, int channels);

    /// <summary>
    /// Value and derivative at once, <c>value = Phi(s)</c> and <c>product = Phi'(s)^T p</c>, and adds
    /// <c>sum over pixels of p^T dPhi(s)/dtheta</c> to the gradient.
    /// </summary>
    /// <param name="s">The arguments, channel after channel.</param>
    /// <param name="p">What the values are weighted with.</param>
    /// <param name="value">Becomes <c>Phi(s)</c>.</param>
    /// <param name="product">Becomes <c>Phi'(s)^T p</c>; may be <paramref name="p"/>.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="gradient">Has <see cref="ParameterCount"/> numbers.</param>
    void Linearize(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, int channels, Span<T> gradient);
}
