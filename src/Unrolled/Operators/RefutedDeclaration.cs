using System.Globalization;

namespace Unrolled.Operators;

/// <summary>A declaration of an operator that a product contradicts.</summary>
/// <param name="Declaration">What was declared: <c>symmetric</c>, <c>positive definite</c>, <c>adjoint</c>.</param>
/// <param name="Instance">The instance whose numbers these are.</param>
/// <param name="Value">What was measured, relative to the size of the vectors.</param>
/// <param name="Bound">What the declaration allows.</param>
/// <param name="Meaning">The measured quantity as a formula with the inequality that it should satisfy.</param>
public sealed record RefutedDeclaration(string Declaration, int Instance, double Value, double Bound, string Meaning)
{
    /// <summary>One sentence.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"declared {Declaration}, but {Meaning} fails for instance {Instance}: {Value:G4} against {Bound:G4}");
}
