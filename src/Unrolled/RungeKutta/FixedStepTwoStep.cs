using Unrolled.Differentiation;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>A two-step Runge-Kutta method with a constant step; see <see cref="LearnedTwoStepRungeKutta"/> and <see cref="TwoStepFormula"/>.</summary>
/// <remarks>
/// The first step is a one-step method with as many stages, so a run costs <c>s</c> evaluations a step and no other start. Storage for each
/// instance of a chunk: state, parameters and <c>2 m</c> stages. Terminations as for <see cref="FixedStepRungeKutta"/>. Not checked: the error.
/// </remarks>
public sealed class FixedStepTwoStep : IFixedStepMethod
{
    private readonly StageCombination _combination = new();

    /// <summary>The method with these coefficients, at any step size.</summary>
    public FixedStepTwoStep(LearnedTwoStepRungeKutta method)
    {
        ArgumentNullException.ThrowIfNull(method);
        Name = method.Name;
        Formula = new TwoStepFormula(method);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The coefficients.</summary>
    public TwoStepFormula Formula { get; }

    /// <inheritdoc/>
    public int LeastSteps => 1;

    /// <inheritdoc/>
    public long Evaluations(int steps) => (long)steps * Formula.Stages;

    /// <inheritdoc/>
    public Trajectories Integrate(InitialValueProblem problem, int steps, IntegrationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        (Kernel? First, Kernel? Next) kernels = default;
        if (problem.Function is Function f)
        {
            string shape = $"two-step {Formula.Stages} {Formula.Memory}";
            Function first = f.Composition($"{shape} first", g => Formula.Compose(g, Formula.FirstRows));
            Function next = f.Composition(shape, g => Formula.Compose(g, Formula.Rows));
            (first, next) = options?.Rounding == StepRounding.Contracted ? (first.Contracted(), next.Contracted()) : (first, next);
            kernels = next.Nodes.Length <= FixedStepRungeKutta.MaximumFusedNodes ? (first.Kernel, next.Kernel) : default;
        }

        FixedStepRun run = new(this, problem, steps, options, (kernels.First is null ? Formula.Stages + 1 : 0) + (2 * Formula.Memory));
        return run.ToEnd(chunk => new TwoStepStep(Formula, kernels, _combination, chunk), cancellationToken);
    }
}
