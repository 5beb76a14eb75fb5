using Unrolled.Numerics;

namespace Unrolled.Diffusion;

/// <summary>The flux of a shape of diffusivity, with loops compiled for it.</summary>
internal sealed class Flux<D> : Flux
    where D : struct, IDiffusivity
{
    /// <inheritdoc/>
    public override string Name => D.Name;

    /// <inheritdoc/>
    internal override int Degree => D.Degree;

    /// <inheritdoc/>
    public override double SmallestDiffusivity(double contrast) => LargestDiffusivity(contrast) * D.SmallestDiffusivity;

    /// <inheritdoc/>
    public override double SmallestSlope(double contrast) => LargestDiffusivity(contrast) * D.SmallestSlope;

    /// <inheritdoc/>
    public override double Energy(double s, double contrast)
    {
        double t = s / contrast;
        return contrast * (D.Degree == 1 ? contrast : 1) * D.Energy(t * t);
    }

    /// <inheritdoc/>
    internal override FluxLoops<T> Loops<T>() => FluxLoops<T, D>.Instance;

    /// <inheritdoc/>
    internal override double SmallestSlopeBetween(double low, double high)
    {
        if (low <= D.SteepestDescent && D.SteepestDescent <= high)
        {
            return D.SmallestSlope;
        }

        // falling before, not falling behind; at a jump the value on the far side counts
        return Slope(high < D.SteepestDescent ? high : low, 1);
    }
}
