using Unrolled.Numerics;

namespace Unrolled.Certification;

/// <summary>
/// Exact one-sided confidence bounds of a probability from independent trials (Clopper and Pearson): whatever the probability is, the bound
/// is on its right side in at least the part <c>confidence</c> of all experiments.
/// </summary>
/// <remarks>
/// After <c>k</c> successes in <c>n</c> trials the lower bound is the <c>p</c> with <c>P(X &gt;= k) = I_p(k, n - k + 1) = 1 - confidence</c>, and 0 for
/// <c>k = 0</c>. It is rounded to the safe side by a part of 1e-9 of <c>1 - confidence</c>, more than the incomplete beta function errs.
/// Reference: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404, doi:10.1093/biomet/26.4.404.
/// </remarks>
public static class BinomialProportion
{
    private const double Safety = 1 - 1e-9;

    /// <summary>What the probability of a success is at least.</summary>
    /// <param name="successes">k, from 0 to n.</param>
    /// <param name="trials">n, at least 1.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    public static double LowerBound(int successes, int trials, double confidence)
    {
        Check(successes, trials, confidence);
        return successes == 0 ? 0 : IncompleteBeta.Inverse(successes, trials - successes + 1.0, (1 - confidence) * Safety);
    }

    /// <summary>What the probability of a success is at most.</summary>
    /// <param name="successes">k, from 0 to n.</param>
    /// <param name="trials">n, at least 1.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    public static double UpperBound(int successes, int trials, double confidence) => 1 - LowerBound(trials - successes, trials, confidence);

    /// <summary>The fewest trials after which success in all of them proves a probability: <c>p^n &lt;= 1 - confidence</c>. 459 for 0.99 with confidence 0.99.</summary>
    /// <param name="probability">What is to be proved, between 0 and 1.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    public static int TrialsFor(double probability, double confidence)
    {
        Check(0, 1, confidence);
        if (!(probability > 0 && probability < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "the probability must lie between 0 and 1");
        }

        return (int)Math.Ceiling(Math.Log(1 - confidence) / Math.Log(probability));
    }

    private static void Check(int successes, int trials, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trials);
        if (successes < 0 || successes > trials)
        {
            throw new ArgumentException($"{successes} of {trials} trials cannot be successes");
        }

        if (!(confidence > 0 && confidence < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "the confidence must lie between 0 and 1");
        }
    }
}
