namespace Unrolled.Diffusion.Multigrid;

/// <summary>What smooths on every level.</summary>
public enum Smoother
{
    /// <summary>The convolutions of <see cref="CycleCoefficients"/>; damped Jacobi where they are classical.</summary>
    Convolution,

    /// <summary>Gauss-Seidel over two colors with the diffusivity held; the coefficients say how many sweeps.</summary>
    RedBlack,
}
