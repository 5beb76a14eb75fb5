namespace Unrolled.Diffusion.Multigrid;

/// <summary>What a smoothing sweep multiplies the scaled residual by.</summary>
public enum SweepForm
{
    /// <summary>A number: damped Jacobi with a damping of its own for every sweep.</summary>
    Scalar,

    /// <summary>A symmetric 3 x 3 convolution.</summary>
    Convolution,
}
