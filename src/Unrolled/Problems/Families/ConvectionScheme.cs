namespace Unrolled.Problems.Families;

/// <summary>How <c>v . grad u</c> is discretized.</summary>
public enum ConvectionScheme
{
    /// <summary>Central differences: second order, a skew-symmetric matrix, complex eigenvalues at high Peclet numbers.</summary>
    Central,

    /// <summary>Differences against the flow: first order, adds diffusion.</summary>
    Upwind,
}
