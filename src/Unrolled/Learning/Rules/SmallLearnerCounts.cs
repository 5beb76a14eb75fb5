namespace Unrolled.Learning.Rules;

/// <summary>How many of the 2^18 small learners solve a task.</summary>
/// <param name="Kind">The task.</param>
/// <param name="Exact">Per instance, how many programs answer all samples right.</param>
/// <param name="Reusable">How many programs answer all samples of all instances right.</param>
/// <param name="First">The first of those; null if there is none.</param>
/// <param name="BestAccuracy">The largest part of right answers of a program over all instances together.</param>
public sealed record SmallLearnerCounts(SmallTaskKind Kind, IReadOnlyList<int> Exact, int Reusable, SmallLearner? First, double BestAccuracy)
{
    /// <summary>The probability that a random program is exact on one instance, on average over the instances.</summary>
    public double ExactProbability => Exact.Average() / SmallLearner.Programs;

    /// <summary>The probability that a random program is exact on all instances.</summary>
    public double ReusableProbability => (double)Reusable / SmallLearner.Programs;
}
