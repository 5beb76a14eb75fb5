namespace Unrolled.Diffusion.Multigrid;

/// <summary>Where a multigrid solution starts.</summary>
public enum MultigridStart
{
    /// <summary>At the iterate that is given.</summary>
    Given,

    /// <summary>Full multigrid: on the coarsest grid, with one cycle on every grid on the way up.</summary>
    Coarsest,
}
