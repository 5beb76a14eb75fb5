using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>
/// A learned Runge-Kutta method with a constant step <c>h = horizon/steps</c>, whose tableau <c>θ(h)</c> is computed once for a run; see
/// <see cref="LearnedRungeKutta"/>. Outside the step sizes of that method a run is one of its parent.
/// </summary>
/// <remarks>
/// Steps, storage, terminations and rounding are those of <see cref="FixedStepRungeKutta"/> with the tableau of the step size. Not checked: the error.
/// </remarks>
public sealed class FixedStepLearnedRungeKutta : IFixedStepMethod
{
    private readonly FixedStepRungeKutta _parent;

    /// <summary>The method at the step size of every run.</summary>
    public FixedStepLearnedRungeKutta(LearnedRungeKutta method)
    {
        ArgumentNullException.ThrowIfNull(method);
        Method = method;
        _parent = new FixedStepRungeKutta(method.Parent);
        EvaluationsPerStep = method.Parent.FirstSameAsLast && method.Corrections.All(KeepsLastStage) ? method.Parent.Stages - 1 : method.Parent.Stages;
    }

    /// <summary>The parent, its corrections and the step sizes that they are for.</summary>
    public LearnedRungeKutta Method { get; }

    /// <inheritdoc/>
    public string Name => Method.Name;

    /// <summary>Evaluations of a step with the corrections: the stages, less one where the last repeats the next step's first at every step size.</summary>
    public int EvaluationsPerStep { get; }

    /// <inheritdoc/>
    public int LeastSteps => 1;

    /// <inheritdoc/>
    public long Evaluations(int steps) => (long)steps * EvaluationsPerStep;

    /// <inheritdoc/>
    public Trajectories Integrate(InitialValueProblem problem, int steps, IntegrationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        return At(problem.Horizon / steps).Integrate(problem, steps, options, cancellation);
    }

    /// <summary>The method of one step size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step size is not positive.</exception>
    public FixedStepRungeKutta At(double h)
    {
        ChosenTableau chosen = Method.TableauFor(h);
        return chosen.FellBack ? _parent : new FixedStepRungeKutta(chosen.Tableau);
    }

    /// <summary>Whether the row of the last stage and the weights, of which the last is zero, change alike.</summary>
    private static bool KeepsLastStage(StepCorrection correction)
    {
        double[] delta = [.. correction.Delta];
        int rows = PackedTriangle.Rows(delta.Length);
        ReadOnlySpan<double> last = PackedTriangle.Row<double>(delta, rows - 1), weights = PackedTriangle.Row<double>(delta, rows);
        return weights[^1] == 0 && last.SequenceEqual(weights[..^1]);
    }
}
