using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Learns a method for a family of trajectories and a number of evaluations: tries all classical tableaus, tunes the best of them,
/// gives the best tuned ones a memory, and keeps what has the least error on the validation set.
/// </summary>
/// <remarks>
/// "A budget" is the number of right-hand sides over the horizon: <c>floor(budget / s / checkpoints) * checkpoints</c> steps of
/// <c>s</c> evaluations. Deterministic: rounds are counted, not timed.
/// </remarks>
public sealed class IntegratorTrainer
{
    private readonly TrainingTrajectories _training;
    private readonly TrainingTrajectories _validation;
    private readonly int _budget;

    /// <summary>Prepares training.</summary>
    /// <param name="training">The trajectories to fit.</param>
    /// <param name="validation">Trajectories that decide what is best, with the same equation, horizon and checkpoints.</param>
    /// <param name="budget">Evaluations of the right-hand side over the horizon.</param>
    /// <exception cref="ArgumentException">The two sets differ in what must be equal.</exception>
    public IntegratorTrainer(TrainingTrajectories training, TrainingTrajectories validation, int budget)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budget);
        if (training.Checkpoints != validation.Checkpoints || training.Horizon != validation.Horizon)
        {
            throw new ArgumentException($"training has {training.Checkpoints} checkpoints over {training.Horizon}, validation {validation.Checkpoints} over {validation.Horizon}");
        }

        (_training, _validation, _budget) = (training, validation, budget);
    }

    /// <summary>The number of steps of a method with this many evaluations a step; zero when the budget is too small.</summary>
    public int StepsFor(int evaluationsPerStep) => _budget / evaluationsPerStep / _training.Checkpoints * _training.Checkpoints;

    /// <summary>All classical tableaus with their validation errors, the best first.</summary>
    public IReadOnlyList<TrainedIntegrator> Classical()
    {
        List<TrainedIntegrator> methods = [];
        foreach (ButcherTableau tableau in Tableaus.All)
        {
            ButcherTableau short_ = tableau.WithoutFirstSameAsLast();
            int steps = StepsFor(short_.Stages);
            if (steps > 0)
            {
                Function step = StepFunctions.RungeKutta(_training.Equation, short_.Stages);
                double[] theta = short_.Parameters.ToArray();
                methods.Add(new(tableau.Name, IntegratorKind.RungeKutta, tableau, short_.Stages, 0, steps, theta, Error(_validation.Roll(step, steps), theta)));
            }
        }

        return [.. methods.OrderBy(m => m.ValidationError)];
    }

    /// <summary>Tunes a Runge-Kutta method; the sum of its weights stays 1.</summary>
    public TrainedIntegrator Tune(
        TrainedIntegrator parent, FitOptions options, Action<ReweightedFit>? progress = null, FitState? state = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parent);
        Function step = StepFunctions.RungeKutta(_training.Equation, parent.Stages);
        Matrix map = AffineResiduals.KeepSumOfLast(parent.Coefficients.Length, parent.Stages);
        using ReweightedFit fit = new(
            [_training.Roll(step, parent.Steps)], [_validation.Roll(step, parent.Steps)], parent.Coefficients, [map], options, state);
        Run(fit, progress, cancellationToken);
        return parent with { Name = $"tuned {parent.Parent.Name}", Coefficients = fit.BestCoefficients(), ValidationError = fit.BestError };
    }

    /// <summary>
    /// Gives a Runge-Kutta method a memory of its last <paramref name="memory"/> stages, with weights that begin as zeros, and tunes all
    /// coefficients together with those of the first step.
    /// </summary>
    public TrainedIntegrator Extend(
        TrainedIntegrator method, int memory, FitOptions options, Action<ReweightedFit>? progress = null, FitState? state = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        int s = method.Stages, triangle = method.Coefficients.Length;
        Function step = StepFunctions.TwoStepRungeKutta(_training.Equation, s, memory);
        Function first = StepFunctions.TwoStepRungeKuttaStart(_training.Equation, s, memory);
        double[] origin = [.. method.Coefficients, .. new double[s * memory], .. method.Coefficients];
        using ReweightedFit fit = new(
            [_training.Roll(step, method.Steps, first)], [_validation.Roll(step, method.Steps, first)], origin, [TwoStepMap(s, memory, triangle)], options, state);
        Run(fit, progress, cancellationToken);
        return method with
        {
            Name = $"two-step {s}+{memory} from {method.Parent.Name}", Kind = IntegratorKind.TwoStepRungeKutta, Memory = memory,
            Coefficients = fit.BestCoefficients(), ValidationError = fit.BestError,
        };
    }

    /// <summary>
    /// The whole search: tunes the <paramref name="parents"/> best classical tableaus, extends the two best of the tuned by memory, and
    /// returns all of them, the best first.
    /// </summary>
    public IReadOnlyList<TrainedIntegrator> Train(
        int parents, FitOptions options, Action<string, ReweightedFit>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<TrainedIntegrator> tuned = [];
        foreach (TrainedIntegrator parent in Classical().Take(parents))
        {
            tuned.Add(Tune(parent, options, fit => progress?.Invoke($"tuning {parent.Name}", fit), null, cancellationToken));
        }

        List<TrainedIntegrator> all = [.. tuned];
        foreach (TrainedIntegrator method in tuned.OrderBy(m => m.ValidationError).Take(2))
        {
            // More memory helps little methods; the work grows with the square of the state.
            int memory = Math.Min(method.Stages, method.Stages > 8 ? 4 : 6);
            all.Add(Extend(method, memory, options, fit => progress?.Invoke($"memory for {method.Name}", fit), null, cancellationToken));
        }

        return [.. all.OrderBy(m => m.ValidationError)];
    }

    /// <summary>The geometric mean of the largest errors of a rollout.</summary>
    public static double Error(Rollout rollout, ReadOnlySpan<double> coefficients)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        using RolloutResiduals residuals = new(rollout);
        residuals.Evaluate(coefficients);
        return TrajectoryErrors.GeometricMean(TrajectoryErrors.Largest(residuals.Errors, rollout.Instances));
    }

    private static void Run(ReweightedFit fit, Action<ReweightedFit>? progress, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && fit.Round(cancellationToken))
        {
            progress?.Invoke(fit);
        }
    }

    /// <summary>The last b makes b and v sum to 1; the last weight of the first step makes those sum to 1.</summary>
    private static Matrix TwoStepMap(int s, int memory, int triangle)
    {
        int count = (2 * triangle) + (s * memory), column = 0;
        Matrix map = new(count, count - 2);
        for (int i = 0; i < count; i++)
        {
            if (i == triangle - 1 || i == count - 1)
            {
                continue;
            }

            map[i, column] = 1;
            bool weight = (i >= triangle - s && i < triangle) || (i >= triangle + ((s - 1) * memory) && i < triangle + (s * memory));
            map[triangle - 1, column] = weight ? -1 : 0;
            map[count - 1, column] = i >= count - s ? -1 : 0;
            column++;
        }

        return map;
    }
}
