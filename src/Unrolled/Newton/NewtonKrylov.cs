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
/// Storage beside x: m + 6 vectors; <see cref="NewtonBiCgStab"/> needs 10 whatever m is.</para>
/// <para>S. C. Eisenstat and H. F. Walker, SIAM J. Sci. Comput. 17 (1996) 16-32, doi:10.1137/0917003; D. A. Knoll and D. E. Keyes,
/// J. Comput. Phys. 193 (2004) 357-397, doi:10.1016/j.jcp.2003.08.010.</para>
/// </remarks>
public sealed class NewtonKrylov : IIteration<NonlinearSystem>
{
    private readonly int _inner;
    private readonly InexactNewton<InnerGmres> _newton;

    /// <summary>Creates the method.</summary>
    /// <param name="innerIterations">m, the most steps of GMRES for a Newton step.</param>
    /// <exception cref="ArgumentOutOfRangeException">m is not positive.</exception>
    public NewtonKrylov(int innerIterations = 30)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(innerIterations);
        _inner = innerIterations;
        _newton = new(new InnerGmres(innerIterations, InexactNewton<InnerGmres>.FirstVector, InexactNewton<InnerGmres>.FirstScalar));
    }

    /// <inheritdoc/>
    public string Name => $"Newton-GMRES({_inner})";

    /// <inheritdoc/>
    public WorkspaceShape Shape(NonlinearSystem problem) => _newton.Shape(problem);

    /// <inheritdoc/>
    public void Initialize(NonlinearSystem problem, Workspace workspace, bool startsAtZero) => _newton.Initialize(problem, workspace);

    /// <inheritdoc/>
    public void Step(NonlinearSystem problem, Workspace workspace) => _newton.Step(problem, workspace);
}
