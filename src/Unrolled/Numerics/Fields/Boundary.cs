namespace Unrolled.Numerics;

/// <summary>What stands outside a signal or image, so that a convolution has values to read there.</summary>
public enum Boundary
{
    /// <summary>The mirror image, edge included (<c>x[-1] = x[0]</c>): a homogeneous Neumann boundary half a sample outside.</summary>
    Reflecting,

    /// <summary>The other end (<c>x[-1] = x[n-1]</c>).</summary>
    Periodic,

    /// <summary>Nothing: zeros (<c>x[-1] = 0</c>).</summary>
    Zero,
}
