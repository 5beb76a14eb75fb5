namespace Unrolled.Learning.Rules;

/// <summary>How many validation examples a choice among many hypotheses needs.</summary>
internal static class ValidationSize
{
    /// <summary>
    /// <c>n = (ln R + ln 1/delta) / epsilon^2</c>: with so many examples the error rates of all R hypotheses are measured to within epsilon
    /// with probability at least 1 - delta, since by Hoeffding's inequality one is not with probability at most <c>exp(-2 n epsilon^2)</c>
    /// on either side.
    /// </summary>
    /// <param name="restarts">R, the number of hypotheses.</param>
    /// <param name="epsilon">The tolerated error of an error rate.</param>
    /// <param name="delta">The probability of failure that is accepted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range, or the examples are too many to count.</exception>
    public static int For(double restarts, double epsilon, double delta)
    {
        if (!(restarts >= 1 && double.IsFinite(restarts)))
        {
            throw new ArgumentOutOfRangeException(nameof(restarts), $"there are {restarts} restarts, expected at least 1");
        }

        if (!(epsilon is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"epsilon is {epsilon}, expected above 0 and at most 1");
        }

        if (!(delta is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), $"delta is {delta}, expected between 0 and 1");
        }

        double examples = Math.Ceiling((Math.Log(restarts) - Math.Log(delta)) / (epsilon * epsilon));
        return examples <= int.MaxValue
            ? (int)examples
            : throw new ArgumentOutOfRangeException(nameof(epsilon), $"epsilon {epsilon} needs {examples} validation examples, too many to count");
    }
}
