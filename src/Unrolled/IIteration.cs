namespace Unrolled;

/// <summary>
/// An iterative method: a recurrence <c>x(k+1) = Step(x(k); problem)</c> with weights that do not change from step to
/// step. Immutable, without memory of its own; <see cref="Solver"/> owns everything else.
/// </summary>
/// <typeparam name="TProblem">The problems it is for.</typeparam>
public interface IIteration<in TProblem>
{
    /// <summary>The method's usual name with what sets it apart, for tables: <c>GMRES(30)</c>.</summary>
    string Name { get; }

    /// <summary>The memory a run needs.</summary>
    WorkspaceShape Shape(TProblem problem);

    /// <summary>
    /// Prepares a run from the iterate that stands in the workspace and writes the first residual norms.
    /// Vectors and scalars hold arbitrary numbers before.
    /// </summary>
    /// <param name="problem">The problem.</param>
    /// <param name="workspace">The memory of the run.</param>
    /// <param name="startsAtZero">Whether the iterate is zero, so that its residual costs no product.</param>
    void Initialize(TProblem problem, Workspace workspace, bool startsAtZero);

    /// <summary>Takes one step and writes the residual norms after it.</summary>
    void Step(TProblem problem, Workspace workspace);

    /// <summary>
    /// Brings <see cref="Workspace.Iterate"/> up to date. Methods that know their residual without forming their iterate
    /// (GMRES) do so here, and can go on stepping afterwards; for all others there is nothing to do.
    /// </summary>
    void FormIterate(TProblem problem, Workspace workspace)
    {
    }
}
