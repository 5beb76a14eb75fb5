using Unrolled.Differentiation;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>
/// A learned Runge-Kutta method with a constant step <c>h = horizon/steps</c>, whose tableau <c>θ(h, p)</c> is computed once for a run; see
/// <see cref="LearnedRungeKutta"/>. Outside the step sizes of that method a run is one of its parent.
/// </summary>
/// <remarks>
/// Steps, terminations and rounding are those of <see cref="FixedStepRungeKutta"/> with the tableau of the step size and, where the method has
/// exponents, of each instance's parameters: the bits of an instance do not depend on the others. Instances whose parameters are outside take
/// the parent's coefficients. Storage is that of the same type, with exponents also <c>s(s+3)/2</c> numbers for each instance. Not checked: the error.
/// </remarks>
public sealed class FixedStepLearnedRungeKutta : IFixedStepMethod
{
    private readonly FixedStepRungeKutta _parent;
    private readonly ButcherTableau _pattern;
    private readonly StageCombination _combination = new();

    /// <summary>The method at the step size of every run.</summary>
    public FixedStepLearnedRungeKutta(LearnedRungeKutta method)
    {
        ArgumentNullException.ThrowIfNull(method);
        Method = method;
        _parent = new FixedStepRungeKutta(method.Parent);
        EvaluationsPerStep = method.Parent.FirstSameAsLast && method.Corrections.All(KeepsLastStage) ? method.Parent.Stages - 1 : method.Parent.Stages;
        _pattern = Pattern(method, EvaluationsPerStep);
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
    public Trajectories Integrate(InitialValueProblem problem, int steps, IntegrationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        double h = problem.Horizon / steps;
        if (!Method.Scale.DependsOnParameters || !Method.ValidSteps.Contains(h))
        {
            return At(h).Integrate(problem, steps, options, cancellationToken);
        }

        if (Method.Scale.Exponents.Count != problem.Parameters.Components)
        {
            throw new ArgumentException(
                $"{Name} has exponents for {Method.Scale.Exponents.Count} parameters, the problem has {problem.Parameters.Components}", nameof(problem));
        }

        Kernel? step = problem.Function is null ? null : Compose(problem.Function);
        int numbers = (_pattern.Parameters.Length + _pattern.Stages + problem.Components - 1) / problem.Components;
        FixedStepRun run = new(this, problem, steps, options, numbers + (step is null ? _pattern.Stages + 2 : 0));
        return run.ToEnd(
            chunk => step is null
                ? new StagedStep(_pattern, _combination, ScaledTableau.Of(Method, _pattern, chunk), chunk)
                : new FusedStep(step, ScaledTableau.Of(Method, _pattern, chunk), chunk),
            cancellationToken);
    }

    /// <summary>The method of one step size at the reference parameters.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step size is not positive.</exception>
    public FixedStepRungeKutta At(double h)
    {
        ChosenTableau chosen = Method.TableauFor(h);
        return chosen.FellBack ? _parent : new FixedStepRungeKutta(chosen.Tableau);
    }

    /// <summary>The step with coefficients for each instance as one kernel; null where it is too large to compile.</summary>
    private Kernel? Compose(Function f)
    {
        Function uniform = RungeKuttaStep.Compose(f, _pattern);
        return uniform.Nodes.Length > FixedStepRungeKutta.MaximumFusedNodes ? null
            : uniform.Composition("coefficients for each instance", g => g.With("w", InputKind.PerInstance).With("d", InputKind.PerInstance)).Kernel;
    }

    /// <summary>A tableau with zeros only where the parent and all corrections have them, without a last stage that repeats the next first.</summary>
    private static ButcherTableau Pattern(LearnedRungeKutta method, int stages)
    {
        double[] pattern = [.. method.Parent.Parameters[..PackedTriangle.Length(stages)]];
        for (int q = 0; q < pattern.Length; q++)
        {
            pattern[q] = pattern[q] != 0 || method.Corrections.Any(c => c.Delta[q] != 0) ? 1 : 0;
        }

        // Weights of the size of one; only their pattern counts.
        Span<double> weights = pattern.AsSpan()[^stages..];
        double count = weights.Length - weights.Count(0.0);
        for (int j = 0; j < stages; j++)
        {
            weights[j] /= count;
        }

        return new ButcherTableau(method.Name, 1, pattern);
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
