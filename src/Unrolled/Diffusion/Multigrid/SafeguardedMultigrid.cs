using Unrolled.Numerics;

namespace Unrolled.Diffusion.Multigrid;

/// <summary>
/// A trained full approximation scheme that never gives a worse answer than the classical one: where the trained cycles do not reach the tolerance, the
/// classical cycles start anew from the caller's own start, and the better of the two answers is returned.
/// </summary>
/// <remarks>
/// So the residual is at most the tolerance or at most what the classical scheme reaches with its own options. The price of a failure is the
/// work of the trained cycles, which is counted.
/// </remarks>
/// <param name="trained">Tried first.</param>
/// <param name="classical">Takes over.</param>
public sealed class SafeguardedMultigrid(FullApproximationScheme trained, FullApproximationScheme classical)
{
    /// <summary>Solves a problem.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="x">The start; becomes the better iterate.</param>
    /// <param name="cancellationToken">Looked at before every cycle.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop; <paramref name="x"/> is the best iterate of the trained scheme so far.</exception>
    public MultigridOutcome Solve(ImplicitDiffusionProblem problem, Field<double> x, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(x);
        Field<double> start = x.ZerosLike();
        x.CopyTo(start);
        MultigridOutcome first = trained.Solve(problem, x, null, cancellationToken);
        if (first.Termination == Termination.Converged && first.RelativeResidual <= classical.Options.RelativeTolerance)
        {
            return first;
        }

        MultigridOutcome second = classical.Solve(problem, start, null, cancellationToken);
        bool better = second.RelativeResidual <= first.RelativeResidual || !double.IsFinite(first.RelativeResidual);
        if (better)
        {
            start.CopyTo(x);
        }

        MultigridOutcome taken = better ? second : first;
        return taken with { Cycles = first.Cycles + second.Cycles, WorkUnits = first.WorkUnits + second.WorkUnits, Fallbacks = 1 };
    }
}
