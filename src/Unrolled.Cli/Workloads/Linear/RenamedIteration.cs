using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>A method under another name, for tables that hold it with two settings.</summary>
internal sealed class RenamedIteration(string name, IIteration<LinearSystem> method) : IIteration<LinearSystem>
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public WorkspaceShape Shape(LinearSystem problem) => method.Shape(problem);

    /// <inheritdoc/>
    public void Initialize(LinearSystem problem, Workspace workspace, bool startsAtZero) => method.Initialize(problem, workspace, startsAtZero);

    /// <inheritdoc/>
    public void Step(LinearSystem problem, Workspace workspace) => method.Step(problem, workspace);

    /// <inheritdoc/>
    public void FormIterate(LinearSystem problem, Workspace workspace) => method.FormIterate(problem, workspace);
}
