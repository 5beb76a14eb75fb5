using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// What the learned methods for nonlinear systems share: rows of weights that assemble displaced points and the update from evaluations
/// <c>v_0 .. v_{n-1}</c>, and the guard that takes a step back. What an evaluation is, the forms decide: <see cref="LearnedSolver"/>,
/// <see cref="LearnedNewtonKrylov"/>.
/// </summary>
/// <remarks>Reference: arXiv:2211.12386, equations 9 and 10. Immutable.</remarks>
public abstract class LearnedStep : IIteration<NonlinearSystem>
{
    private protected LearnedStep(LearnedCoefficients coefficients, double rate)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        (Coefficients, Rate) = (coefficients, rate);
        Memory = new LearnedMemory(coefficients);
        Plan = RowPlan.Independent(coefficients.InnerEvaluations);
    }

    /// <summary>The weights.</summary>
    public LearnedCoefficients Coefficients { get; }

    /// <summary>The part to which the residual must fall in every step; infinite where nothing is demanded.</summary>
    public double Rate { get; }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>Where a step keeps its vectors.</summary>
    internal LearnedMemory Memory { get; }

    private protected RowPlan Plan { get; }

    /// <summary>The method of a form.</summary>
    internal static LearnedStep Of(LearnedForm form, LearnedCoefficients coefficients, double rate = double.PositiveInfinity) =>
        form == LearnedForm.Direct ? new LearnedSolver(coefficients, rate) : new LearnedNewtonKrylov(coefficients, rate);

    /// <inheritdoc/>
    public virtual WorkspaceShape Shape(NonlinearSystem problem) => new(Memory.Vectors, Memory.Scalars);

    /// <inheritdoc/>
    public void Initialize(NonlinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        Memory.Prepare(problem, workspace);
        NonlinearSteps.Start(problem, workspace, workspace.Vector(LearnedMemory.F));
    }

    /// <inheritdoc/>
    public void Step(NonlinearSystem problem, Workspace workspace)
    {
        RateGuard guard = Memory.Guard(Rate);
        guard.Before(workspace);
        Advance(problem, workspace, default(Unwatched));
        guard.After(workspace);
    }

    /// <summary>The step without its guard: x, F and norms after it, and the evaluations v.</summary>
    internal void Advance<TWatch>(NonlinearSystem problem, Workspace workspace, TWatch watch)
        where TWatch : IStepWatch
    {
        Run(problem, workspace, watch);
        NonlinearSteps.Function(problem, workspace, workspace.Iterate, workspace.Vector(LearnedMemory.F));
        BatchKernels.Norm(workspace.Vector(LearnedMemory.F), workspace.ResidualNorms);
        watch.Updated();
    }

    /// <summary>The evaluations and the update, from F at the iterate.</summary>
    private protected abstract void Run<TWatch>(NonlinearSystem problem, Workspace workspace, TWatch watch)
        where TWatch : IStepWatch;
}
