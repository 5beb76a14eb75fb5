using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>
/// The conjugate gradient method for symmetric positive definite systems. Each iterate minimizes the error in the
/// A-norm over the Krylov space; the residual norm may rise on the way.
/// </summary>
/// <remarks>
/// <para><c>alpha = (r.z)/(p.Ap)</c>, <c>x += alpha p</c>, <c>r -= alpha Ap</c>, <c>z = M^-1 r</c>, <c>beta = (r.z)/(r.z)_old</c>, <c>p = z + beta p</c>.</para>
/// <para>Needs <c>A</c> and <c>M</c> symmetric positive definite; a direction with <c>p.Ap &lt;= 0</c> ends the instance
/// with <see cref="Termination.Indefinite"/>. Symmetry itself is not checked.</para>
/// <para>Storage: 3n beside x, 4n with a preconditioner. Work per step: one product, one preconditioner, 2 dots, 3 updates.</para>
/// <para>Hestenes and Stiefel, J. Res. NBS 49 (1952) 409-436, doi:10.6028/jres.049.044.</para>
/// </remarks>
public sealed class ConjugateGradient : IIteration<LinearSystem>
{
    private const int R = 0, P = 1, Q = 2, Z = 3;
    private const int Rho = 0, Alpha = 1;

    /// <inheritdoc/>
    public string Name => "CG";

    /// <inheritdoc/>
    public WorkspaceShape Shape(LinearSystem problem) => new(problem.Preconditioner is null ? 3 : 4, 2);

    /// <inheritdoc/>
    public void Initialize(LinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        Batch r = workspace.Vector(R);
        LinearSteps.StartResidual(problem, workspace, startsAtZero, r);
        Batch z = LinearSteps.Precondition(problem, workspace, r, Z);
        z.CopyTo(workspace.Vector(P));
        BatchKernels.Dot(r, z, workspace.Scalar(Rho));
        BatchKernels.Norm(r, workspace.ResidualNorms);
    }

    /// <inheritdoc/>
    public void Step(LinearSystem problem, Workspace workspace)
    {
        Batch x = workspace.Iterate, r = workspace.Vector(R), p = workspace.Vector(P), q = workspace.Vector(Q);
        Span<double> rho = workspace.Scalar(Rho), alpha = workspace.Scalar(Alpha);
        LinearSteps.Product(problem, workspace, p, q);
        BatchKernels.Dot(p, q, alpha);
        for (int s = 0; s < alpha.Length; s++)
        {
            bool indefinite = alpha[s] <= 0 || rho[s] <= 0;
            if (indefinite)
            {
                workspace.Fail(s, Termination.Indefinite);
            }

            alpha[s] = indefinite ? 0 : rho[s] / alpha[s];
        }

        BatchKernels.MultiplyAdd(alpha, p, x, x);
        BatchKernels.MultiplySubtract(alpha, q, r, r);
        Batch z = LinearSteps.Precondition(problem, workspace, r, Z);
        Span<double> beta = alpha;
        BatchKernels.Dot(r, z, beta);
        for (int s = 0; s < beta.Length; s++)
        {
            (rho[s], beta[s]) = (beta[s], beta[s] / rho[s]);
        }

        BatchKernels.MultiplyAdd(beta, p, z, p);
        if (problem.Preconditioner is null)
        {
            SquareRoots(rho, workspace.ResidualNorms);
        }
        else
        {
            BatchKernels.Norm(r, workspace.ResidualNorms);
        }
    }

    private static void SquareRoots(ReadOnlySpan<double> squares, Span<double> roots)
    {
        for (int s = 0; s < roots.Length; s++)
        {
            roots[s] = Math.Sqrt(squares[s]);
        }
    }
}
