namespace Unrolled.Learning.Rules;

/// <summary>What <see cref="TuringOptimalLearner"/> chose.</summary>
/// <param name="Learned">The program with the fewest mistakes, the earliest of equals, with what it learned.</param>
/// <param name="Restart">The number of its restart.</param>
/// <param name="Restarts">How many restarts were made: fewer than allowed if one made no mistake.</param>
/// <param name="ValidationExamples">How many examples validated.</param>
/// <param name="Mistakes">How many of them it predicts wrong.</param>
public sealed record TuringOptimalOutcome(ILearned Learned, int Restart, int Restarts, int ValidationExamples, int Mistakes);
