namespace Unrolled.Certification;

/// <summary>One-sided confidence bounds of the mean of a bounded quantity (Hoeffding).</summary>
/// <remarks>
/// For <c>n</c> independent values in <c>[a, b]</c> the mean of the distribution is at most <c>mean + (b - a) sqrt(ln(1/(1 - confidence))/(2 n))</c> in at
/// least the part <c>confidence</c> of all experiments, whatever the distribution is. Reference: W. Hoeffding, J. Am. Stat. Assoc. 58 (1963) 13, theorem 2,
/// doi:10.1080/01621459.1963.10500830.
/// </remarks>
public static class BoundedMean
{
    /// <summary>What the mean of the distribution is at most.</summary>
    /// <param name="values">Independent values.</param>
    /// <param name="low">a, that no value is below.</param>
    /// <param name="high">b, that no value is above.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <exception cref="ArgumentException">There is no value, or one lies outside [a, b].</exception>
    public static double UpperBound(ReadOnlySpan<double> values, double low, double high, double confidence)
    {
        if (values.IsEmpty || !(high > low))
        {
            throw new ArgumentException($"{values.Length} values in [{low}, {high}] give no mean");
        }

        if (!(confidence > 0 && confidence < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "the confidence must lie between 0 and 1");
        }

        double sum = 0;
        foreach (double value in values)
        {
            sum += value >= low && value <= high ? value : throw new ArgumentException($"the value {value} lies outside [{low}, {high}]", nameof(values));
        }

        return Math.Min(high, (sum / values.Length) + ((high - low) * Math.Sqrt(-Math.Log(1 - confidence) / (2.0 * values.Length))));
    }
}
