using System.Globalization;

namespace Unrolled.Deployment;

/// <summary>A quantity of a problem that lies outside the range in which a model may be used.</summary>
/// <param name="Range">The range.</param>
/// <param name="Value">The value of the problem.</param>
public readonly record struct OutOfRange(ValidRange Range, double Value)
{
    // a range of one value, or an end that was computed in another order, must not fail by rounding
    private const double Slack = 1e-12;

    /// <summary>
    /// What of a problem lies outside the ranges of a model: the one check that every deployed method uses. Quantities without a range are not
    /// judged; what is no number lies outside.
    /// </summary>
    /// <param name="ranges">The ranges, as <see cref="Model.ValidRanges"/> or a part of them.</param>
    /// <param name="measured">The quantities of the problem by the names of the ranges; a name may occur several times.</param>
    public static IReadOnlyList<OutOfRange> Find(IReadOnlyList<ValidRange> ranges, IEnumerable<(string Quantity, double Value)> measured)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentNullException.ThrowIfNull(measured);
        var outside = new List<OutOfRange>();
        foreach ((string quantity, double value) in measured)
        {
            foreach (ValidRange range in ranges.Where(r => r.Name == quantity))
            {
                if (!(value >= range.Low - (Slack * Math.Abs(range.Low)) && value <= range.High + (Slack * Math.Abs(range.High))))
                {
                    outside.Add(new OutOfRange(range, value));
                }
            }
        }

        return outside;
    }

    /// <summary>"step size = 0.3 lies outside [0.01, 0.2]".</summary>
    public override string ToString() => Range.Low == Range.High
        ? string.Create(CultureInfo.InvariantCulture, $"{Range.Name} = {Value:g6} is not {Range.Low:g6}")
        : string.Create(CultureInfo.InvariantCulture, $"{Range.Name} = {Value:g6} lies outside [{Range.Low:g6}, {Range.High:g6}]");
}
