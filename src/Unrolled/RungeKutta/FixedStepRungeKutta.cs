using Unrolled.Differentiation;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>
/// An explicit Runge-Kutta method with a constant step <c>h = horizon/steps</c>; see <see cref="RungeKuttaStep"/> for the
/// order of its arithmetic. Times are <c>t0 + n h</c>, never summed up.
/// </summary>
/// <remarks>
/// <para>
/// Work: <see cref="ButcherTableau.EvaluationsPerStep"/> evaluations for each step; a first-same-as-last stage that only
/// repeats the next step's first one is left out. Storage for each instance of a chunk: its state and parameters, when the
/// right-hand side is a function that compiles with the whole step; else a vector for each stage more. No memory is
/// allocated per step.
/// </para>
/// <para>
/// Terminations: <see cref="IntegrationTermination.Completed"/>, <see cref="IntegrationTermination.NonFinite"/> (found at
/// checkpoints), <see cref="IntegrationTermination.TimeLimit"/>, <see cref="IntegrationTermination.Canceled"/>. Not checked: the
/// error. Reference: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, equation II.1.8,
/// doi:10.1007/978-3-540-78862-1.
/// </para>
/// </remarks>
public sealed class FixedStepRungeKutta : IFixedStepMethod
{
    /// <summary>Larger steps are taken stage by stage: compiling them would cost more than it saves.</summary>
    internal const int MaximumFusedNodes = 1500;

    private readonly ButcherTableau _short;
    private readonly StageCombination _combination = new();

    /// <summary>The method of a tableau.</summary>
    public FixedStepRungeKutta(ButcherTableau tableau)
    {
        ArgumentNullException.ThrowIfNull(tableau);
        Tableau = tableau;
        _short = tableau.WithoutFirstSameAsLast();
    }

    /// <summary>The coefficients.</summary>
    public ButcherTableau Tableau { get; }

    /// <inheritdoc/>
    public string Name => Tableau.Name;

    /// <inheritdoc/>
    public int LeastSteps => 1;

    /// <inheritdoc/>
    public long Evaluations(int steps) => (long)steps * Tableau.EvaluationsPerStep;

    /// <inheritdoc/>
    public Trajectories Integrate(InitialValueProblem problem, int steps, IntegrationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        Function? step = problem.Function is null ? null : RungeKuttaStep.Compose(problem.Function, _short);
        step = options?.Rounding == StepRounding.Contracted ? step?.Contracted() : step;
        return Integrate(problem, steps, step?.Nodes.Length <= MaximumFusedNodes ? step.Kernel : null, options, cancellationToken);
    }

    /// <summary>The same with the whole step as one kernel, or stage by stage where there is none.</summary>
    internal Trajectories Integrate(InitialValueProblem problem, int steps, Kernel? step, IntegrationOptions? options, CancellationToken cancellationToken = default)
    {
        FixedStepRun run = new(this, problem, steps, options, step is null ? _short.Stages + 2 : 0);
        return run.ToEnd(
            chunk => step is null
                ? new StagedStep(_short, _combination, ScaledTableau.Of(_short, chunk), chunk)
                : new FusedStep(step, ScaledTableau.Of(_short, chunk), chunk),
            cancellationToken);
    }
}
