using Unrolled.Differentiation;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>
/// An explicit linear multistep method of Adams' form with a constant step: <c>y_{n+1} = y_n + (w_0 f_n + w_1 f_{n-1} + ...)</c>
/// with <c>w_j = h β_j</c> rounded once and sums from left to right; classical (Adams-Bashforth) or with learned weights.
/// </summary>
/// <remarks>
/// <para>
/// Start: one step of size <c>(k-1) h</c> of a one-step method, Dormand-Prince 5(4) up to <c>k = 5</c> and DOP853 above, whose
/// dense output gives the states between. Cost: its stages (those of the dense output where <c>k</c> is above 2), <c>k - 2</c>
/// evaluations between, then one for each step. Starting step by step would cost DOP853 <c>12 (k-1)</c>.
/// </para>
/// <para>
/// Storage for each instance of a chunk: state, parameters, <c>k</c> derivatives, and the stages of the start. No memory is
/// allocated per step. Terminations as for <see cref="FixedStepRungeKutta"/>. Not checked: the error. Reference: E. Hairer,
/// S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, section III.1, doi:10.1007/978-3-540-78862-1.
/// </para>
/// </remarks>
public sealed class FixedStepMultistep : IFixedStepMethod
{
    private readonly double[] _weights;
    private readonly StageCombination _combination = new();

    /// <summary>The classical method.</summary>
    public FixedStepMultistep(AdamsBashforth method)
        : this(NotNull(method).Name, method.Weights)
    {
    }

    /// <summary>A method from its weights.</summary>
    /// <param name="name">The name that tables show.</param>
    /// <param name="weights"><c>β_0 ... β_{k-1}</c>, that of the newest derivative first; 1 to 20 finite numbers whose sum is 1.</param>
    /// <exception cref="ArgumentException">The weights are no consistent method.</exception>
    public FixedStepMultistep(string name, ReadOnlySpan<double> weights)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (weights.Length is 0 or > 20)
        {
            throw new ArgumentException($"{weights.Length} weights were given; 1 to 20 are allowed", nameof(weights));
        }

        ButcherTableau.RequireSum(weights, 1, $"the weights of \"{name}\"");
        Name = name;
        _weights = weights.ToArray();
        Starter = weights.Length <= 5 ? Tableaus.DormandPrince : Tableaus.Dop853;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The weights, that of the newest derivative first.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>The one-step method that it is started with.</summary>
    public ButcherTableau Starter { get; }

    /// <summary>Evaluations of the start, over which <c>k - 1</c> steps are made.</summary>
    public int StartEvaluations => _weights.Length switch
    {
        1 => 0,
        2 => Starter.DenseOutput.EndStage,
        int k => Starter.DenseOutput.Stages + k - 2,
    };

    /// <inheritdoc/>
    public int LeastSteps => Math.Max(1, _weights.Length - 1);

    /// <inheritdoc/>
    public long Evaluations(int steps) => StartEvaluations + Math.Max(0, steps - (long)(_weights.Length - 1));

    /// <inheritdoc/>
    public Trajectories Integrate(InitialValueProblem problem, int steps, IntegrationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        Function? step = problem.Function?.Composition($"multistep {_weights.Length}", f => MultistepStep.Compose(f, _weights.Length));
        step = options?.Rounding == StepRounding.Contracted ? step?.Contracted() : step;
        return Integrate(problem, steps, step?.Nodes.Length <= FixedStepRungeKutta.MaximumFusedNodes ? step.Kernel : null, options, cancellationToken);
    }

    /// <summary>The same with the whole step as one kernel, or evaluation and combination apart where there is none.</summary>
    internal Trajectories Integrate(InitialValueProblem problem, int steps, Kernel? step, IntegrationOptions? options, CancellationToken cancellationToken = default)
    {
        double h = problem.Horizon / steps;
        double[] w = Array.ConvertAll(_weights, beta => h * beta);
        FixedStepRun run = new(this, problem, steps, options, _weights.Length);
        return run.ToEnd(chunk => new MultistepStep(step, w, new MultistepStart(Starter, _weights.Length, _combination, chunk), _combination, chunk), cancellationToken);
    }

    private static AdamsBashforth NotNull(AdamsBashforth method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method;
    }
}
