using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Newton;
using Unrolled.Newton.PowerFlow;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.PowerFlow;

/// <summary>What is certified about a power-flow model. Its family is finite, all single outages of one network, so all of it is computed: no statistics are needed.</summary>
internal static class PowerFlowCertificates
{
    public static IReadOnlyList<Certificate> Of(Model model, OutageScreen screen, WorkContext context)
    {
        PowerFlowModel known = PowerFlowModel.Of(model);
        LearnedNonlinear learned = known.Learned;
        int[] all = [.. screen.Outages.Connected];
        var options = new SolverOptions { Threads = context.Threads };
        StoppingCriterion stop = StoppingCriterion.Absolute(known.Tolerance);
        NonlinearSystem systems = PowerFlowFactors.Systems(screen, known.Factors, all);
        Solution newton = Solver.Solve(new NewtonMethod(), systems, stop, options, context.Cancellation);
        Solution safe = known.Solve(screen, all, known.Tolerance, options, context.Cancellation);
        Solution step = Solver.Solve(learned.Steps, systems, StoppingCriterion.Iterations(1), options, context.Cancellation);
        Solution start = Solver.Solve(learned.Steps, systems, StoppingCriterion.Iterations(0), options, context.Cancellation);
        context.Cancellation.ThrowIfCancellationRequested();
        int lost = Enumerable.Range(0, all.Length).Count(s => newton.Outcome(s).Termination == Termination.Converged && safe.Outcome(s).Termination != Termination.Converged);
        double largest = Enumerable.Range(0, all.Length).Max(s => step.Outcome(s).Residual / start.Outcome(s).Residual);
        string network = FormattableString.Invariant($"all {all.Length} single outages that leave the network of {screen.Network.Buses.Length} buses connected, at load factor {known.Load:g6}");
        long evaluations = safe.Outcomes.ToArray().Max(o => (long)o.Products);
        var certificates = new List<Certificate>
        {
            new(FormattableString.Invariant($"every learned step that is kept makes the mismatch at most {learned.Rate:g3} of what it was"), learned.Rate, 1, learned.Rate < 1,
                ["the test is made at run time, on the recomputed mismatch; nothing is claimed about how often a step is kept"]),
            new(FormattableString.Invariant($"of {network}, the safeguarded solver solves to {known.Tolerance:g3} per unit what Newton's method solves, within {evaluations} evaluations; outages on which that failed"), lost, 0, lost == 0,
                ["reactive limits of generators are not enforced"]),
        };
        if (double.IsFinite(largest))
        {
            certificates.Add(new Certificate(FormattableString.Invariant($"for {network}, the first learned step from the solution of the intact network multiplies the mismatch by at most the bound"),
                largest, FreshInstances.RoundedUp([largest]), true, []));
        }

        return [.. certificates];
    }
}
