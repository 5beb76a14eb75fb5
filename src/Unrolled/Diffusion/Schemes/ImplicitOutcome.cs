namespace Unrolled.Diffusion.Schemes;

/// <summary>How the solution of an implicit step ended.</summary>
/// <param name="Termination">Why it stopped.</param>
/// <param name="RelativeResidual"><c>||v + tau F(v) - u||/||u||</c>, computed for the returned state.</param>
/// <param name="Iterations">Outer iterations.</param>
public readonly record struct ImplicitOutcome(Termination Termination, double RelativeResidual, int Iterations);
