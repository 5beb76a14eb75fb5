namespace Unrolled.RungeKutta;

/// <summary>
/// What is fixed about a step-conditioned method before its numbers are known, and the layout of these numbers: the exponents α of the
/// equation's parameters, then the corrections δ_k one after the other.
/// </summary>
/// <param name="Parent">The classical method.</param>
/// <param name="Exponents">r_k, one for each correction.</param>
/// <param name="BaseStep">h_0.</param>
/// <param name="References">The reference values of <see cref="ParameterScale"/>; none where the step has no scale.</param>
public sealed record StepConditionedForm(ButcherTableau Parent, IReadOnlyList<int> Exponents, double BaseStep, IReadOnlyList<double> References)
{
    /// <summary>How many numbers there are.</summary>
    public int NumberCount => References.Count + (Exponents.Count * Parent.Parameters.Length);

    /// <summary>The method with given numbers; corrections that are zero are left out.</summary>
    /// <param name="numbers">The exponents and corrections.</param>
    /// <param name="validSteps">The step sizes for which the corrections are used.</param>
    /// <exception cref="ArgumentException">The count differs, a correction of the weights does not sum to zero, or a number is out of range.</exception>
    public LearnedRungeKutta Method(ReadOnlySpan<double> numbers, ValidInterval validSteps)
    {
        int each = Parent.Parameters.Length, scaled = References.Count;
        if (numbers.Length != NumberCount)
        {
            throw new ArgumentException($"{numbers.Length} coefficients were given, {scaled} reference values and {Exponents.Count} corrections of {each} numbers need {NumberCount}");
        }

        List<StepCorrection> corrections = [];
        for (int k = 0; k < Exponents.Count; k++)
        {
            double[] delta = numbers.Slice(scaled + (k * each), each).ToArray();
            if (delta.Any(d => d != 0))
            {
                corrections.Add(new(Exponents[k], delta));
            }
        }

        return new(Parent, corrections, BaseStep, validSteps) { Scale = new ParameterScale(numbers[..scaled], [.. References]) };
    }
}
