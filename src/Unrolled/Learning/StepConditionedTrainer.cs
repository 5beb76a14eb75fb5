using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Learns a tableau that depends on the step size and keeps its order: <c>θ(h) = θ_parent + (h/h_0)^r δ</c>, one δ fitted to rollouts
/// with several step sizes at once.
/// </summary>
public static class StepConditionedTrainer
{
    /// <summary>The smallest exponent with which the parent's order is kept whatever δ is, given that <c>sum b = 1</c> stays: p - 1.</summary>
    public static int ExponentFor(ButcherTableau parent)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return Math.Max(1, parent.Order - 1);
    }

    /// <summary>Fits δ.</summary>
    /// <param name="training">The trajectories to fit.</param>
    /// <param name="validation">The trajectories that decide.</param>
    /// <param name="parent">The classical method.</param>
    /// <param name="steps">The number of steps with h_0 over the horizon, a multiple of the checkpoints.</param>
    /// <param name="refinements">The factors by which h_0 is divided in the rollouts, for example 1, 2, 4, 8, 16.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="progress">Called after every round; null for none.</param>
    /// <param name="cancellationToken">Ends the fit; the best so far is returned.</param>
    public static LearnedRungeKutta Fit(
        TrainingTrajectories training, TrainingTrajectories validation, ButcherTableau parent, int steps, IReadOnlyList<int> refinements,
        FitOptions options, Action<ReweightedFit>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(refinements);
        int r = ExponentFor(parent), n = parent.Parameters.Length;
        Function step = StepFunctions.RungeKutta(training.Equation, parent.Stages);
        Matrix[] maps = new Matrix[refinements.Count];
        for (int i = 0; i < maps.Length; i++)
        {
            maps[i] = AffineResiduals.KeepSumOfLast(n, parent.Stages);
            foreach (ref double entry in maps[i].AsSpan())
            {
                entry *= Math.Pow(1.0 / refinements[i], r);
            }
        }

        using ReweightedFit fit = new(
            [.. refinements.Select(k => training.Roll(step, k * steps))], [.. refinements.Select(k => validation.Roll(step, k * steps))],
            parent.Parameters, maps, options);
        while (!cancellationToken.IsCancellationRequested && fit.Round(cancellationToken))
        {
            progress?.Invoke(fit);
        }

        double[] correction = new double[n];
        AffineResiduals.KeepSumOfLast(n, parent.Stages).Multiply(fit.Best, correction);
        double h = training.Horizon / steps;
        return new LearnedRungeKutta(parent, correction, h, r, new ValidInterval(0, h));
    }
}
