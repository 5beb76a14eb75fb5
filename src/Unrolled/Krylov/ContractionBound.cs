namespace Unrolled.Krylov;

/// <summary>A proved bound of <c>|q(t)|</c> over an interval of positive numbers: what one step of a <see cref="LearnedKrylov"/> does to residuals there.</summary>
/// <remarks>
/// <para>The polynomial is evaluated at the <c>M + 1</c> Chebyshev extrema of the interval. Between them a polynomial of
/// degree <c>n</c> exceeds its largest sample by a factor of at most <c>1/cos(pi n/(2 M))</c> (Ehlich and Zeller, Math.
/// Z. 86 (1964) 41, doi:10.1007/BF01111276). <c>q &gt; -1</c> follows from that for <c>1 - q</c>; near <c>t = 0</c>, where <c>q</c> comes
/// close to 1 by itself, <c>q &lt; 1</c> is shown in the form <c>(1 - q(t))/t &gt; 0</c>, with the same bound for that
/// polynomial.</para>
/// <para>Cost: <c>O(M n^2)</c> with <c>M = 256 n</c>.</para>
/// </remarks>
public static class ContractionBound
{
    private const int SamplesPerDegree = 256;

    /// <summary>The bound; infinite if the interval is not one of positive finite numbers or the polynomial is not finite on it.</summary>
    /// <param name="method">The method.</param>
    /// <param name="low">The lower end of the interval.</param>
    /// <param name="high">The upper end.</param>
    public static double Of(LearnedKrylov method, double low, double high)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (!(low > 0) || !(high >= low) || !double.IsFinite(high))
        {
            return double.PositiveInfinity;
        }

        int n = method.InnerEvaluations, samples = SamplesPerDegree * n;
        double excess = 1 / Math.Cos(Math.PI * n / (2.0 * samples));
        double largest = 0, least = double.PositiveInfinity, smallestRise = double.PositiveInfinity, largestRise = double.NegativeInfinity;
        for (int i = 0; i <= samples; i++)
        {
            double t = ((high + low) / 2) - ((high - low) / 2 * Math.Cos(Math.PI * i / samples));
            double q = method.ResidualPolynomial(t), rise = (1 - q) / t;
            largest = Math.Max(largest, Math.Abs(q));
            least = Math.Min(least, q);
            smallestRise = Math.Min(smallestRise, rise);
            largestRise = Math.Max(largestRise, rise);
        }

        // two upper bounds of |q|: that of its own samples, and that from q >= 1 - largestFall and q <= 1 - t lowestRise
        double largestFall = (1 - least) * excess, lowestRise = (largestRise * excess) - (((largestRise * excess) - smallestRise) * excess);
        double bound = Math.Min(largest * excess, Math.Max(largestFall - 1, 1 - Math.Min(low * lowestRise, high * lowestRise)));
        return double.IsFinite(bound) ? bound : double.PositiveInfinity;
    }
}
