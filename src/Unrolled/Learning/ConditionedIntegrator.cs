using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>A step-conditioned method with what it gains on the validation set.</summary>
/// <param name="Method">The method.</param>
/// <param name="Gains">For every refinement: error of the best classical method of as many stages over the error of the method.</param>
/// <param name="ValidationError">The reciprocal of the least gain.</param>
public sealed record ConditionedIntegrator(LearnedRungeKutta Method, IReadOnlyList<double> Gains, double ValidationError);
