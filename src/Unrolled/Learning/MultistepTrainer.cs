using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Learns the weights of a multistep method for a number of evaluations, those of the start-up counted: begins with the weights of
/// Adams-Bashforth of the same and of lower order, padded with zeros, and keeps the best.
/// </summary>
public static class MultistepTrainer
{
    /// <summary>The number of steps that a budget allows, a multiple of the checkpoints; zero when it is too small.</summary>
    public static int StepsFor(int budget, int k, ButcherTableau start, int checkpoints)
    {
        ArgumentNullException.ThrowIfNull(start);
        int startUp = (k - 1) * start.EvaluationsPerStep, steps = (budget - startUp + k - 1) / checkpoints * checkpoints;
        return steps / checkpoints >= k ? steps : 0;
    }

    /// <summary>The rollout of a multistep method after its start-up, the weights of which are its coefficients.</summary>
    public static Rollout Roll(TrainingTrajectories trajectories, int k, ButcherTableau start, int steps)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        ArgumentNullException.ThrowIfNull(start);
        Function f = trajectories.Equation;
        int size = trajectories.InitialValues.Length;
        double h = trajectories.Horizon / steps;
        InstanceRange range = new(trajectories.Instances);
        Kernel advance = StepFunctions.RungeKutta(f, start.Stages).Kernel;
        double[] y = [.. trajectories.InitialValues], memory = new double[k * size];
        for (int n = 0; n < k - 1; n++)
        {
            double t = trajectories.StartTime + (n * h);
            f.Kernel.Evaluate(y, trajectories.Parameters, t, memory.AsSpan((k - 1 - n) * size, size), trajectories.Instances);
            advance.Run([y, trajectories.Parameters, start.Parameters.ToArray(), new[] { h }, new[] { t }], [y], range);
        }

        y.CopyTo(memory, 0);
        return trajectories.Roll(StepFunctions.Multistep(f, k), steps) with
        {
            InitialState = memory, Steps = steps - (k - 1), StepsBefore = k - 1, StartTime = trajectories.StartTime + ((k - 1) * h),
        };
    }

    /// <summary>Fits the weights; the sum stays 1.</summary>
    /// <param name="training">The trajectories to fit.</param>
    /// <param name="validation">The trajectories that decide.</param>
    /// <param name="budget">Evaluations over the horizon.</param>
    /// <param name="k">The number of steps, 2 to <see cref="LearnedMultistep.LargestSteps"/>.</param>
    /// <param name="start">The one-step method of the start-up.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="cancellationToken">Ends the fit; the best so far is returned.</param>
    /// <exception cref="ArgumentException">The budget is too small.</exception>
    public static (LearnedMultistep Method, int Steps, double ValidationError) Fit(
        TrainingTrajectories training, TrainingTrajectories validation, int budget, int k, ButcherTableau start, FitOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        int steps = StepsFor(budget, k, start, training.Checkpoints);
        if (steps == 0)
        {
            throw new ArgumentException($"{budget} evaluations are too few for {k} steps with {start?.Name} as start");
        }

        Rollout rollout = Roll(training, k, start, steps), check = Roll(validation, k, start, steps);
        (double[]? Weights, double Error) best = (null, double.PositiveInfinity);
        for (int order = k; order >= Math.Max(1, k - 2); order--)
        {
            double[] origin = [.. new AdamsBashforth(order).Weights, .. new double[k - order]];
            using ReweightedFit fit = new([rollout], [check], origin, [AffineResiduals.KeepSumOfLast(k, k)], options);
            while (!cancellationToken.IsCancellationRequested && fit.Round(cancellationToken))
            {
            }

            best = fit.BestError < best.Error || best.Weights is null ? (fit.BestCoefficients(), fit.BestError) : best;
        }

        double h = training.Horizon / steps;
        return (new LearnedMultistep(best.Weights, start, new ValidInterval(0.6 * h, 1.5 * h)), steps, best.Error);
    }
}
