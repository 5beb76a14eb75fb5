using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Newton;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>What is proven about a safeguarded learned solver: that accepted steps contract, and that nothing is lost that Newton's method solves. Not more.</summary>
internal static class NonlinearCertificates
{
    /// <summary>The claims, each with the largest violation that was looked for on a batch.</summary>
    public static IReadOnlyList<CertificateRecord> Of(LearnedNonlinear learned, NonlinearSystem problem, double tolerance, WorkContext context)
    {
        double contraction = LargestContraction(learned, problem, tolerance, context);
        StoppingCriterion stop = StoppingCriterion.Absolute(tolerance);
        var options = new SolverOptions { Threads = context.Threads };
        Solution newton = Solver.Solve(new NewtonMethod(), problem, stop, options, context.Cancellation);
        Solution safe = learned.Solve(problem, new NewtonMethod(), stop, options, context.Cancellation);
        context.Cancellation.ThrowIfCancellationRequested();
        int lost = Enumerable.Range(0, problem.Instances).Count(s => newton.Outcome(s).Termination == Termination.Converged && safe.Outcome(s).Termination != Termination.Converged);
        return
        [
            new(FormattableString.Invariant($"every learned step that the safeguard accepts brings ||F|| to at most the part {learned.Rate:g6} of what it was; the largest part on {problem.Instances} validation problems"),
                contraction, learned.Rate, contraction <= learned.Rate,
                ["the check is made in every step, so it holds for every problem and start; whether steps pass it is measured, not proven", "nothing is claimed about the residual after a fixed number of steps without the safeguard"]),
            new(FormattableString.Invariant($"what Newton's method solves from the same start within the same limits, the safeguarded solver solves; problems on which that failed, of {problem.Instances}"),
                lost, 0, lost == 0,
                ["no time limit and no cancellation ends the run", "nothing is claimed about convergence where Newton's method does not converge"]),
        ];
    }

    /// <summary>The largest quotient of norms over an accepted step; 0 where there was none.</summary>
    private static double LargestContraction(LearnedNonlinear learned, NonlinearSystem problem, double tolerance, WorkContext context)
    {
        var norms = new List<double>[problem.Instances];
        void Keep(in IterationReport report)
        {
            for (int k = 0; k < report.Instances.Length; k++)
            {
                (norms[report.Instances[k]] ??= []).Add(report.ResidualNorms[k]);
            }
        }

        var options = new SolverOptions { Threads = 1, Observer = Keep };
        StoppingCriterion stop = StoppingCriterion.Absolute(tolerance);
        Solution run = learned.Form == LearnedForm.Direct
            ? Solver.Solve(new LearnedSolver(learned.Coefficients, learned.Rate), problem, stop, options, context.Cancellation)
            : Solver.Solve(new LearnedNewtonKrylov(learned.Coefficients, learned.Rate), problem, stop, options, context.Cancellation);
        double largest = 0;
        for (int s = 0; s < norms.Length; s++)
        {
            Outcome outcome = run.Outcome(s);
            int accepted = outcome.Iterations - (outcome.Termination == Termination.RateNotMet ? 1 : 0);
            for (int k = 1; k <= accepted && norms[s] is not null && k < norms[s].Count; k++)
            {
                largest = norms[s][k - 1] > 0 ? Math.Max(largest, norms[s][k] / norms[s][k - 1]) : largest;
            }
        }

        return largest;
    }
}
