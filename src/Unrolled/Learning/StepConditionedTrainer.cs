using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Differentiation;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Prepares the fits of tableaus that depend on the step size and keep the order of their parent, <c>θ(ε) = θ_parent + sum_k ε^k δ_k</c> with
/// <c>ε = (h/h_0) prod_i (p_i/q_i)^(α_i)</c>: all δ and α are fitted together to rollouts with <c>h_0, h_0/2, h_0/4, ...</c>; see
/// <see cref="StepConditionedFit"/>.
/// </summary>
/// <remarks>
/// The corrections move on the <see cref="OrderManifold"/> of the parent, so that the order is exact whatever the fit does. Every correction
/// that it admits enters the leading term <c>h^(p+1)</c> of the local error: δ_0 through the trees of order <c>p + 1</c>, δ_k through those
/// of order <c>p + 1 - k</c>; so the leading errors of a family can cancel although the order does not change. The exponents α measure the
/// step in the time of each instance, without which the spread of the parameters limits the gain.
/// </remarks>
public sealed class StepConditionedTrainer
{
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

        (Training, Validation, Steps, _refinements) = (training, validation, steps, [.. refinements ?? DefaultRefinements]);
        if (_refinements.Length == 0 || _refinements.Min() < 1)
        {
            throw new ArgumentException($"[{string.Join(", ", _refinements)}] are no factors to divide a step by", nameof(refinements));
        }
    }

    /// <summary>1, 2, 4, 8, 16.</summary>
    public static IReadOnlyList<int> DefaultRefinements { get; } = [1, 2, 4, 8, 16];

    /// <summary>Short rounds: weights follow the errors closely.</summary>
    public static FitOptions DefaultOptions { get; } = new() { Rounds = 40, StepsPerRound = 3, Patience = 8 };

    /// <summary>The trajectories to fit.</summary>
    public TrainingTrajectories Training { get; }

    /// <summary>The trajectories that decide.</summary>
    public TrainingTrajectories Validation { get; }

    /// <summary>The number of steps with h_0 over the horizon.</summary>
    public int Steps { get; }

    /// <summary>The factors by which h_0 is divided in the rollouts.</summary>
    public IReadOnlyList<int> Refinements => _refinements;

    /// <summary>
    /// K, the largest exponent of a correction; null for <c>p - 1</c>, with which every condition of the orders 2 to p has a term of its own
    /// in the leading error.
    /// </summary>
    public int? Degree { get; init; }

    /// <summary>
    /// The intervals of the equation's parameters, from which <see cref="ParameterScale.ReferencesOf"/> takes the references q; null for the
    /// least and largest values of the training set.
    /// </summary>
    public IReadOnlyList<ValidInterval>? ParameterRanges { get; init; }

    /// <summary>
    /// The classical methods of the highest order with a number of evaluations a step, without stages that repeat the next step's first:
    /// Kutta 3, Heun 3, Ralston 3 (which is also Bogacki and Shampine's) and SSP 3 for three.
    /// </summary>
    public static IReadOnlyList<ButcherTableau> Parents(int stages)
    {
        ButcherTableau[] all = [.. Tableaus.All.Select(t => t.WithoutFirstSameAsLast()).Where(t => t.Stages == stages)];
        List<ButcherTableau> parents = [];
        foreach (ButcherTableau tableau in all.Where(t => t.Order == all.Max(other => other.Order)))
        {
            if (!parents.Exists(p => p.Parameters.SequenceEqual(tableau.Parameters)))
            {
                parents.Add(tableau);
            }
        }

        return parents;
    }

    /// <summary>For every refinement the least error that a method of <see cref="Parents"/> has on the validation set.</summary>
    /// <param name="stages">The number of stages.</param>
    /// <param name="cancellationToken">Looked at before every method.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public double[] ClassicalErrors(int stages, CancellationToken cancellationToken = default)
    {
        double[] least = new double[_refinements.Length];
        Array.Fill(least, double.PositiveInfinity);
        Function step = StepFunctions.RungeKutta(Validation.Equation, stages);
        for (int i = 0; i < least.Length; i++)
        {
            using RolloutResiduals rollout = new(Validation.Roll(step, _refinements[i] * Steps));
            foreach (ButcherTableau tableau in Parents(stages))
            {
                cancellationToken.ThrowIfCancellationRequested();
                rollout.Evaluate(tableau.Parameters);
                least[i] = Math.Min(least[i], TrajectoryErrors.GeometricMean(TrajectoryErrors.Largest(rollout.Errors, Validation.Instances)));
            }
        }

        return least;
    }

    /// <summary>The form of the methods that a fit from a parent looks among.</summary>
    public StepConditionedForm Form(ButcherTableau parent)
    {
        ArgumentNullException.ThrowIfNull(parent);
        int degree = Degree ?? Math.Max(1, parent.Order - 1);
        return new(parent, [.. Enumerable.Range(0, degree + 1)], Training.Horizon / Steps, ParameterScale.ReferencesOf(ParameterRanges ?? ObservedRanges()));
    }

    /// <summary>The fit from one parent.</summary>
    /// <param name="parent">The classical method.</param>
    /// <param name="options">How to fit.</param>
    public IntegratorTask Tune(ButcherTableau parent, FitOptions options)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(options);
        StepConditionedForm form = Form(parent);
        TrainedIntegrator origin = new(
            $"learned {parent.Name}", IntegratorKind.StepConditioned, new FixedStepRungeKutta(parent), parent.Stages, 0, Steps,
            new double[form.NumberCount], double.PositiveInfinity) { Order = parent.Order, Form = form };
        return new($"{parent.Name} for all steps", origin, state => new StepConditionedFit(this, parent, options, state));
    }

    private IEnumerable<ValidInterval> ObservedRanges()
    {
        for (int first = 0; first < Training.Parameters.Length; first += Training.Instances)
        {
            double[] values = Training.Parameters[first..(first + Training.Instances)];
            yield return new(values.Min(), values.Max());
        }
    }
}
