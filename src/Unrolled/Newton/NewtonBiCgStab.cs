using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>Inexact Newton as <see cref="NewtonKrylov"/>, with at most m steps of BiCGStab inside: storage that does not grow with m.</summary>
/// <remarks>
/// Forcing terms, line search, terminations and counting as with <see cref="NewtonKrylov"/>. Work per step: two products with J for each
/// inner step, one evaluation, more where the line search cuts. Storage beside x: 10 vectors. Where BiCGStab breaks down, or does not reach
/// eta in m steps, its last direction is taken; the line search decides what it is worth.
/// </remarks>
public sealed class NewtonBiCgStab : IIteration<NonlinearSystem>
{
    private readonly int _inner;
    private readonly InexactNewton<InnerBiCgStab> _newton;

    /// <summary>Creates the method.</summary>
    /// <param name="innerIterations">m, the most steps of BiCGStab for a Newton step.</param>
    /// <exception cref="ArgumentOutOfRangeException">m is not positive.</exception>
    public NewtonBiCgStab(int innerIterations = 30)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(innerIterations);
        _inner = innerIterations;
        _newton = new(new InnerBiCgStab(innerIterations, InexactNewton<InnerBiCgStab>.FirstVector, InexactNewton<InnerBiCgStab>.FirstScalar));
    }

    /// <inheritdoc/>
    public string Name => $"Newton-BiCGStab({_inner})";

    /// <inheritdoc/>
    public WorkspaceShape Shape(NonlinearSystem problem) => _newton.Shape(problem);

    /// <inheritdoc/>
    public void Initialize(NonlinearSystem problem, Workspace workspace, bool startsAtZero) => _newton.Initialize(problem, workspace);

    /// <inheritdoc/>
    public void Step(NonlinearSystem problem, Workspace workspace) => _newton.Step(problem, workspace);
}
