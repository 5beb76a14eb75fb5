using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Fits a tableau to the objective of RK-NN instead of whole trajectories: one step from every initial value, with a step size of its
/// own, and the Taylor terms; by Levenberg-Marquardt on the stacked residuals, with <c>sum b = 1</c> kept by elimination.
/// </summary>
/// <remarks>
/// Differences from the paper: weights b may be negative (no softmax), and least squares replace gradient descent. The result is the
/// last point, not the best on the validation set, since the objective is another one; <see cref="BestError"/> is its error on whole
/// validation trajectories. Only for autonomous equations. Reference: arXiv:2105.01303, equations 3.5-3.8.
/// </remarks>
public sealed class OneStepFit : IFitRounds
{
    private const double Converged = 1e-14;

    private readonly RolloutResiduals[] _residuals;
    private readonly AffineResiduals[] _maps;
    private readonly RolloutResiduals _validation;
    private readonly LevenbergMarquardt _optimizer;
    private readonly FitOptions _options;
    private int _stalled;

    /// <summary>Starts at a classical method, or where an earlier fit was left.</summary>
    /// <param name="training">Its initial values and parameters are the samples.</param>
    /// <param name="validation">Trajectories whose error is reported.</param>
    /// <param name="parent">The method to begin with.</param>
    /// <param name="steps">The number of steps over the horizon, which gives the unit of the samples' step sizes.</param>
    /// <param name="objective">The objective.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    public OneStepFit(
        TrainingTrajectories training, TrainingTrajectories validation, ButcherTableau parent, int steps, OneStepOptions objective, FitOptions options, FitState? state = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        Rollout[] terms = [.. Terms(training, parent, steps, objective)];
        _residuals = [.. terms.Select(t => new RolloutResiduals(t, options.Threads, options.Ranks))];
        Matrix map = AffineResiduals.KeepSumOfLast(parent.Parameters.Length, parent.Stages);
        _maps = [.. _residuals.Select(r => new AffineResiduals(r, parent.Parameters, map))];
        _validation = new(validation.Roll(StepFunctions.RungeKutta(validation.Equation, parent.Stages), steps), options.Threads, options.Ranks);
        _optimizer = new LevenbergMarquardt(new StackedResiduals(_maps), state?.Parameters ?? new double[map.Columns], state?.Damping ?? 1e-3);
        _optimizer.Bound(new double[map.Columns], options.Cap);
        (Rounds, _stalled) = (state?.Rounds ?? 0, state?.Stalled ?? 0);
        BestError = ValidationError();
    }

    /// <inheritdoc/>
    public int Rounds { get; private set; }

    /// <inheritdoc/>
    public bool Finished => Rounds >= _options.Rounds || _stalled >= _options.Patience;

    /// <inheritdoc/>
    public double BestError { get; private set; }

    /// <inheritdoc/>
    public FitState State => new([.. _optimizer.Parameters], _optimizer.Damping, [.. _optimizer.Parameters], BestError, Rounds, _stalled);

    /// <inheritdoc/>
    public double[] BestCoefficients()
    {
        double[] theta = new double[_validation.ParameterCount];
        _maps[0].Map(_optimizer.Parameters, theta);
        return theta;
    }

    /// <inheritdoc/>
    public bool Round(CancellationToken cancellationToken = default)
    {
        if (Finished)
        {
            return false;
        }

        double before = _optimizer.Value;
        _optimizer.Minimize(_options.StepsPerRound, 0, null, cancellationToken);
        _stalled = _optimizer.Value < 0.999 * before && _optimizer.Value > Converged ? 0 : _stalled + 1;
        _optimizer.Growth = 2;
        _optimizer.Restart();
        Rounds++;
        BestError = ValidationError();
        return !Finished;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RolloutResiduals residuals in _residuals.Append(_validation))
        {
            residuals.Dispose();
        }
    }

    private static IEnumerable<Rollout> Terms(TrainingTrajectories training, ButcherTableau parent, int steps, OneStepOptions objective)
    {
        int n = training.Instances;
        if (objective.DataWeight > 0)
        {
            RandomStream stream = new RandomStream(objective.Seed).Split("step sizes");
            double unit = training.Horizon / steps, low = Math.Log(objective.SmallestStep * unit), high = Math.Log(objective.LargestStep * unit);
            double[] h = [.. Enumerable.Range(0, n).Select(s => Math.Exp(stream.Split((ulong)s).NextUniform(low, high)))];
            yield return Scaled(OneStepObjective.ScaledError(training.Equation, parent.Stages, Tableaus.Kutta3, training.InitialValues, training.Parameters, h),
                Math.Sqrt(objective.DataWeight / n));
        }

        foreach (Rollout term in OneStepObjective.TaylorTerms(training.Equation, parent.Stages, objective.TaylorTerms, training.InitialValues, training.Parameters))
        {
            yield return Scaled(term, Math.Sqrt(objective.TaylorWeight / (2.0 * n)));
        }
    }

    private static Rollout Scaled(Rollout rollout, double factor) => rollout with { Weights = [.. rollout.Weights.Select(w => factor * w)] };

    private double ValidationError()
    {
        _validation.Evaluate(BestCoefficients());
        return TrajectoryErrors.GeometricMean(TrajectoryErrors.Largest(_validation.Errors, _validation.Rollout.Instances));
    }
}
