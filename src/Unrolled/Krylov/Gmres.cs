using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>
/// The generalized minimal residual method with restarts, for any nonsingular system. Each iterate minimizes the true
/// residual norm <c>||b - A x||</c> over the Krylov space of its cycle; across restarts the norm never rises.
/// </summary>
/// <remarks>
/// <para><c>w = A M^-1 v_k</c>, orthogonalized against <c>v_0..v_k</c> by modified Gram-Schmidt, is <c>h v_{k+1}</c>;
/// <c>x = x_0 + M^-1 V y</c> with <c>y</c> minimizing <c>||beta e_1 - H y||</c>. The preconditioner acts from the right, so
/// that the residual is that of the system itself. The iterate is formed only when somebody asks for it.</para>
/// <para>Needs <c>A</c> only, and <c>M</c> that stays the same; for one that changes see <see cref="FlexibleGmres"/>.</para>
/// <para>Storage, with <c>m</c> the smaller of restart length and <c>n</c>: (m + 2)n beside x, (m + 3)n with a
/// preconditioner. Work in step <c>k</c> of a cycle: one product, one preconditioner, <c>k</c> dots and <c>k</c> updates,
/// twice as many where a vector loses more than a digit; the first step after a restart makes one product and applies the
/// preconditioner once more. Forming an iterate for verification is not counted.</para>
/// <para>An instance whose space is exhausted (a product that adds no direction) has its solution or, for singular <c>A</c>,
/// ends with <see cref="Termination.Breakdown"/>; restarts that bring nothing end with <see cref="Termination.Stagnated"/>.</para>
/// <para>Not checked: that <c>A</c> is nonsingular, that <c>M</c> is linear.</para>
/// <para>Saad and Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856-869, doi:10.1137/0907058.</para>
/// </remarks>
public sealed class Gmres : IIteration<LinearSystem>
{
    private readonly int _restart;

    /// <summary>Creates the method.</summary>
    /// <param name="restart">After how many steps a cycle ends and its basis is dropped.</param>
    /// <exception cref="ArgumentOutOfRangeException">The restart length is not positive.</exception>
    public Gmres(int restart = 30)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(restart);
        _restart = restart;
    }

    /// <inheritdoc/>
    public string Name => $"GMRES({_restart})";

    /// <inheritdoc/>
    public WorkspaceShape Shape(LinearSystem problem)
    {
        Arnoldi arnoldi = ArnoldiOf(problem);
        return new WorkspaceShape(arnoldi.Length + (problem.Preconditioner is null ? 2 : 3), arnoldi.Scalars);
    }

    /// <inheritdoc/>
    public void Initialize(LinearSystem problem, Workspace workspace, bool startsAtZero)
    {
        Arnoldi arnoldi = ArnoldiOf(problem);
        workspace.Iterate.CopyTo(workspace.Vector(Start(arnoldi)));
        LinearSteps.StartResidual(problem, workspace, startsAtZero, workspace.Vector(0));
        arnoldi.Start(workspace);
    }

    /// <inheritdoc/>
    public void Step(LinearSystem problem, Workspace workspace)
    {
        Arnoldi arnoldi = ArnoldiOf(problem);
        if (ArnoldiOf(problem).Columns(workspace) == arnoldi.Length)
        {
            FormIterate(problem, workspace);
            workspace.PreconditionerApplications += problem.Preconditioner is null ? 0 : 1;
            Initialize(problem, workspace, startsAtZero: false);
        }

        int k = ArnoldiOf(problem).Columns(workspace);
        Batch z = LinearSteps.Precondition(problem, workspace, workspace.Vector(k), Start(arnoldi) + 1);
        LinearSteps.Product(problem, workspace, z, workspace.Vector(k + 1));
        arnoldi.Extend(workspace);
    }

    /// <inheritdoc/>
    public void FormIterate(LinearSystem problem, Workspace workspace)
    {
        Arnoldi arnoldi = ArnoldiOf(problem);
        arnoldi.Solve(workspace);
        int columns = ArnoldiOf(problem).Columns(workspace);
        Batch x = workspace.Iterate;
        workspace.Vector(Start(arnoldi)).CopyTo(x);
        if (columns == 0)
        {
            return;
        }

        if (problem.Preconditioner is null)
        {
            for (int i = 0; i < columns; i++)
            {
                BatchKernels.MultiplyAdd(arnoldi.Coordinate(workspace, i), workspace.Vector(i), x, x);
            }

            return;
        }

        // The vector after the newest one is free, and at the end of a cycle the newest one is not needed either.
        Batch u = workspace.Vector(Math.Min(columns + 1, arnoldi.Length)), z = workspace.Vector(Start(arnoldi) + 1);
        BatchKernels.Multiply(arnoldi.Coordinate(workspace, 0), workspace.Vector(0), u);
        for (int i = 1; i < columns; i++)
        {
            BatchKernels.MultiplyAdd(arnoldi.Coordinate(workspace, i), workspace.Vector(i), u, u);
        }

        problem.Preconditioner.Apply(u, z);
        Kernels.Add<double>(x.Values, z.Values, x.Values);
    }

    private Arnoldi ArnoldiOf(LinearSystem problem) => new(Math.Min(_restart, problem.Components));

    /// <summary>The vector that keeps the iterate a cycle started from.</summary>
    private static int Start(Arnoldi arnoldi) => arnoldi.Length + 1;
}
