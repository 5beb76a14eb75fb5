using Unrolled.Problems;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Errors of a learned method and of its parent with steps from an eighth to twice the one that was learned; the valid interval is where,
/// going out from that step, the learned method is not worse.
/// </summary>
/// <param name="Steps">The step sizes, rising.</param>
/// <param name="Learned">The geometric mean of the largest errors of the learned method with each.</param>
/// <param name="Parent">The same of its parent.</param>
/// <param name="Valid">The step sizes for which the learned method is to be used.</param>
public sealed record StepSweep(IReadOnlyList<double> Steps, IReadOnlyList<double> Learned, IReadOnlyList<double> Parent, ValidInterval Valid)
{
    /// <summary>Integrates some problems by both methods with every step size.</summary>
    /// <param name="learned">The learned method.</param>
    /// <param name="parent">Its parent.</param>
    /// <param name="problem">Problems that did not take part in the fit.</param>
    /// <param name="steps">The number of steps that was learned.</param>
    /// <param name="references">The true trajectories.</param>
    /// <param name="threads">The number of threads; null for one per processor.</param>
    /// <param name="cancellationToken">Stops the sweep.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static StepSweep Measure(IFixedStepMethod learned, IFixedStepMethod parent, InitialValueProblem problem, int steps,
        ReferenceTrajectories references, int? threads = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(learned);
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(references);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        int checkpoints = IntegratorComparison.DefaultCheckpoints(problem.Horizon);
        int[] counts = [.. Enumerable.Range(-4, 17)
            .Select(j => Math.Max(1, (int)Math.Round(steps * Math.Pow(2, j / 4.0) / checkpoints)) * checkpoints).Append(steps).Distinct().OrderDescending()];
        double Error(IFixedStepMethod method, int n) => Math.Exp(
            IntegratorComparison.LargestErrors(method, problem, n, references, threads, cancellationToken).Average(e => Math.Log(Math.Max(e, 1e-17))));
        double[] mine = [.. counts.Select(n => Error(learned, n))];
        double[] theirs = [.. counts.Select(n => Error(parent, n))];
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
}
