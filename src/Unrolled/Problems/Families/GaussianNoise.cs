using System.Globalization;
using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>
/// Independent normal noise, <c>noisy = clean + sigma n</c>, with one <c>sigma</c> for all instances or one drawn uniformly for each.
/// Nothing is clipped or rounded.
/// </summary>
public sealed class GaussianNoise : INoise
{
    private readonly Distribution _sigma;
    private readonly double _unit;

    /// <summary>Creates the model.</summary>
    /// <param name="sigma">The standard deviation: a constant or a uniform distribution, in multiples of the unit.</param>
    /// <param name="unit">The unit of sigma: 1/255 for images in [0, 1] with the usual noise levels.</param>
    /// <exception cref="ArgumentException">The distribution is normal or reaches below 0, or the unit is not positive.</exception>
    public GaussianNoise(Distribution sigma, double unit = 1)
    {
        ArgumentNullException.ThrowIfNull(sigma);
        if (sigma.Kind == DistributionKind.Normal || sigma.First < 0 || !(unit > 0 && double.IsFinite(unit)))
        {
            throw new ArgumentException($"sigma {sigma} in units of {unit}, expected a constant or uniform distribution from 0 and a positive unit", nameof(sigma));
        }

        (_sigma, _unit) = (sigma, unit);
        Sigma = (sigma.First * unit, sigma.Second * unit);
        string over = unit == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"/{1 / unit:R}");
        Description = $"normal noise with sigma {sigma}{over}";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Settings? SettingsFor(IFieldSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.NoiseUnit == _unit ? FamilySettings.Of(("kind", "gaussian"), ("sigma", _sigma)) : null;
    }

    /// <inheritdoc/>
    public (double Least, double Largest) Sigma { get; }

    /// <inheritdoc/>
    public double Add(ReadOnlySpan<float> clean, Span<float> noisy, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (clean.Length != noisy.Length)
        {
            throw new ArgumentException($"{noisy.Length} noisy values for {clean.Length} clean ones", nameof(noisy));
        }

        double sigma = Sigma.Least == Sigma.Largest ? Sigma.Least : stream.NextUniform(Sigma.Least, Sigma.Largest);
        for (int k = 0; k < noisy.Length; k++)
        {
            noisy[k] = (float)(clean[k] + (sigma * stream.NextNormal()));
        }

        return sigma;
    }
}
