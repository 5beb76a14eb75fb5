namespace Unrolled.Diffusion.Schemes;

/// <summary>How a fixed-point iteration is accelerated.</summary>
public enum Acceleration
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By the weights of Chebyshev's semi-iteration, the elliptic variant of FSI.</summary>
    SemiIterative,
}
