using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>
/// GMRES for a preconditioner that may change from step to step or be nonlinear: an inner iteration, a learned method.
/// Each iterate minimizes the true residual norm over the preconditioned directions of its cycle.
/// </summary>
/// <remarks>
/// <para><c>z_k = M_k^-1 v_k</c> is kept; <c>w = A z_k</c>, orthogonalized against <c>v_0..v_k</c>, is <c>h v_{k+1}</c>;
/// <c>x = x_0 + Z y</c> with <c>y</c> minimizing <c>||beta e_1 - H y||</c>. Without a preconditioner, and with the same restart
/// length, it is <see cref="Gmres"/> to the bit.</para>
/// <para>Needs <c>A</c> only.</para>
/// <para>Storage, with <c>m</c> the smaller of restart length and <c>n</c>: (2m + 2)n beside x, (m + 2)n without a
/// preconditioner. Work in step <c>k</c> of a cycle: one product, one preconditioner, <c>k</c> dots and <c>k</c> updates,
/// twice as many where a vector loses more than a digit; the first step after a restart makes one product more.</para>
/// <para>Ends as <see cref="Gmres"/> does. An exhausted space does not imply the solution here when the directions
/// <c>z</c> are dependent: that, too, is <see cref="Termination.Breakdown"/>.</para>
/// <para>Not checked: that <c>A</c> is nonsingular.</para>
/// <para>Saad, SIAM J. Sci. Comput. 14 (1993) 461-469, doi:10.1137/0914028.</para>
/// </remarks>
public sealed class FlexibleGmres : IIteration<LinearSystem>
{
    private readonly int _restart;

    /// <summary>Creates the method.</summary>
    /// <param name="restart">After how many steps a cycle ends and its basis is dropped.</param>
    /// <exception cref="ArgumentOutOfRangeException">The restart length is not positive.</exception>
    public FlexibleGmres(int restart = 30)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(restart);
        _restart = restart;
    }

    /// <inheritdoc/>
    public string Name => $"FGMRES({_restart})";

    /// <inheritdoc/>
    public WorkspaceShape Shape(LinearSystem problem)
    {
        Arnoldi arnoldi = ArnoldiOf(problem);
        return new WorkspaceShape(((problem.Preconditioner is null ? 1 : 2) * arnoldi.Length) + 2, arnoldi.Scalars);
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
            Initialize(problem, workspace, startsAtZero: false);
        }

        int k = ArnoldiOf(problem).Columns(workspace);
        Batch z = LinearSteps.Precondition(problem, workspace, workspace.Vector(k), Start(arnoldi) + 1 + k);
        LinearSteps.Product(problem, workspace, z, workspace.Vector(k + 1));
        arnoldi.Extend(workspace);
    }

    /// <inheritdoc/>
    public void FormIterate(LinearSystem problem, Workspace workspace)
    {
        Arnoldi arnoldi = ArnoldiOf(problem);
        arnoldi.Solve(workspace);
        Batch x = workspace.Iterate;
        workspace.Vector(Start(arnoldi)).CopyTo(x);
        int directions = problem.Preconditioner is null ? 0 : Start(arnoldi) + 1;
        for (int i = 0; i < ArnoldiOf(problem).Columns(workspace); i++)
        {
            BatchKernels.MultiplyAdd(arnoldi.Coordinate(workspace, i), workspace.Vector(directions + i), x, x);
        }
    }

    private Arnoldi ArnoldiOf(LinearSystem problem) => new(Math.Min(_restart, problem.Components));

    /// <summary>The vector that keeps the iterate a cycle started from.</summary>
    private static int Start(Arnoldi arnoldi) => arnoldi.Length + 1;
}
