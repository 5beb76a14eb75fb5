using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>At most m steps of GMRES, preconditioned from the right. Vectors: the basis, m + 1, and one for the preconditioner.</summary>
internal readonly struct InnerGmres(int most, int firstVector, int firstScalar) : IInnerSolver
{
    public int Vectors(NonlinearSystem problem) => Length(problem) + 2;

    public int Scalars(NonlinearSystem problem) => 1 + ArnoldiOf(problem).Scalars;

    public void Solve(NonlinearSystem problem, Workspace workspace, Batch linearization, Batch f, ReadOnlySpan<double> forcing, Batch d)
    {
        Arnoldi arnoldi = ArnoldiOf(problem);
        Span<double> open = workspace.Scalar(firstScalar), inner = arnoldi.Norms(workspace);
        Batch preconditioned = workspace.Vector(firstVector);
        Kernels.Multiply(-1.0, f.Values, arnoldi.Basis(workspace, 0).Values);
        arnoldi.Start(workspace);
        int left = Close(workspace, open, inner, forcing, arnoldi.Basis(workspace, 0), first: true);
        for (int k = 0; k < arnoldi.Length && left > 0; k++)
        {
            Batch z = arnoldi.Basis(workspace, k);
            if (problem.Preconditioner is not null)
            {
                z = preconditioned;
                problem.Preconditioner.Apply(arnoldi.Basis(workspace, k), z);
            }

            problem.Operator.ApplyJacobian(workspace.Iterate, linearization, z, arnoldi.Basis(workspace, k + 1));
            for (int s = 0; s < open.Length; s++)
            {
                workspace.CountProducts(s, (int)open[s]);
                workspace.CountPreconditionerApplications(s, problem.Preconditioner is null ? 0 : (int)open[s]);
            }

            arnoldi.Extend(workspace);
            left = Close(workspace, open, inner, forcing, arnoldi.Basis(workspace, k + 1), first: false);
        }

        arnoldi.Solve(workspace);
        Batch u = problem.Preconditioner is null ? d : preconditioned;
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

    private int Length(NonlinearSystem problem) => Math.Min(most, problem.Components);

    private Arnoldi ArnoldiOf(NonlinearSystem problem) => new(Length(problem), firstVector + 1, firstScalar + 1);
}
