using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>
/// The stabilized biconjugate gradient method for nonsymmetric systems: short recurrences, constant storage, and in
/// return no minimization. The residual may oscillate, and the recurrence may break down.
/// </summary>
/// <remarks>
/// <para><c>rho = r~.r</c>, <c>beta = (rho/rho_old)(alpha/omega)</c>, <c>p = r + beta (p - omega v)</c>, <c>v = A M^-1 p</c>,
/// <c>alpha = rho/(r~.v)</c>, <c>s = r - alpha v</c>, <c>t = A M^-1 s</c>, <c>omega = (t.s)/(t.t)</c>,
/// <c>x += M^-1 (alpha p + omega s)</c>, <c>r = s - omega t</c>; <c>r~</c> is the first residual.</para>
/// <para>Needs <c>A</c> only; the preconditioner acts from the right, so that the residual is that of the system itself.</para>
/// <para>Storage: 5n beside x, 6n with a preconditioner. Work per step: two products, two preconditioners, 5 dots, 6 updates.</para>
/// <para>A dot product that is nothing but rounding, or <c>omega = 0</c>, ends the instance with
/// <see cref="Termination.Breakdown"/> unless a restart from its iterate brings progress.</para>
/// <para>Van der Vorst, SIAM J. Sci. Stat. Comput. 13 (1992) 631-644, doi:10.1137/0913035.</para>
/// </remarks>
public sealed class BiCgStab : IIteration<LinearSystem>
{
    private const double Rounding = 2.220446049250313e-16;
    private const int R = 0, Shadow = 1, P = 2, V = 3, T = 4, Z = 5;
    private const int Rho = 0, Alpha = 1, Omega = 2, Beta = 3, ShadowNorm = 4;

    /// <inheritdoc/>
    public string Name => "BiCGStab";

    /// <inheritdoc/>
    public WorkspaceShape Shape(LinearSystem problem) => new(problem.Preconditioner is null ? 5 : 6, 5);

    /// <inheritdoc/>
    public void Initialize(LinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        Batch r = workspace.Vector(R);
        LinearSteps.StartResidual(problem, workspace, startsAtZero, r);
        r.CopyTo(workspace.Vector(Shadow));
        r.CopyTo(workspace.Vector(P));
        BatchKernels.Dot(r, r, workspace.Scalar(Rho));
        BatchKernels.Norm(r, workspace.ResidualNorms);
        workspace.ResidualNorms.CopyTo(workspace.Scalar(ShadowNorm));
    }

    /// <inheritdoc/>
    public void Step(LinearSystem problem, Workspace workspace)
    {
        Batch x = workspace.Iterate, r = workspace.Vector(R), p = workspace.Vector(P), v = workspace.Vector(V), t = workspace.Vector(T);
        Span<double> alpha = workspace.Scalar(Alpha), omega = workspace.Scalar(Omega), beta = workspace.Scalar(Beta);

        Batch z = LinearSteps.Precondition(problem, workspace, p, Z);
        LinearSteps.Product(problem, workspace, z, v);
        LengthOfFirstHalf(workspace, v);
        BatchKernels.MultiplyAdd(alpha, z, x, x);
        BatchKernels.MultiplySubtract(alpha, v, r, r); // s of the paper

        z = LinearSteps.Precondition(problem, workspace, r, Z);
        LinearSteps.Product(problem, workspace, z, t);
        LengthOfSecondHalf(workspace, r, t);
        BatchKernels.MultiplyAdd(omega, z, x, x);
        BatchKernels.MultiplySubtract(omega, t, r, r);
        BatchKernels.Norm(r, workspace.ResidualNorms);

        NextDirection(workspace, r);
        BatchKernels.MultiplySubtract(omega, v, p, p);
        BatchKernels.MultiplyAdd(beta, p, r, p);
    }

    private static void LengthOfFirstHalf(Workspace workspace, Batch v)
    {
        Span<double> rho = workspace.Scalar(Rho), alpha = workspace.Scalar(Alpha), norms = workspace.Scalar(Beta);
        ReadOnlySpan<double> shadowNorm = workspace.Scalar(ShadowNorm);
        BatchKernels.Dot(workspace.Vector(Shadow), v, alpha);
        BatchKernels.Norm(v, norms);
        for (int s = 0; s < alpha.Length; s++)
        {
            bool broken = Math.Abs(alpha[s]) <= Rounding * shadowNorm[s] * norms[s];
            if (broken)
            {
                workspace.Fail(s, Termination.Breakdown);
            }

            alpha[s] = broken ? 0 : rho[s] / alpha[s];
        }
    }

    private static void LengthOfSecondHalf(Workspace workspace, Batch r, Batch t)
    {
        Span<double> omega = workspace.Scalar(Omega), square = workspace.Scalar(Beta);
        BatchKernels.Dot(t, r, omega);
        BatchKernels.Dot(t, t, square);
        for (int s = 0; s < omega.Length; s++)
        {
            omega[s] = square[s] == 0 ? 0 : omega[s] / square[s];
        }
    }

    private static void NextDirection(Workspace workspace, Batch r)
    {
        Span<double> rho = workspace.Scalar(Rho), alpha = workspace.Scalar(Alpha), omega = workspace.Scalar(Omega), beta = workspace.Scalar(Beta);
        ReadOnlySpan<double> shadowNorm = workspace.Scalar(ShadowNorm), norms = workspace.ResidualNorms;
        BatchKernels.Dot(workspace.Vector(Shadow), r, beta);
        for (int s = 0; s < beta.Length; s++)
        {
            if (omega[s] == 0 || Math.Abs(beta[s]) <= Rounding * shadowNorm[s] * norms[s])
            {
                workspace.Fail(s, Termination.Breakdown);
            }

            (rho[s], beta[s]) = (beta[s], beta[s] / rho[s] * (alpha[s] / omega[s]));
        }
    }
}
