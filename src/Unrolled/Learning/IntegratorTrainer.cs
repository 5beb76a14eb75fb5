using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Measures classical methods on a family of trajectories at a number of evaluations, and prepares the fits that make learned ones of
/// them. Which fits are worth making is the business of <see cref="IntegratorSearch"/>.
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
    /// <param name="cancellationToken">Looked at before every tableau.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public IReadOnlyList<TrainedIntegrator> Classical(CancellationToken cancellationToken = default)
    {
        List<TrainedIntegrator> methods = [];
        foreach (ButcherTableau tableau in Tableaus.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ButcherTableau short_ = tableau.WithoutFirstSameAsLast();
            int steps = StepsFor(short_.Stages);
            if (steps > 0)
            {
                Function step = StepFunctions.RungeKutta(_training.Equation, short_.Stages);
                double[] theta = short_.Parameters.ToArray();
                methods.Add(new(tableau.Name, IntegratorKind.RungeKutta, new FixedStepRungeKutta(tableau), short_.Stages, 0, steps, theta, Error(_validation.Roll(step, steps), theta)) { Order = tableau.Order });
            }
        }

        return [.. methods.OrderBy(m => m.ValidationError)];
    }

    /// <summary>Adams-Bashforth with <paramref name="k"/> steps as the origin of a learned multistep method; null where the budget allows no step.</summary>
    public TrainedIntegrator? AdamsBashforth(int k)
    {
        FixedStepMultistep method = new(new AdamsBashforth(k));
        int steps = ((IFixedStepMethod)method).StepsWithin(_budget, _training.Checkpoints);
        double[] weights = method.Weights.ToArray();
        return steps == 0 ? null : new(
            method.Name, IntegratorKind.Multistep, method, 1, k - 1, steps, weights, Error(MultistepRollout.Of(_validation, k, steps), weights)) { Order = k };
    }

    /// <summary>Tunes a Runge-Kutta method; the sum of its weights stays 1.</summary>
    public IntegratorTask Tune(TrainedIntegrator parent, FitOptions options)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(options);
        return new($"tuning {parent.Name}", parent with { Name = $"learned {parent.Parent.Name}", Order = 1 }, state =>
        {
            Function step = StepFunctions.RungeKutta(_training.Equation, parent.Stages);
            Matrix map = AffineResiduals.KeepSumOfLast(parent.Coefficients.Length, parent.Stages);
            return new ReweightedFit([_training.Roll(step, parent.Steps)], [_validation.Roll(step, parent.Steps)], parent.Coefficients, [map], options, state);
        });
    }

    /// <summary>
    /// Gives a Runge-Kutta method a memory of its last <paramref name="memory"/> stages, with weights that begin as zeros, and tunes all
    /// coefficients together with those of the first step.
    /// </summary>
    public IntegratorTask Extend(TrainedIntegrator method, int memory, FitOptions options)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(options);
        int s = method.Stages, triangle = method.Coefficients.Length;
        TrainedIntegrator origin = method with
        {
            Name = $"learned two-step {s}+{memory}", Kind = IntegratorKind.TwoStepRungeKutta, Memory = memory, Order = 1,
            Coefficients = [.. method.Coefficients, .. new double[s * memory], .. method.Coefficients],
        };
        return new($"memory for {method.Name}", origin, state =>
        {
            Function step = StepFunctions.TwoStepRungeKutta(_training.Equation, s, memory);
            Function first = StepFunctions.TwoStepRungeKuttaStart(_training.Equation, s, memory);
            return new ReweightedFit(
                [_training.Roll(step, method.Steps, first)], [_validation.Roll(step, method.Steps, first)], origin.Coefficients,
                [TwoStepMap(s, memory, triangle)], options, state);
        });
    }

    /// <summary>Moves a Runge-Kutta method among those of an order; see <see cref="OrderManifoldFit"/>.</summary>
    public IntegratorTask KeepOrder(TrainedIntegrator parent, int order, FitOptions options)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(options);
        return new($"{parent.Name} at order {order}", parent with { Name = $"learned {parent.Parent.Name} of order {order}", Order = order },
            state => new OrderManifoldFit(_training, _validation, new ButcherTableau(parent.Name, order, parent.Coefficients), order, parent.Steps, options, state));
    }

    /// <summary>Prepares fits of methods with a number of stages for all steps from the budget's on down.</summary>
    /// <param name="stages">The number of stages.</param>
    /// <param name="parameterRanges">The intervals of the equation's parameters; null for those of the training set.</param>
    /// <exception cref="ArgumentException">The budget allows no step.</exception>
    public StepConditionedTrainer ForAllSteps(int stages, IReadOnlyList<ValidInterval>? parameterRanges = null) => StepsFor(stages) is int steps and > 0
        ? new(_training, _validation, steps) { ParameterRanges = parameterRanges }
        : throw new ArgumentException($"a budget of {_budget} allows {stages} stages no step for each of {_training.Checkpoints} checkpoints");

    /// <summary>Fits a Runge-Kutta method to single steps and Taylor coefficients; see <see cref="OneStepFit"/>.</summary>
    public IntegratorTask FitOneStep(TrainedIntegrator parent, OneStepOptions objective, FitOptions options)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        return new($"single steps of {parent.Name}", parent with { Name = $"RK-NN from {parent.Parent.Name}", Order = 1 },
            state => new OneStepFit(_training, _validation, new ButcherTableau(parent.Name, 1, parent.Coefficients), parent.Steps, objective, options, state));
    }

    /// <summary>
    /// Learns the weights of a multistep method, beginning with those of Adams-Bashforth of order <paramref name="order"/>, padded with
    /// zeros; the sum stays 1.
    /// </summary>
    public IntegratorTask TuneMultistep(TrainedIntegrator parent, int order, FitOptions options)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(options);
        int k = parent.Coefficients.Length;
        double[] weights = [.. new AdamsBashforth(order).Weights, .. new double[k - order]];
        return new($"tuning {parent.Name} from order {order}", parent with { Name = $"learned {parent.Parent.Name}", Coefficients = weights, Order = 1 },
            state => new ReweightedFit(
                [MultistepRollout.Of(_training, k, parent.Steps)], [MultistepRollout.Of(_validation, k, parent.Steps)], weights,
                [AffineResiduals.KeepSumOfLast(k, k)], options, state));
    }

    /// <summary>The geometric mean of the largest errors of a rollout.</summary>
    public static double Error(Rollout rollout, ReadOnlySpan<double> coefficients)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        using RolloutResiduals residuals = new(rollout);
        residuals.Evaluate(coefficients);
        return TrajectoryErrors.GeometricMean(TrajectoryErrors.Largest(residuals.Errors, rollout.Instances));
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
