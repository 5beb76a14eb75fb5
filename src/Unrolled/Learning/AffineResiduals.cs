using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// Residuals in other parameters: <c>r(θ_0 + E d)</c>, followed by the ridge <c>ρ d</c>. With E the coefficients of a tableau are
/// tied, scaled or kept.
/// </summary>
/// <param name="inner">The residuals r(θ).</param>
/// <param name="origin">θ_0.</param>
/// <param name="map">E: a row per θ, a column per d.</param>
/// <param name="ridge">ρ, which keeps directions that the residuals do not see in place.</param>
internal sealed class AffineResiduals(IResiduals inner, ReadOnlySpan<double> origin, Matrix map, double ridge = 0)
    : MappedResiduals(inner, new AffineMap(origin, map), ridge)
{
    /// <summary>The map that keeps the sum of the last <paramref name="tied"/> of all parameters: the last one is eliminated.</summary>
    public static Matrix KeepSumOfLast(int parameters, int tied)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tied, parameters);
        Matrix map = new(parameters, parameters - 1);
        for (int i = 0; i < parameters - 1; i++)
        {
            map[i, i] = 1;
            map[parameters - 1, i] = i >= parameters - tied ? -1 : 0;
        }

        return map;
    }
}
