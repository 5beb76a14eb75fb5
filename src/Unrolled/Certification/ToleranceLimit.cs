using Unrolled.Numerics;

namespace Unrolled.Certification;

/// <summary>A number that at least a given part of a distribution does not exceed, from the order of independent values alone (Wilks).</summary>
/// <remarks>
/// The <c>m</c>-th smallest of <c>n</c> values lies below the <c>p</c>-quantile with probability <c>I_p(m, n - m + 1)</c> at most, for every distribution. The limit is the smallest
/// value for which that is at most <c>1 - confidence</c>: the largest of 459 values for p = 0.99 with confidence 0.99.
/// Reference: S. S. Wilks, Ann. Math. Stat. 12 (1941) 91, doi:10.1214/aoms/1177731788.
/// </remarks>
public static class ToleranceLimit
{
    /// <summary>The limit; infinite where there are too few values or some of those that count are not finite.</summary>
    /// <param name="values">Independent values; those that are not numbers count as infinite.</param>
    /// <param name="coverage">p, between 0 and 1.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    public static double Of(ReadOnlySpan<double> values, double coverage, double confidence)
    {
        int rank = Rank(values.Length, coverage, confidence);
        if (rank == 0)
        {
            return double.PositiveInfinity;
        }

        double[] sorted = values.ToArray();
        for (int i = 0; i < sorted.Length; i++)
        {
            sorted[i] = double.IsNaN(sorted[i]) ? double.PositiveInfinity : sorted[i];
        }

        Array.Sort(sorted);
        return sorted[rank - 1];
    }

    /// <summary>Which of the values in ascending order is the limit, counted from 1; 0 where there are too few.</summary>
    public static int Rank(int values, double coverage, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(values);
        if (!(coverage > 0 && coverage < 1) || !(confidence > 0 && confidence < 1))
        {
            throw new ArgumentException($"a part of {coverage} with a confidence of {confidence}: both must lie between 0 and 1");
        }

        int rank = values + 1;
        while (rank > 1 && IncompleteBeta.Regularized(rank - 1, values - rank + 2.0, coverage) <= 1 - confidence)
        {
            rank--;
        }

        return rank > values ? 0 : rank;
    }
}
