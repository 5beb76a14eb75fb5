using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Learning;
using Unrolled.Problems;
using Unrolled.RungeKutta;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>
/// What a step-conditioned method gains at the step h_0 and its refinements: its error, the least of the classical methods with as many
/// stages, and that of RK4 at as many evaluations. A lost trajectory counts with <see cref="TrajectoryErrors.Lost"/>, as in the fit.
/// </summary>
internal sealed record RefinementGains(int[] Refinements, double[] Learned, double[] Classical, double[] RungeKutta4)
{
    /// <summary>The index of the refinement with the least gain.</summary>
    public int Worst => Enumerable.Range(0, Refinements.Length).MinBy(Gain);

    public static RefinementGains Measure(LearnedIntegrator learned, InitialValueProblem problem, int steps, ReferenceTrajectories references, WorkContext context)
    {
        int[] refinements = [.. StepConditionedTrainer.DefaultRefinements];
        int stages = ((FixedStepRungeKutta)learned.Parent).Tableau.Stages, checkpoints = IntegratorComparison.DefaultCheckpoints(problem.Horizon);
        IFixedStepMethod fourth = new FixedStepRungeKutta(Tableaus.RungeKutta4);
        IFixedStepMethod[] classical = [.. StepConditionedTrainer.Parents(stages).Select(t => new FixedStepRungeKutta(t))];
        double Error(IFixedStepMethod method, int n) => n == 0 ? double.NaN : TrajectoryErrors.GeometricMean(
            [.. IntegratorComparison.LargestErrors(method, problem, n, references, context.Threads, context.Cancellation).Select(e => e < TrajectoryErrors.Lost ? e : TrajectoryErrors.Lost)]);
        return new(
            refinements,
            [.. refinements.Select(k => Error(learned.Method, k * steps))],
            [.. refinements.Select(k => classical.Min(m => Error(m, k * steps)))],
            [.. refinements.Select(k => Error(fourth, fourth.StepsWithin((long)k * steps * stages, checkpoints)))]);
    }

    /// <summary>Classical error over learned error.</summary>
    public double Gain(int index) => Classical[index] / Learned[index];

    public JsonObject ToJson() => new()
    {
        ["refinements"] = ResultNumbers.ToJson([.. Refinements.Select(k => (double)k)]), ["learned"] = ResultNumbers.ToJson(Learned),
        ["classical"] = ResultNumbers.ToJson(Classical), ["rk4"] = ResultNumbers.ToJson(RungeKutta4),
    };
}
