using Unrolled.Problems.Families;

namespace Unrolled.Deployment;

/// <summary>A quantity of a problem and the closed range in which the model was trained and may be used.</summary>
/// <param name="Name">The quantity as the family names it, such as <c>condition number</c>.</param>
/// <param name="Low">The least value.</param>
/// <param name="High">The largest value.</param>
public readonly record struct ValidRange(string Name, double Low, double High)
{
    /// <summary>The range of a quantity that a family draws.</summary>
    internal static ValidRange Of(string name, Distribution distribution, double deviations)
    {
        (double low, double high) = distribution.Range(deviations);
        return new ValidRange(name, low, high);
    }

    /// <summary>Whether a value lies in the range.</summary>
    public bool Contains(double value) => value >= Low && value <= High;
}
