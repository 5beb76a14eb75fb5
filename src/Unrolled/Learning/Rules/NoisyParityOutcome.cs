namespace Unrolled.Learning.Rules;

/// <summary>What <see cref="NoisyParity"/> found.</summary>
/// <param name="Hypothesis">The hidden vector, bit j for column j; null if no restart was accepted: the noise is higher than stated, the
/// labels are no parity, or the restarts were unlucky.</param>
/// <param name="Restarts">How many random sets of rows were solved.</param>
/// <param name="ValidationExamples">How many examples validated.</param>
/// <param name="Mistakes">How many of them the hypothesis gets wrong.</param>
public sealed record NoisyParityOutcome(ulong? Hypothesis, long Restarts, int ValidationExamples, int Mistakes);
