using System.Numerics;

namespace Unrolled.Diffusion;

/// <summary>
/// An activation with a diffusion reading: <c>Phi(s) = G(s) s</c> with symmetric <c>G(s)</c> and a symmetric derivative, whose eigenvalues lie
/// between constants that follow from its numbers. These are what the certificates of stability rest on.
/// </summary>
/// <typeparam name="T">The number type of the network.</typeparam>
public interface ICertifiedActivation<T> : IActivation<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary>How many channels it is made for.</summary>
    int Channels { get; }

    /// <summary>The largest diffusivity of a channel, a bound of <c>Phi(s)/s</c> from above.</summary>
    double LargestDiffusivity(int channel);

    /// <summary>
    /// The largest backward flux of a channel, a bound of <c>-sign(s) Phi(s)</c>: 0 exactly if <c>Phi(s)/s</c> is proved to be negative nowhere, infinite if there is no bound.
    /// </summary>
    double LargestBackwardFlux(int channel);

    /// <summary>A bound of the derivative from above.</summary>
    double LargestSlope(int channel);

    /// <summary>A bound of the derivative from below; not negative exactly if the flux is proved to be monotone.</summary>
    double SmallestSlope(int channel);
}
