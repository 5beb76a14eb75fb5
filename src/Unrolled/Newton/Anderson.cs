using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// Anderson's mixing: a fixed-point iteration <c>x+ = x - M^-1 F(x)</c> accelerated by the last m differences of iterates and residuals
/// (<see cref="SecantPairs"/>). One evaluation a step, no derivative.
/// </summary>
/// <remarks>
/// <para>The method to beat on mildly nonlinear problems whose fixed-point iteration is near a contraction. Not globally convergent: nothing
/// keeps <c>||F||</c> from rising.</para>
/// <para>Needs F scaled so that <c>x - M^-1 F(x)</c> is a sensible iteration. Work per step: one evaluation, one preconditioner,
/// m (m + 5)/2 dots and updates. Storage beside x: 4 m + 4 vectors.</para>
/// <para>References: see <see cref="SecantPairs"/>.</para>
/// </remarks>
public sealed class Anderson : IIteration<NonlinearSystem>
{
    private const int F = 0, LastIterate = 1, LastResidual = 2, Fixed = 3;

    private readonly SecantPairs _pairs;

    /// <summary>Creates the method.</summary>
    /// <param name="depth">m, the most differences that are used.</param>
    /// <exception cref="ArgumentOutOfRangeException">m is not positive.</exception>
    public Anderson(int depth = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        Depth = depth;
        _pairs = new(depth, Fixed + 1, 1);
    }

    /// <summary>m, the most differences that are used.</summary>
    public int Depth { get; }

    /// <inheritdoc/>
    public string Name => $"Anderson({Depth})";

    /// <inheritdoc/>
    public WorkspaceShape Shape(NonlinearSystem problem) => new(Fixed + 1 + _pairs.Vectors, 1 + SecantPairs.Scalars);

    /// <inheritdoc/>
    public void Initialize(NonlinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        NonlinearSteps.Start(problem, workspace, workspace.Vector(F));
        _pairs.Clear(workspace);
        workspace.Scalar(0).Clear();
    }

    /// <inheritdoc/>
    public void Step(NonlinearSystem problem, Workspace workspace)
    {
        Batch x = workspace.Iterate, r = workspace.Vector(Fixed), lastX = workspace.Vector(LastIterate), lastR = workspace.Vector(LastResidual);
        Kernels.Multiply(-1.0, NonlinearSteps.Precondition(problem, workspace, workspace.Vector(F), Fixed).Values, r.Values);
        Span<double> started = workspace.Scalar(0);
        if (started[0] > 0)
        {
            (Batch dx, Batch dr) = _pairs.Next(workspace);
            Kernels.Subtract<double>(x.Values, lastX.Values, dx.Values);
            Kernels.Subtract<double>(r.Values, lastR.Values, dr.Values);
        }

        started.Fill(1);
        x.CopyTo(lastX);
        r.CopyTo(lastR);
        _pairs.Mix(workspace, x, r);
        NonlinearSteps.Function(problem, workspace, x, workspace.Vector(F));
        BatchKernels.Norm(workspace.Vector(F), workspace.ResidualNorms);
    }
}
