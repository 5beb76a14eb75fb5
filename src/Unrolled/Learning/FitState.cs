namespace Unrolled.Learning;

/// <summary>All that a <see cref="ReweightedFit"/> needs to go on with the same bits.</summary>
/// <param name="Parameters">The current parameters.</param>
/// <param name="Damping">The current damping.</param>
/// <param name="Best">The parameters with the least validation error.</param>
/// <param name="BestError">That error.</param>
/// <param name="Rounds">How many rounds were done.</param>
/// <param name="Stalled">How many rounds in a row improved little.</param>
public sealed record FitState(double[] Parameters, double Damping, double[] Best, double BestError, int Rounds, int Stalled);
