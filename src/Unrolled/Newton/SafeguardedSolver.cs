using System.Diagnostics;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// A learned method inside a correct loop: an instance whose learned step misses its rate goes on with a classical method from its last
/// accepted iterate, and where that does not converge the classical method begins anew from the original start.
/// </summary>
/// <remarks>
/// <para>Proven: every accepted learned step contracts <c>||F||</c> by the rate; and an instance that the classical method solves from the
/// original start within the same limits is solved, since in the last resort that very run is made. Measured, not proven: how often the
/// classical method is needed (<see cref="Outcome.Fallbacks"/>, its iterations) and the time.</para>
/// <para>Counts of an outcome are those of all its legs together.</para>
/// </remarks>
public static class SafeguardedSolver
{
    /// <summary>Solves a batch.</summary>
    /// <param name="learned">A learned method with a finite rate.</param>
    /// <param name="fallback">The classical method.</param>
    /// <param name="problem">The problems.</param>
    /// <param name="stop">When to stop; null for a relative tolerance of 1e-8. Limits hold for each leg.</param>
    /// <param name="options">Threads, chunks, observer; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="ArgumentException">The learned method has no rate.</exception>
    public static Solution Solve(
        LearnedStep learned, IIteration<NonlinearSystem> fallback, NonlinearSystem problem, StoppingCriterion? stop = null, SolverOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(learned);
        ArgumentNullException.ThrowIfNull(fallback);
        ArgumentNullException.ThrowIfNull(problem);
        if (!double.IsFinite(learned.Rate))
        {
            throw new ArgumentException($"{learned.Name} demands no rate, so nothing would ever fall back", nameof(learned));
        }

        long started = Stopwatch.GetTimestamp();
        StoppingCriterion target = stop ?? StoppingCriterion.Default;
        problem = problem.Scale is null ? problem.RelativeToStart() : problem; // what residuals refer to in every leg
        Solution first = Solver.Solve(learned, problem, target, options, cancellationToken);
        Outcome[] outcomes = first.Outcomes.ToArray();
        Batch iterate = first.Iterate;
        Continue(fallback, problem, iterate, outcomes, fromStart: false, target, options, cancellationToken);
        Continue(fallback, problem, iterate, outcomes, fromStart: true, target, options, cancellationToken);
        return new Solution(iterate, outcomes, Stopwatch.GetElapsedTime(started));
    }

    private static void Continue(IIteration<NonlinearSystem> fallback, NonlinearSystem problem, Batch iterate, Outcome[] outcomes, bool fromStart,
        StoppingCriterion stop, SolverOptions? options, CancellationToken cancellationToken)
    {
        int[] open = [.. Enumerable.Range(0, outcomes.Length).Where(s => outcomes[s].Termination is not (Termination.Converged or Termination.Canceled or Termination.TimeLimit))];
        if (open.Length == 0 || cancellationToken.IsCancellationRequested)
        {
            return;
        }

        NonlinearSystem rest = problem.Select(open);
        Solution leg = Solver.Solve(fallback, fromStart ? rest : rest.StartingAt(iterate.Select(open)), stop, options, cancellationToken);
        for (int k = 0; k < open.Length; k++)
        {
            int s = open[k];
            Outcome before = outcomes[s], now = leg.Outcome(k);
            bool better = now.Residual <= before.Residual || double.IsNaN(before.Residual);
            Outcome kept = better ? now : before;
            outcomes[s] = kept with
            {
                Iterations = before.Iterations + now.Iterations,
                Products = before.Products + now.Products,
                PreconditionerApplications = before.PreconditionerApplications + now.PreconditionerApplications,
                Restarts = before.Restarts + now.Restarts,
                Fallbacks = before.Fallbacks + now.Iterations,
                Termination = better ? now.Termination : now.Termination == Termination.Canceled ? Termination.Canceled : before.Termination,
            };
            if (better)
            {
                leg.Iterate.CopyInstanceTo(k, iterate, s);
            }
        }
    }
}
