namespace Unrolled.RungeKutta;

/// <summary>A closed interval in which something learned may be used.</summary>
/// <param name="Low">The smallest value.</param>
/// <param name="High">The largest value.</param>
public readonly record struct ValidInterval(double Low, double High)
{
    /// <summary>Whether a value lies inside, up to a relative rounding of 1e-12.</summary>
    public bool Contains(double value) => value >= Low - (1e-12 * Math.Abs(Low)) && value <= High + (1e-12 * Math.Abs(High));
}
