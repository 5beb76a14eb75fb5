using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Learns a tableau that depends on the step size and keeps the order of its parent, <c>θ(h) = θ_parent + sum_k (h/h_0)^k δ_k</c>: all δ are
/// fitted together to rollouts with <c>h_0, h_0/2, h_0/4, ...</c>, so that the least gain over the best classical method of as many stages
/// becomes large.
/// </summary>
/// <remarks>
/// The corrections move on the <see cref="OrderManifold"/> of the parent, so that the order is exact whatever the fit does. Every correction
/// that it admits enters the leading term <c>h^(p+1)</c> of the local error: δ_0 through the trees of order <c>p + 1</c>, δ_k through those
/// of order <c>p + 1 - k</c>; so the leading errors of a family can cancel although the order does not change. Deterministic: rounds are
/// counted, not timed.
/// </remarks>
public sealed class StepConditionedTrainer
{
    private readonly TrainingTrajectories _training;
    private readonly TrainingTrajectories _validation;
    private readonly int[] _refinements;

    /// <summary>Prepares training.</summary>
    /// <param name="training">The trajectories to fit.</param>
    /// <param name="validation">Trajectories that decide, with the same equation, horizon and checkpoints.</param>
    /// <param name="steps">The number of steps with h_0 over the horizon, a multiple of the checkpoints.</param>
    /// <param name="refinements">The factors by which h_0 is divided in the rollouts; null for <see cref="DefaultRefinements"/>.</param>
    /// <exception cref="ArgumentException">The two sets differ in what must be equal, or the steps do not meet the checkpoints.</exception>
    public StepConditionedTrainer(TrainingTrajectories training, TrainingTrajectories validation, int steps, IReadOnlyList<int>? refinements = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        if (training.Checkpoints != validation.Checkpoints || training.Horizon != validation.Horizon)
        {
            throw new ArgumentException($"training has {training.Checkpoints} checkpoints over {training.Horizon}, validation {validation.Checkpoints} over {validation.Horizon}");
        }

        if (steps % training.Checkpoints != 0)
        {
            throw new ArgumentException($"{steps} steps are no multiple of {training.Checkpoints} checkpoints", nameof(steps));
        }

        (_training, _validation, Steps, _refinements) = (training, validation, steps, [.. refinements ?? DefaultRefinements]);
        if (_refinements.Length == 0 || _refinements.Min() < 1)
        {
            throw new ArgumentException($"[{string.Join(", ", _refinements)}] are no factors to divide a step by", nameof(refinements));
        }
    }

    /// <summary>1, 2, 4, 8, 16.</summary>
    public static IReadOnlyList<int> DefaultRefinements { get; } = [1, 2, 4, 8, 16];

    /// <summary>Short rounds: weights follow the errors closely.</summary>
    public static FitOptions DefaultOptions { get; } = new() { Rounds = 40, StepsPerRound = 3, Patience = 8 };

    /// <summary>The number of steps with h_0 over the horizon.</summary>
    public int Steps { get; }

    /// <summary>The factors by which h_0 is divided in the rollouts.</summary>
    public IReadOnlyList<int> Refinements => _refinements;

    /// <summary>
    /// K, the largest exponent of a correction; null for <c>p - 1</c>, with which every condition of the orders 2 to p has a term of its own
    /// in the leading error.
    /// </summary>
    public int? Degree { get; init; }

    /// <summary>The classical methods of the highest order with a number of stages: Kutta 3, Heun 3, Ralston 3 and SSP 3 for three.</summary>
    public static IReadOnlyList<ButcherTableau> Parents(int stages)
    {
        ButcherTableau[] all = [.. Tableaus.All.Where(t => t.Stages == stages)];
        return [.. all.Where(t => t.Order == all.Max(other => other.Order))];
    }

    /// <summary>For every refinement the least error that a method of <see cref="Parents"/> has on the validation set.</summary>
    public double[] ClassicalErrors(int stages)
    {
        double[] least = new double[_refinements.Length];
        Array.Fill(least, double.PositiveInfinity);
        Function step = StepFunctions.RungeKutta(_validation.Equation, stages);
        for (int i = 0; i < least.Length; i++)
        {
            using RolloutResiduals rollout = new(_validation.Roll(step, _refinements[i] * Steps));
            foreach (ButcherTableau tableau in Parents(stages))
            {
                rollout.Evaluate(tableau.Parameters);
                least[i] = Math.Min(least[i], TrajectoryErrors.GeometricMean(TrajectoryErrors.Largest(rollout.Errors, _validation.Instances)));
            }
        }

        return least;
    }

    /// <summary>Fits the corrections of one parent.</summary>
    /// <param name="parent">The classical method.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="progress">Called after every round; null for none.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    /// <param name="cancellationToken">Ends the fit; the best so far is returned.</param>
    public ConditionedIntegrator Tune(
        ButcherTableau parent, FitOptions options, Action<ReweightedFit>? progress = null, FitState? state = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parent);
        OrderManifold manifold = new(parent.Parameters, parent.Order, Degree ?? Math.Max(1, parent.Order - 1));
        double[] classical = ClassicalErrors(parent.Stages);
        Function step = StepFunctions.RungeKutta(_training.Equation, parent.Stages);
        IParameterMap[] maps = [.. _refinements.Select(k => manifold.At(1.0 / k))];
        using ReweightedFit fit = new(
            [.. _refinements.Select(k => _training.Roll(step, k * Steps))], [.. _refinements.Select(k => _validation.Roll(step, k * Steps))],
            maps, classical, options, state);
        while (!cancellationToken.IsCancellationRequested && fit.Round(cancellationToken))
        {
            progress?.Invoke(fit);
        }

        double h = _training.Horizon / Steps;
        LearnedRungeKutta method = new(parent, manifold.Corrections(fit.Best), h, new ValidInterval(0, h));
        double[] gains = new double[_refinements.Length];
        for (int i = 0; i < gains.Length; i++)
        {
            gains[i] = classical[i] / IntegratorTrainer.Error(_validation.Roll(step, _refinements[i] * Steps), fit.BestCoefficients(i));
        }

        return new(method, gains, fit.BestError);
    }

    /// <summary>The whole search: every one of the <see cref="Parents"/>, the best first.</summary>
    /// <param name="stages">The number of stages.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="progress">Called after every round with the name of the parent; null for none.</param>
    /// <param name="cancellationToken">Ends the search; what was fitted so far is returned.</param>
    public IReadOnlyList<ConditionedIntegrator> Train(
        int stages, FitOptions options, Action<string, ReweightedFit>? progress = null, CancellationToken cancellationToken = default)
    {
        List<ConditionedIntegrator> all = [];
        foreach (ButcherTableau parent in Parents(stages))
        {
            all.Add(Tune(parent, options, fit => progress?.Invoke(parent.Name, fit), null, cancellationToken));
        }

        return [.. all.OrderBy(m => m.ValidationError)];
    }
}
