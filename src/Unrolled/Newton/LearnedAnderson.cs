using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// A learned step followed by Anderson's mixing that begins with the learned step's inner evaluations as secant pairs: what the
/// evaluations say of the Jacobian is used twice.
/// </summary>
/// <remarks>
/// <para>The first steps are those of <see cref="LearnedSolver"/>, n evaluations each. From an evaluation at a displaced point comes the
/// pair <c>dx = sum theta v</c>, <c>dr = v_0 - v_j</c>, from the step itself one more; then every step is one of
/// <see cref="Anderson"/>, one evaluation each.</para>
/// <para>Storage beside x: n + 4 + 4 m + 3 vectors. Nothing is proven about convergence.</para>
/// </remarks>
public sealed class LearnedAnderson : IIteration<NonlinearSystem>
{
    private readonly LearnedMemory _memory;
    private readonly LearnedSolver _learned;
    private readonly SecantPairs _pairs;
    private readonly int _learnedSteps;

    /// <summary>Creates the method.</summary>
    /// <param name="coefficients">The weights of the learned step.</param>
    /// <param name="depth">m, the most secant pairs; n or more, to keep all of a step.</param>
    /// <param name="learnedSteps">How many learned steps come first.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public LearnedAnderson(LearnedCoefficients coefficients, int depth = 5, int learnedSteps = 1)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learnedSteps);
        (Coefficients, Depth, _learnedSteps) = (coefficients, depth, learnedSteps);
        _memory = new LearnedMemory(coefficients);
        _learned = new LearnedSolver(coefficients);
        _pairs = new(depth, FirstOwn + 3, _memory.Scalars + 1);
    }

    /// <summary>The weights of the learned step.</summary>
    public LearnedCoefficients Coefficients { get; }

    /// <summary>m, the most secant pairs.</summary>
    public int Depth { get; }

    /// <inheritdoc/>
    public string Name => $"R2N2({Coefficients.InnerEvaluations})+Anderson({Depth})";

    private int FirstOwn => _memory.Vectors;

    /// <inheritdoc/>
    public WorkspaceShape Shape(NonlinearSystem problem) => new(FirstOwn + 3 + _pairs.Vectors, _memory.Scalars + 1 + SecantPairs.Scalars);

    /// <inheritdoc/>
    public void Initialize(NonlinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        _learned.Initialize(problem, workspace, startsAtZero);
        _pairs.Clear(workspace);
        workspace.Scalar(_memory.Scalars).Clear();
    }

    /// <inheritdoc/>
    public void Step(NonlinearSystem problem, Workspace workspace)
    {
        Batch x = workspace.Iterate, r = workspace.Vector(FirstOwn), lastX = workspace.Vector(FirstOwn + 1), lastR = workspace.Vector(FirstOwn + 2);
        Span<double> taken = workspace.Scalar(_memory.Scalars);
        if (taken[0] < _learnedSteps)
        {
            x.CopyTo(lastX);
            _learned.Advance(problem, workspace, default(Unwatched));
            Kernels.Multiply(-1.0, _memory.Term(workspace, 0).Values, lastR.Values);
            KeepInnerPairs(workspace);
        }
        else
        {
            Residual(problem, workspace, r);
            (Batch dx, Batch dr) = _pairs.Next(workspace);
            Kernels.Subtract<double>(x.Values, lastX.Values, dx.Values);
            Kernels.Subtract<double>(r.Values, lastR.Values, dr.Values);
            x.CopyTo(lastX);
            r.CopyTo(lastR);
            _pairs.Mix(workspace, x, r);
            NonlinearSteps.Function(problem, workspace, x, workspace.Vector(LearnedMemory.F));
            BatchKernels.Norm(workspace.Vector(LearnedMemory.F), workspace.ResidualNorms);
        }

        taken.Fill(taken[0] + 1);
    }

    private void Residual(NonlinearSystem problem, Workspace workspace, Batch r)
    {
        Batch f = NonlinearSteps.Precondition(problem, workspace, workspace.Vector(LearnedMemory.F), LearnedMemory.FirstTerm);
        Kernels.Multiply(-1.0, f.Values, r.Values);
    }

    /// <summary>The pairs of the inner evaluations, those nearest to the new iterate last.</summary>
    private void KeepInnerPairs(Workspace workspace)
    {
        Batch first = _memory.Term(workspace, 0);
        for (int j = 1; j < Coefficients.InnerEvaluations; j++)
        {
            (Batch dx, Batch dr) = _pairs.Next(workspace);
            dx.Values.Clear();
            _memory.Combine(workspace, dx, j * (j - 1) / 2, 0, j, dx);
            Kernels.Subtract<double>(first.Values, _memory.Term(workspace, j).Values, dr.Values);
        }
    }
}
