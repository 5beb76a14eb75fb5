namespace Unrolled.Problems;

/// <summary>What a learner gets and what it is asked.</summary>
/// <param name="Examples">The examples to learn from; their labels may be noisy.</param>
/// <param name="Queries">The questions with the true answers.</param>
public sealed record LearningProblem(LabeledExamples Examples, LabeledExamples Queries);
