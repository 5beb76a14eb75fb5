namespace Unrolled.RungeKutta;

/// <summary>One term <c>ε^r δ</c> of a tableau that depends on the step size; see <see cref="LearnedRungeKutta"/>.</summary>
/// <param name="Exponent">r, at least 0; a term with 0 does not depend on the step.</param>
/// <param name="Delta">δ, in the layout of <see cref="ButcherTableau.Parameters"/>; its last row, the change of the weights, sums to zero.</param>
public sealed record StepCorrection(int Exponent, IReadOnlyList<double> Delta);
