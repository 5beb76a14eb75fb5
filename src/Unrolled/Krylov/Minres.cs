using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>
/// The minimal residual method for symmetric systems, definite or not. Each iterate minimizes the residual over the
/// Krylov space, in the Euclidean norm or, with a preconditioner, in the norm of <c>M^-1</c>.
/// </summary>
/// <remarks>
/// <para>Lanczos: <c>gamma' v' = A z - delta v - gamma v_old</c> with <c>z = M^-1 v</c>, <c>delta = z.Az</c>. The rotations
/// <c>(c, d)</c> of the last two columns make the tridiagonal matrix triangular with entries <c>a_1, a_2, a_3</c>;
/// <c>w' = (z - a_2 w - a_3 w_old)/a_1</c>, <c>x += c eta w'</c>, <c>eta = -d eta</c>.</para>
/// <para>Needs <c>A</c> symmetric and <c>M</c> symmetric positive definite; <c>v.M^-1 v &lt; 0</c> ends the instance with
/// <see cref="Termination.Indefinite"/>. Symmetry itself is not checked.</para>
/// <para>Storage: 5n beside x, 8n with a preconditioner, where the Euclidean norm of the residual takes the residual itself,
/// <c>r = d^2 r + c eta v'</c>. Work per step: one product, one preconditioner, 2 dots, 6 updates; 3 updates more with a
/// preconditioner.</para>
/// <para>An exhausted space holds the solution or, for singular <c>A</c>, ends with <see cref="Termination.Breakdown"/>; a
/// system without a solution ends with <see cref="Termination.Stagnated"/> near a least-squares solution.</para>
/// <para>Paige and Saunders, SIAM J. Numer. Anal. 12 (1975) 617-629, doi:10.1137/0712047; the preconditioned form is
/// algorithm 4.1 of Elman, Silvester and Wathen, doi:10.1093/acprof:oso/9780199678792.001.0001.</para>
/// </remarks>
public sealed class Minres : IIteration<LinearSystem>
{
    private const double Negligible = 16 * 2.220446049250313e-16;
    private const int V = 0, W = 3, Z = 5, R = 7;
    private const int Taken = 0, Gamma = 1, Delta = 2, Eta = 3, C = 4, COld = 5, D = 6, DOld = 7, A1 = 8, A2 = 9, A3 = 10, GammaNew = 11, Work = 12;

    /// <inheritdoc/>
    public string Name => "MINRES";

    /// <inheritdoc/>
    public WorkspaceShape Shape(LinearSystem problem) => new(problem.Preconditioner is null ? 5 : 8, 13);

    /// <inheritdoc/>
    public void Initialize(LinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        Batch v = workspace.Vector(V);
        LinearSteps.StartResidual(problem, workspace, startsAtZero, v);
        workspace.Vector(V + 2).Values.Clear();
        workspace.Vector(W).Values.Clear();
        workspace.Vector(W + 1).Values.Clear();
        BatchKernels.Norm(v, workspace.ResidualNorms);
        if (problem.Preconditioner is not null)
        {
            v.CopyTo(workspace.Vector(R));
        }

        Span<double> gamma = workspace.Scalar(Gamma);
        NormalizeLanczosVector(problem, workspace, v, Z, gamma);
        gamma.CopyTo(workspace.Scalar(Eta));
        workspace.Scalar(C).Fill(1);
        workspace.Scalar(COld).Fill(1);
        workspace.Scalar(D).Clear();
        workspace.Scalar(DOld).Clear();
        workspace.Scalar(Taken).Clear();
    }

    /// <inheritdoc/>
    public void Step(LinearSystem problem, Workspace workspace)
    {
        int k = (int)workspace.Scalar(Taken)[0]; // modulo 6: three vectors v and two of w and z take turns
        workspace.Scalar(Taken).Fill((k + 1) % 6);
        Batch x = workspace.Iterate, v = workspace.Vector(V + (k % 3)), next = workspace.Vector(V + ((k + 1) % 3)), old = workspace.Vector(V + ((k + 2) % 3));
        Batch w = workspace.Vector(W + (k % 2)), wNext = workspace.Vector(W + ((k + 1) % 2)); // wNext still holds the one before w
        Batch z = problem.Preconditioner is null ? v : workspace.Vector(Z + (k % 2));
        Span<double> delta = workspace.Scalar(Delta), gammaNew = workspace.Scalar(GammaNew), work = workspace.Scalar(Work);

        LinearSteps.Product(problem, workspace, z, next);
        BatchKernels.Dot(z, next, delta);
        BatchKernels.MultiplySubtract(workspace.Scalar(Gamma), old, next, next);
        BatchKernels.MultiplySubtract(delta, v, next, next);
        NormalizeLanczosVector(problem, workspace, next, Z + ((k + 1) % 2), gammaNew);
        Rotate(workspace);

        BatchKernels.MultiplySubtract(workspace.Scalar(A3), wNext, z, wNext);
        BatchKernels.MultiplySubtract(workspace.Scalar(A2), w, wNext, wNext);
        BatchKernels.Multiply(workspace.Scalar(A1), wNext, wNext);
        BatchKernels.MultiplyAdd(work, wNext, x, x);
        ReportResidual(problem, workspace, next);
    }

