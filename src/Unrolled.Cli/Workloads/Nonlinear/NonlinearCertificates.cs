using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>
/// What is proven about a safeguarded learned solver, that accepted steps contract and that nothing is lost that Newton's method solves, and what fresh problems of its
/// family show.
/// </summary>
internal static class NonlinearCertificates
{
    /// <summary>All certificates of a model, on the validation problems and on fresh ones of its family.</summary>
    public static IReadOnlyList<Certificate> Of(Model model, WorkContext context)
    {
        LearnedNonlinear learned = LearnedNonlinear.Of(model);
        NonlinearFamily family = NonlinearFamilies.Create(model.Family);
        double tolerance = model.MethodSettings.Number("tolerance", 1e-14, 1e6, 1e-8);
        NonlinearSystem validation = family.Draw(model.Training.Settings.Integer("validation", 1, 1_000_000, 128), new RandomStream(model.Training.Seed).Split("validation"));
        return [.. Safeguard(learned, validation, tolerance, context), .. Fresh(model, learned, family, tolerance, context).Where(c => c.Holds)];
    }

    /// <summary>The evaluations to a tolerance of the safeguarded solver; infinite where it was not reached.</summary>
    public static double[] Evaluations(LearnedNonlinear learned, NonlinearSystem problem, double tolerance, WorkContext context)
    {
        Solution run = learned.Solve(problem, new NewtonMethod(), StoppingCriterion.Absolute(tolerance), new SolverOptions { Threads = context.Threads }, context.Cancellation);
        context.Cancellation.ThrowIfCancellationRequested();
        return [.. run.Outcomes.ToArray().Select(o => o.Termination == Termination.Converged ? (double)o.Products : double.PositiveInfinity)];
    }

    /// <summary>The claims about the safeguard, each with the largest violation that was looked for on a batch.</summary>
    private static Certificate[] Safeguard(LearnedNonlinear learned, NonlinearSystem problem, double tolerance, WorkContext context)
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

    /// <summary>What fresh instances show: evaluations to the tolerance, the residual at the first budget, contraction near the solutions.</summary>
    private static IEnumerable<Certificate> Fresh(Model model, LearnedNonlinear learned, NonlinearFamily family, double tolerance, WorkContext context)
    {
        if (FreshInstances.Of(model) is not FreshInstances fresh)
        {
            yield break;
        }

        NonlinearSystem problem = family.Draw(fresh.Count, StatisticalCertificate.Stream(model.Training.Seed));
        double[] evaluations = Evaluations(learned, problem, tolerance, context);
        yield return StatisticalCertificate.Fraction(
            FormattableString.Invariant($"are solved to ||F|| <= {tolerance:g3} within {fresh.Threshold:0} evaluations by the safeguarded solver"), evaluations.Count(e => e <= fresh.Threshold), fresh.Count,
            ["evaluations are those of F and products with its Jacobian; applications of a preconditioner are not counted"]);

        int steps = Math.Max(1, Counts.Read(model.MethodSettings, "evaluations", "1")[0] / learned.Coefficients.InnerEvaluations);
        Solution run = Solver.Solve(learned.Method, problem, StoppingCriterion.Iterations(steps), new SolverOptions { Threads = context.Threads }, context.Cancellation);
        context.Cancellation.ThrowIfCancellationRequested();
        yield return StatisticalCertificate.Limit($"a norm ||F|| after {steps} {(steps == 1 ? "step" : "steps")} of {learned.Method.Name}, without safeguard,", [.. run.Outcomes.ToArray().Select(o => o.Residual)], []);

        Solution exact = Solver.Solve(new NewtonMethod(), problem, StoppingCriterion.Absolute(tolerance), new SolverOptions { Threads = context.Threads }, context.Cancellation);
        if (problem.Components <= LocalContraction.MostUnknowns && exact.Converged)
        {
            double[] factors = LocalContraction.Factors(learned.Coefficients, problem, exact.Iterate);
            Certificate near = StatisticalCertificate.Limit(
                $"a solution that attracts {learned.Steps.Name}: near it a step in the end multiplies the error by a factor", factors,
                ["the solution is the one that Newton's method finds from the family's start, to the tolerance", "nothing is claimed about how near is near enough"]);
            yield return near with { Holds = near.Holds && near.Value < 1 };
        }
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
