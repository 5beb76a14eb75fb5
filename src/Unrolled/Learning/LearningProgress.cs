namespace Unrolled.Learning;

/// <summary>How far a training has come; reported to an <see cref="IProgress{T}"/> at most a few times per second.</summary>
/// <param name="Phase">What is being done, in a word or two: <c>Adam</c>, <c>least squares</c>.</param>
/// <param name="Fraction">The part of the whole training that is done, from 0 to 1.</param>
/// <param name="Loss">The latest loss; not a number where there is none yet.</param>
/// <param name="Elapsed">The time since the training began, earlier sessions of a resumed training included.</param>
public readonly record struct LearningProgress(string Phase, double Fraction, double Loss, TimeSpan Elapsed);
