using Unrolled.Differentiation;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// Fits the corrections δ of one parent and the exponents α of the equation's parameters to rollouts with several step sizes, so that the
/// least gain over the best classical method of as many stages becomes large. A fit whose least gain stays below 1 ends as the parent
/// itself, with corrections that are zero: the result never loses what the classical method has.
/// </summary>
/// <remarks>
/// <see cref="BestError"/> is the largest ratio of the method's error to the least classical one over the step sizes, on the validation set:
/// the reciprocal of the least gain. Rounds are those of <see cref="ReweightedFit"/>, whose state is also that of this fit.
/// </remarks>
internal sealed class StepConditionedFit : IFitRounds
{
    private readonly ReweightedFit _fit;
    private readonly ScaledOrderMap _map;
    private readonly double _parentError;

    /// <summary>Starts at the parent, or where an earlier fit was left.</summary>
    /// <param name="trainer">The trajectories, step sizes and references.</param>
    /// <param name="parent">The classical method.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    public StepConditionedFit(StepConditionedTrainer trainer, ButcherTableau parent, FitOptions options, FitState? state = null)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(parent);
        StepConditionedForm form = trainer.Form(parent);
        int degree = form.Exponents[^1];
        _map = new ScaledOrderMap(new OrderManifold(parent.Parameters, parent.Order, degree), form.References);
        Function step = StepFunctions.StepConditioned(trainer.Training.Equation, parent.Stages, degree, form.BaseStep);
        Rollout[] Roll(TrainingTrajectories set) => [.. trainer.Refinements.Select(k => Scaled(set.Roll(step, k * trainer.Steps), form.References))];
        double[] classical = trainer.ClassicalErrors(parent.Stages);
        _parentError = trainer.Refinements.Select((k, i) => IntegratorTrainer.Error(
            trainer.Validation.Roll(StepFunctions.RungeKutta(trainer.Validation.Equation, parent.Stages), k * trainer.Steps), parent.Parameters) / classical[i]).Max();
        _fit = new ReweightedFit(
            Roll(trainer.Training), Roll(trainer.Validation), [.. trainer.Refinements.Select(_ => _map)], classical, options, state);
    }

    /// <inheritdoc/>
    public int Rounds => _fit.Rounds;

    /// <inheritdoc/>
    public bool Finished => _fit.Finished;

    /// <summary>Whether the least gain on the validation set is above 1; if not, the best method so far is the parent.</summary>
    public bool Gains => _fit.BestError < 1;

    /// <inheritdoc/>
    public double BestError => Gains ? _fit.BestError : _parentError;

    /// <inheritdoc/>
    public FitState State => _fit.State;

    /// <inheritdoc/>
    public double[] BestCoefficients() => Gains ? _map.Numbers(_fit.Best) : new double[_map.CoefficientCount];

    /// <inheritdoc/>
    public bool Round(CancellationToken cancellationToken = default) => _fit.Round(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _fit.Dispose();

    /// <summary>The rollout with the logarithms of the parameters over their references behind the parameters; zeros where there is no exponent.</summary>
    private static Rollout Scaled(Rollout rollout, IReadOnlyList<double> references)
    {
        double[] parameters = rollout.EquationParameters, logarithms = new double[parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            double reference = references[i / rollout.Instances];
            logarithms[i] = reference > 0 ? Math.Log(parameters[i] / reference) : 0;
        }

        return rollout with { EquationParameters = [.. parameters, .. logarithms] };
    }
}