    /// <summary><c>gamma = sqrt(v.M^-1 v)</c>, and <c>v</c> and <c>z</c> divided by it.</summary>
    private static void NormalizeLanczosVector(LinearSystem problem, Workspace workspace, Batch v, int zIndex, Span<double> gamma)
    {
        Batch z = LinearSteps.Precondition(problem, workspace, v, zIndex);
        Span<double> scale = workspace.Scalar(Work);
        BatchKernels.Dot(v, z, gamma);
        for (int s = 0; s < gamma.Length; s++)
        {
            if (gamma[s] < 0)
            {
                workspace.Fail(s, Termination.Indefinite);
            }

            gamma[s] = Math.Sqrt(gamma[s]);
            scale[s] = gamma[s] == 0 ? 0 : 1 / gamma[s];
        }

        BatchKernels.Multiply(scale, v, v);
        if (problem.Preconditioner is not null)
        {
            BatchKernels.Multiply(scale, z, z);
        }
    }

    /// <summary>Applies the last two rotations to the new column and makes the next; leaves <c>1/a_1</c> in A1 and <c>c eta</c> in Work.</summary>
    private static void Rotate(Workspace workspace)
    {
        Span<double> gamma = workspace.Scalar(Gamma), delta = workspace.Scalar(Delta), gammaNew = workspace.Scalar(GammaNew);
        Span<double> c = workspace.Scalar(C), cOld = workspace.Scalar(COld), d = workspace.Scalar(D), dOld = workspace.Scalar(DOld);
        Span<double> a1 = workspace.Scalar(A1), a2 = workspace.Scalar(A2), a3 = workspace.Scalar(A3);
        Span<double> eta = workspace.Scalar(Eta), length = workspace.Scalar(Work);
        for (int s = 0; s < gamma.Length; s++)
        {
            double negligible = Negligible * (Math.Abs(delta[s]) + gamma[s]);
            double a0 = (c[s] * delta[s]) - (cOld[s] * d[s] * gamma[s]);
            a2[s] = (d[s] * delta[s]) + (cOld[s] * c[s] * gamma[s]);
            a3[s] = dOld[s] * gamma[s];
            if (gammaNew[s] <= negligible)
            {
                workspace.Fail(s, Termination.Breakdown); // counts only if the residual is not there
            }

            double radius = Math.Sqrt((a0 * a0) + (gammaNew[s] * gammaNew[s]));
            bool singular = radius <= negligible;
            (cOld[s], dOld[s]) = (c[s], d[s]);
            (c[s], d[s]) = singular ? (0, 1) : (a0 / radius, gammaNew[s] / radius);
            a1[s] = singular ? 0 : 1 / radius;
            length[s] = c[s] * eta[s];
            eta[s] *= -d[s];
            gamma[s] = gammaNew[s];
        }
    }

    private static void ReportResidual(LinearSystem problem, Workspace workspace, Batch v)
    {
        Span<double> norms = workspace.ResidualNorms, eta = workspace.Scalar(Eta), d = workspace.Scalar(D), work = workspace.Scalar(Work);
        if (problem.Preconditioner is null)
        {
            for (int s = 0; s < norms.Length; s++)
            {
                norms[s] = Math.Abs(eta[s]);
            }

            return;
        }

        ReadOnlySpan<double> c = workspace.Scalar(C);
        Batch r = workspace.Vector(R);
        for (int s = 0; s < work.Length; s++)
        {
            work[s] = d[s] * d[s];
        }

        BatchKernels.Multiply(work, r, r);
        for (int s = 0; s < work.Length; s++)
        {
            work[s] = c[s] * eta[s];
        }

        BatchKernels.MultiplyAdd(work, v, r, r);
        BatchKernels.Norm(r, norms);
    }
}
