namespace Unrolled.Diffusion;

/// <summary>Whether the differences of a pixel share one diffusivity.</summary>
public enum FluxCoupling
{
    /// <summary>One diffusivity <c>g(|grad u|^2)</c> per pixel, over both directions and all channels: edges of all channels stay together.</summary>
    Isotropic,

    /// <summary>One per difference.</summary>
    PerDirection,
}
