namespace Unrolled.Diffusion.Multigrid;

/// <summary>Whether the diffusivity depends on the state.</summary>
public enum Linearity
{
    /// <summary>It may; the operator is linearized before each cycle.</summary>
    Nonlinear,

    /// <summary>It does not.</summary>
    Linear,
}
