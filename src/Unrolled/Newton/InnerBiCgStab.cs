using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>At most m steps of BiCGStab, preconditioned from the right: two products a step, storage that does not grow. 6 vectors.</summary>
/// <remarks>
/// An instance that has arrived, or whose recurrence divides by zero, stays where it is: its alpha and omega are 0 from then on.
/// Reference: H. A. van der Vorst, SIAM J. Sci. Stat. Comput. 13 (1992) 631-644, doi:10.1137/0913035.
/// </remarks>
internal readonly struct InnerBiCgStab(int most, int firstVector, int firstScalar) : IInnerSolver
{
    private const int Shadow = 0, R = 1, P = 2, V = 3, T = 4, Z = 5;
    private const int Open = 0, Rho = 1, Alpha = 2, Omega = 3, First = 4, Second = 5;

    public int Vectors(NonlinearSystem problem) => 6;

    public int Scalars(NonlinearSystem problem) => 6;

    public void Solve(NonlinearSystem problem, Workspace workspace, Batch linearization, Batch f, ReadOnlySpan<double> forcing, Batch d)
    {
        Batch shadow = Vector(workspace, Shadow), r = Vector(workspace, R), p = Vector(workspace, P), v = Vector(workspace, V), t = Vector(workspace, T);
        Span<double> open = Scalar(workspace, Open), rho = Scalar(workspace, Rho), alpha = Scalar(workspace, Alpha), omega = Scalar(workspace, Omega);
        Span<double> first = Scalar(workspace, First), second = Scalar(workspace, Second);
        Kernels.Multiply(-1.0, f.Values, r.Values);
        r.CopyTo(shadow);
        r.CopyTo(p);
        d.Values.Clear();
        open.Fill(1);
        BatchKernels.Dot(shadow, r, rho);
        int left = Close(workspace, r, forcing, open, first);
        for (int k = 0; k < most && left > 0; k++)
        {
            Batch z = Product(problem, workspace, linearization, p, v, open);
            BatchKernels.Dot(shadow, v, first);
            Quotients(rho, first, open, alpha);
            BatchKernels.MultiplyAdd(alpha, z, d, d);
            BatchKernels.MultiplySubtract(alpha, v, r, r);
            if (Close(workspace, r, forcing, open, first) == 0)
            {
                return;
            }

            z = Product(problem, workspace, linearization, r, t, open);
            BatchKernels.Dot(t, r, first);
            BatchKernels.Dot(t, t, second);
            Quotients(first, second, open, omega);
            BatchKernels.MultiplyAdd(omega, z, d, d);
            BatchKernels.MultiplySubtract(omega, t, r, r);
            left = Close(workspace, r, forcing, open, first);
            BatchKernels.Dot(shadow, r, first);
            for (int s = 0; s < open.Length; s++)
            {
                double beta = open[s] > 0 ? first[s] / rho[s] * (alpha[s] / omega[s]) : 0;
                (rho[s], second[s]) = (first[s], double.IsFinite(beta) ? beta : 0);
            }

            // p = r + beta (p - omega v); a direction that lost its meaning begins anew from r.
            BatchKernels.MultiplySubtract(omega, v, p, p);
            BatchKernels.MultiplyAdd(second, p, r, p);
        }
    }

    private Batch Vector(Workspace workspace, int index) => workspace.Vector(firstVector + index);

    private Span<double> Scalar(Workspace workspace, int index) => workspace.Scalar(firstScalar + index);

    /// <summary><c>product = J M^-1 direction</c>; returns M^-1 direction.</summary>
    private Batch Product(NonlinearSystem problem, Workspace workspace, Batch linearization, Batch direction, Batch product, ReadOnlySpan<double> open)
    {
        Batch z = direction;
        if (problem.Preconditioner is not null)
        {
            z = Vector(workspace, Z);
            problem.Preconditioner.Apply(direction, z);
        }

        problem.Operator.ApplyJacobian(workspace.Iterate, linearization, z, product);
        for (int s = 0; s < open.Length; s++)
        {
            workspace.CountProducts(s, (int)open[s]);
            workspace.CountPreconditionerApplications(s, problem.Preconditioner is null ? 0 : (int)open[s]);
        }

        return z;
    }

    /// <summary>a / b where an instance is open and the quotient a number; an instance without one closes.</summary>
    private static void Quotients(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> open, Span<double> destination)
    {
        for (int s = 0; s < open.Length; s++)
        {
            double quotient = a[s] / b[s];
            open[s] = open[s] > 0 && double.IsFinite(quotient) ? 1 : 0;
            destination[s] = open[s] > 0 ? quotient : 0;
        }
    }

    private static int Close(Workspace workspace, Batch r, ReadOnlySpan<double> forcing, Span<double> open, Span<double> norms)
    {
        BatchKernels.Norm(r, norms);
        int left = 0;
        for (int s = 0; s < open.Length; s++)
        {
            open[s] = open[s] > 0 && norms[s] > forcing[s] * workspace.ResidualNorms[s] ? 1 : 0;
            left += (int)open[s];
        }

        return left;
    }
}
