namespace Unrolled.RungeKutta;

/// <summary>The tableau that a learned method uses for a step size.</summary>
/// <param name="Tableau">The tableau.</param>
/// <param name="FellBack">Whether it is the classical parent because the step size lies outside the interval that was learned.</param>
public readonly record struct ChosenTableau(ButcherTableau Tableau, bool FellBack);
