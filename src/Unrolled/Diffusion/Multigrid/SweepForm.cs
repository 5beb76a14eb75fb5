namespace Unrolled.Diffusion.Multigrid;

/// <summary>What a smoothing sweep multiplies the scaled residual by.</summary>
public enum SweepForm
{
    /// <summary>A number: a damping or relaxation of its own for every sweep. The residual is restricted by averages.</summary>
    Scalar,

    /// <summary>A symmetric 3 x 3 convolution. The restriction of the residual is trained too, over 4 x 4 cells.</summary>
    Convolution,
}
