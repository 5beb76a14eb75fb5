using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>
/// Values that are lost: each, with a probability, becomes the low or the high end of the range, both equally likely.
/// </summary>
/// <remarks>
/// The standard deviation that is reported belongs to values in the middle of the range, <c>peak sqrt(density)/2</c>: it depends on the
/// density alone, so that a method can be told it.
/// </remarks>
public sealed class SaltAndPepperNoise : INoise
{
    private readonly Distribution _density;
    private readonly double _low;
    private readonly double _peak;

    /// <summary>Creates the model.</summary>
    /// <param name="density">The probability: a constant or a uniform distribution in [0, 1].</param>
    /// <param name="low">The low end of the range.</param>
    /// <param name="peak">The width of the range.</param>
    /// <exception cref="ArgumentException">The distribution is normal or leaves [0, 1], or the peak is not positive.</exception>
    public SaltAndPepperNoise(Distribution density, double low = 0, double peak = 1)
    {
        ArgumentNullException.ThrowIfNull(density);
        if (density.Kind == DistributionKind.Normal || density.First < 0 || density.Second > 1 || !(peak > 0 && double.IsFinite(peak)))
        {
            throw new ArgumentException($"density {density} and peak {peak}, expected a constant or uniform distribution in [0, 1] and a positive peak", nameof(density));
        }

        (_density, _low, _peak) = (density, low, peak);
    }

    /// <inheritdoc/>
    public string Description => $"salt-and-pepper noise with density {_density}";

    /// <inheritdoc/>
    public Settings? SettingsFor(IFieldSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Low == _low && source.Peak == _peak ? FamilySettings.Of(("kind", "salt-and-pepper"), ("density", _density)) : null;
    }

    /// <inheritdoc/>
    public (double Least, double Largest) Sigma => (Deviation(_density.First), Deviation(_density.Second));

    /// <inheritdoc/>
    public double Add(ReadOnlySpan<float> clean, Span<float> noisy, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (clean.Length != noisy.Length)
        {
            throw new ArgumentException($"{noisy.Length} noisy values for {clean.Length} clean ones", nameof(noisy));
        }

        double density = _density.Draw(stream);
        float low = (float)_low, high = (float)(_low + _peak);
        for (int k = 0; k < noisy.Length; k++)
        {
            double u = stream.NextUniform();
            noisy[k] = u >= density ? clean[k] : u < density / 2 ? low : high;
        }

        return Deviation(density);
    }

    private double Deviation(double density) => _peak * Math.Sqrt(density) / 2;
}
