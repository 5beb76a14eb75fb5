using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Problems;
using Unrolled.RungeKutta;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>
/// Errors of a learned method and of its parent with steps from an eighth to twice the one that was learned; the valid interval is where,
/// going out from that step, the learned method is not worse.
/// </summary>
internal sealed record StepSweep(double[] Steps, double[] Learned, double[] Parent, ValidInterval Valid)
{
    public static StepSweep Measure(IFixedStepMethod learned, IFixedStepMethod parent, InitialValueProblem problem, int steps,
        ReferenceTrajectories references, WorkContext context)
    {
        int checkpoints = IntegratorComparison.DefaultCheckpoints(problem.Horizon);
        int[] counts = [.. Enumerable.Range(-4, 17)
            .Select(j => Math.Max(1, (int)Math.Round(steps * Math.Pow(2, j / 4.0) / checkpoints)) * checkpoints).Append(steps).Distinct().OrderDescending()];
        double[] mine = [.. counts.Select(n => IntegratorSets.Error(learned, problem, n, references, context))];
        double[] theirs = [.. counts.Select(n => IntegratorSets.Error(parent, problem, n, references, context))];
        int at = Array.IndexOf(counts, steps), low = at, high = at;
        while (low > 0 && mine[low - 1] <= theirs[low - 1])
        {
            low--;
        }

        while (high < counts.Length - 1 && mine[high + 1] <= theirs[high + 1])
        {
            high++;
        }

        double[] h = [.. counts.Select(n => problem.Horizon / n)];
        return new(h, mine, theirs, new ValidInterval(h[low], h[high]));
    }

    public JsonObject ToJson() => new()
    {
        ["steps"] = ResultNumbers.ToJson(Steps), ["learned"] = ResultNumbers.ToJson(Learned), ["parent"] = ResultNumbers.ToJson(Parent),
    };
}
