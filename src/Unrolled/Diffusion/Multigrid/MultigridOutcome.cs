namespace Unrolled.Diffusion.Multigrid;

/// <summary>How a multigrid solution ended.</summary>
/// <param name="Termination">Why it stopped.</param>
/// <param name="RelativeResidual">The norm of the residual, recomputed for the returned iterate, relative to that of the start.</param>
/// <param name="Cycles">How many cycles were run, those of a fallback included.</param>
/// <param name="WorkUnits">
/// All work, setup, coarse grids, transfers and the verification included; one unit is one evaluation of the flow on the finest grid,
/// whose eight multiply-adds per pixel (two differences and their adjoint) convert everything else.
/// </param>
/// <param name="Fallbacks">How many times the classical cycle took over from a trained one.</param>
public readonly record struct MultigridOutcome(Termination Termination, double RelativeResidual, int Cycles, double WorkUnits, int Fallbacks);
