using Unrolled.Cli.Comparisons;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>
/// A method after 0, 1, 2, ... steps on a batch: the mean evaluations that led there and the residual norm of every problem.
/// </summary>
/// <remarks>
/// Evaluations of F and products with J count alike. F at the final iterate, which every method computes to know its residual, is left
/// out for all of them: k steps of a method with one evaluation a step cost k.
/// </remarks>
internal sealed record BudgetSweep(IIteration<NonlinearSystem> Method, string Kind, IReadOnlyList<double> Costs, IReadOnlyList<double[]> Norms, double FirstStep)
{
    public string Name => Method.Name;

    /// <summary>Runs a method with more and more steps while their mean cost stays within a limit.</summary>
    public static BudgetSweep Measure(IIteration<NonlinearSystem> method, string kind, NonlinearSystem problem, int most, WorkContext context)
    {
        List<double> costs = [];
        List<double[]> norms = [];
        double first = double.NaN;
        for (int steps = 0; ; steps++)
        {
            Solution run = Solver.Solve(method, problem, StoppingCriterion.Iterations(steps), new SolverOptions { Threads = context.Threads }, context.Cancellation);
            context.Cancellation.ThrowIfCancellationRequested();
            double cost = run.Outcomes.ToArray().Average(o => (double)o.Products) - 1;
            first = steps == 1 ? cost : first;
            bool stands = steps > 0 && cost <= costs[^1]; // every problem has ended
            if (cost > most || stands)
            {
                return new(method, kind, costs, norms, first);
            }

            costs.Add(cost);
            norms.Add([.. run.Outcomes.ToArray().Select(o => o.Residual)]);
        }
    }

    /// <summary>The most steps within a budget; 0 where not even one fits.</summary>
    public int StepsWithin(double budget)
    {
        int steps = 0;
        while (steps + 1 < Costs.Count && Costs[steps + 1] <= budget)
        {
            steps++;
        }

        return steps;
    }

    /// <summary>The row of a comparison after a number of steps.</summary>
    public ComparisonRow Row(int steps, string name, double[]? learned) => ComparisonRow.Of(name, Kind, Norms[steps]) with
    {
        Mean = null,
        Cost = Costs[steps],
        CostUnit = "evaluations",
        LearnedBetter = learned is null ? null : learned.Zip(Norms[steps], (mine, other) => mine < other ? 1.0 : 0.0).Average(),
    };
}
