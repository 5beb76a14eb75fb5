using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// Inexact Newton: <c>J(x) d = -F(x)</c> is solved by at most m steps of GMRES to the relative residual eta that Eisenstat and Walker's
/// second choice asks for, then a line search takes <c>x + alpha d</c>.
/// </summary>
/// <remarks>
/// <para><c>eta = 0.9 (||F|| / ||F_old||)^2</c>, kept above <c>0.9 eta_old^2</c> where that exceeds 0.1, in [1e-8, 0.5]. Each instance
/// stops its inner iteration by itself; what the others still need is not counted for it.</para>
/// <para>Needs products with J; M (fixed) preconditions from the right. Where no step is found an instance ends as stagnated: enlarge m or
/// use <see cref="NewtonMethod"/>. Work per step: k products with J for k inner steps, one evaluation, more where the line search cuts.
/// Storage beside x: m + 6 vectors.</para>
/// <para>S. C. Eisenstat and H. F. Walker, SIAM J. Sci. Comput. 17 (1996) 16-32, doi:10.1137/0917003; D. A. Knoll and D. E. Keyes,
/// J. Comput. Phys. 193 (2004) 357-397, doi:10.1016/j.jcp.2003.08.010.</para>
/// </remarks>
public sealed class NewtonKrylov : IIteration<NonlinearSystem>
{
    private const int F = 0, Direction = 1, Trial = 2, Preconditioned = 4, Basis = 5;
    private const int Alpha = 0, Forcing = 2, Before = 3, Open = 4, OwnScalars = 5;
    private const double LargestForcing = 0.5, LeastForcing = 1e-8, Gamma = 0.9;

    private static readonly Backtracking Search = new(Trial, Trial + 1, Alpha);

    private readonly int _inner;

    /// <summary>Creates the method.</summary>
    /// <param name="innerIterations">m, the most steps of GMRES for a Newton step.</param>
    /// <exception cref="ArgumentOutOfRangeException">m is not positive.</exception>
    public NewtonKrylov(int innerIterations = 30)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(innerIterations);
        _inner = innerIterations;
    }

    /// <inheritdoc/>
    public string Name => $"Newton-GMRES({_inner})";

    /// <inheritdoc/>
    public WorkspaceShape Shape(NonlinearSystem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        Arnoldi arnoldi = ArnoldiOf(problem);
        return new(Basis + arnoldi.Length + 1, OwnScalars + problem.Operator.LinearizationComponents + arnoldi.Scalars);
    }

    /// <inheritdoc/>
    public void Initialize(NonlinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        NonlinearSteps.Start(problem, workspace, workspace.Vector(F));
        workspace.Scalar(Forcing).Fill(LargestForcing);
        workspace.Scalar(Before).Fill(double.NaN);
    }

    /// <inheritdoc/>
    public void Step(NonlinearSystem problem, Workspace workspace)
    {
        Batch f = workspace.Vector(F), d = workspace.Vector(Direction);
        ChooseForcing(workspace);
        SolveInner(problem, workspace, f, d);
        workspace.ResidualNorms.CopyTo(workspace.Scalar(Before));
        if (Search.Run(problem, workspace, d, f))
        {
            return;
        }

        Span<double> alpha = workspace.Scalar(Alpha);
        for (int s = 0; s < alpha.Length; s++)
        {
            if (alpha[s] == 0)
            {
                workspace.Fail(s, Termination.Stagnated);
            }
        }
    }

    private static void ChooseForcing(Workspace workspace)
    {
        Span<double> eta = workspace.Scalar(Forcing);
        ReadOnlySpan<double> before = workspace.Scalar(Before), norms = workspace.ResidualNorms;
        for (int s = 0; s < eta.Length; s++)
        {
            double ratio = norms[s] / before[s], kept = Gamma * eta[s] * eta[s], chosen = Gamma * ratio * ratio;
            chosen = kept > 0.1 ? Math.Max(kept, chosen) : chosen;
            eta[s] = double.IsFinite(chosen) ? Math.Clamp(chosen, LeastForcing, LargestForcing) : LargestForcing;
        }
    }

    private void SolveInner(NonlinearSystem problem, Workspace workspace, Batch f, Batch d)
    {
        Arnoldi arnoldi = ArnoldiOf(problem);
        Batch linearization = workspace.Scalars(OwnScalars, problem.Operator.LinearizationComponents);
        Span<double> open = workspace.Scalar(Open), eta = workspace.Scalar(Forcing), inner = arnoldi.Norms(workspace);
        NonlinearSteps.Linearize(problem, workspace, linearization);
        Kernels.Multiply(-1.0, f.Values, arnoldi.Basis(workspace, 0).Values);
        arnoldi.Start(workspace);
        int left = Close(workspace, open, inner, eta, arnoldi.Basis(workspace, 0), first: true);
        for (int k = 0; k < arnoldi.Length && left > 0; k++)
        {
            Batch z = arnoldi.Basis(workspace, k);
            if (problem.Preconditioner is not null)
            {
                z = workspace.Vector(Preconditioned);
                problem.Preconditioner.Apply(arnoldi.Basis(workspace, k), z);
            }

            problem.Operator.ApplyJacobian(workspace.Iterate, linearization, z, arnoldi.Basis(workspace, k + 1));
            for (int s = 0; s < open.Length; s++)
            {
                workspace.CountProducts(s, (int)open[s]);
                workspace.CountPreconditionerApplications(s, problem.Preconditioner is null ? 0 : (int)open[s]);
            }

            arnoldi.Extend(workspace);
            left = Close(workspace, open, inner, eta, arnoldi.Basis(workspace, k + 1), first: false);
        }

        arnoldi.Solve(workspace);
        Batch u = problem.Preconditioner is null ? d : workspace.Vector(Trial);
        u.Values.Clear();
        for (int i = 0; i < arnoldi.Columns(workspace); i++)
        {
            BatchKernels.MultiplyAdd(arnoldi.Coordinate(workspace, i), arnoldi.Basis(workspace, i), u, u);
        }

        if (problem.Preconditioner is not null)
        {
            problem.Preconditioner.Apply(u, d);
            workspace.PreconditionerApplications++;
        }
    }

    /// <summary>Closes the instances that have arrived: a zero in place of their next vector changes nothing for them any more.</summary>
    private static int Close(Workspace workspace, Span<double> open, ReadOnlySpan<double> inner, ReadOnlySpan<double> eta, Batch next, bool first)
    {
        int left = 0;
        ReadOnlySpan<double> norms = workspace.ResidualNorms;
        for (int s = 0; s < open.Length; s++)
        {
            bool was = first || open[s] > 0;
            open[s] = was && inner[s] > eta[s] * norms[s] ? 1 : 0;
            left += (int)open[s];
        }

        BatchKernels.Multiply(open, next, next);
        return left;
    }

    private Arnoldi ArnoldiOf(NonlinearSystem problem) =>
        new(Math.Min(_inner, problem.Components), Basis, OwnScalars + problem.Operator.LinearizationComponents);
}
