namespace Unrolled.Diffusion;

/// <summary>A flux in a mixture.</summary>
/// <param name="Flux">The flux; its slope at zero is 1.</param>
/// <param name="RelativeContrast">Its contrast over that of the channel.</param>
public readonly record struct MixtureTerm(Flux Flux, double RelativeContrast = 1);
