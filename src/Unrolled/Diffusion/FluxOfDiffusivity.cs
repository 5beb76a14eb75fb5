using System.Numerics;
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
    internal override void Apply<T>(ReadOnlySpan<T> s, Span<T> value, T contrast) =>
        FluxKernels<D>.Apply(s, value, T.One / contrast, Amplitude(contrast));

    /// <inheritdoc/>
    internal override T Linearize<T>(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, T contrast) =>
        FluxKernels<D>.Linearize(s, p, value, product, T.One / contrast, Amplitude(contrast));

    /// <inheritdoc/>
    internal override void ShapeOf<T>(ReadOnlySpan<T> z, Span<T> g) => FluxKernels<D>.Diffusivity(z, g);

    /// <inheritdoc/>
    internal override void ShapeOf<T>(ReadOnlySpan<T> z, Span<T> g, Span<T> slope) => FluxKernels<D>.Diffusivity(z, g, slope);

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

    private static T Amplitude<T>(T contrast)
        where T : struct, IFloatingPointIeee754<T> => D.Degree == 1 ? T.One : T.One / contrast;
}
