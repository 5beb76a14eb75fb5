using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// Newton's method <c>x+ = x + alpha d</c> with <c>J(x) d = -F(x)</c> solved by factorization, a line search for alpha, and a
/// trust-region step where that finds none.
/// </summary>
/// <remarks>
/// <para>Converges quadratically near a root with nonsingular J. From afar the line search (<c>||F||</c> falls in every step) brings it to
/// a root or to a point where J is singular; there, or where the direction is no descent, the step minimizes <c>||F + J d||</c> in a
/// ball. A stationary point of <c>||F||^2</c> that is no root ends with <see cref="Termination.Stagnated"/>.</para>
/// <para>Needs products with J or its entries; the trust-region step products with its adjoint, without which such an instance stagnates.
/// The Jacobian is dense up to 64 unknowns and where no pattern is known, else sparse with one symbolic factorization for the batch.</para>
/// <para>Work per step: the entries of J (their cost in products is counted: <see cref="Operators.INonlinearOperator.JacobianCost"/>), one
/// factorization, one evaluation, more where the line search cuts. Storage beside x: 9 vectors and the entries of J (dense: n²).</para>
/// <para>Not checked: that F is differentiable. C. T. Kelley, Solving Nonlinear Equations with Newton's Method, SIAM (2003), algorithm
/// 1.1, doi:10.1137/1.9780898718898.</para>
/// </remarks>
public sealed class NewtonMethod : IIteration<NonlinearSystem>
{
    private const int F = 0, Direction = 1, Trial = 2, Ball = 4, OwnVectors = 9;
    private const int Alpha = 0, Radius = 2, OwnScalars = 8;

    private static readonly Backtracking Search = new(Trial, Trial + 1, Alpha);
    private static readonly TrustRegion Region = new(Ball, Trial, Radius);

    /// <inheritdoc/>
    public string Name => "Newton";

    /// <inheritdoc/>
    public WorkspaceShape Shape(NonlinearSystem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new(OwnVectors, OwnScalars + problem.Operator.LinearizationComponents + JacobianSolver.Scalars(problem.Operator));
    }

    /// <inheritdoc/>
    public void Initialize(NonlinearSystem problem, Workspace workspace, bool startsAtZero) =>
        NonlinearSteps.Start(problem, workspace, workspace.Vector(F));

    /// <inheritdoc/>
    public void Step(NonlinearSystem problem, Workspace workspace)
    {
        Batch f = workspace.Vector(F), d = workspace.Vector(Direction);
        int shared = problem.Operator.LinearizationComponents;
        Batch linearization = workspace.Scalars(OwnScalars, shared);
        NonlinearSteps.Linearize(problem, workspace, linearization);
        JacobianSolver.Solve(problem.Operator, workspace, linearization, OwnScalars + shared, f, d, workspace.Vector(Trial), workspace.Vector(Trial + 1));
        if (Search.Run(problem, workspace, d, f))
        {
            return;
        }

        Span<double> alpha = workspace.Scalar(Alpha);
        if (problem.Operator.HasAdjoint)
        {
            Region.Run(problem, workspace, linearization, f, alpha);
            return;
        }

        for (int s = 0; s < alpha.Length; s++)
        {
            if (alpha[s] == 0)
            {
                workspace.Fail(s, Termination.Stagnated);
            }
        }
    }
}
