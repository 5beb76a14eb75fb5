using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>The iteration <c>x+ = x - omega M^-1 F(x)</c>: chord Newton where M is a factored Jacobian, Picard's where F is <c>x - G(x)</c>.</summary>
/// <remarks>
/// Converges linearly where <c>I - omega M^-1 J</c> is a contraction; nothing is checked. Work per step: one evaluation and one
/// preconditioner. Storage beside x: one vector, two with a preconditioner.
/// </remarks>
public sealed class FixedPointIteration : IIteration<NonlinearSystem>
{
    private readonly double _omega;

    /// <summary>Creates the method.</summary>
    /// <param name="omega">The relaxation.</param>
    /// <exception cref="ArgumentOutOfRangeException">The relaxation is not a positive number.</exception>
    public FixedPointIteration(double omega = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(omega);
        _omega = omega;
    }

    /// <inheritdoc/>
    public string Name => _omega == 1 ? "fixed point" : string.Create(CultureInfo.InvariantCulture, $"fixed point, omega {_omega:g4}");

    /// <inheritdoc/>
    public WorkspaceShape Shape(NonlinearSystem problem) => new(problem.Preconditioner is null ? 1 : 2, 0);

    /// <inheritdoc/>
    public void Initialize(NonlinearSystem problem, Workspace workspace, bool startsAtZero) =>
        NonlinearSteps.Start(problem, workspace, workspace.Vector(0));

    /// <inheritdoc/>
    public void Step(NonlinearSystem problem, Workspace workspace)
    {
        Batch f = workspace.Vector(0), x = workspace.Iterate;
        Kernels.MultiplyAdd(-_omega, NonlinearSteps.Precondition(problem, workspace, f, 1).Values, x.Values, x.Values);
        NonlinearSteps.Function(problem, workspace, x, f);
        BatchKernels.Norm(f, workspace.ResidualNorms);
    }
}
