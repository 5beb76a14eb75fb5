using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>
/// What inexact Newton methods share: Eisenstat and Walker's forcing terms (their second choice), a direction from an inner solver, and a
/// line search.
/// </summary>
/// <remarks>Vectors 0 to 3 are F, the direction, and the trial point with its F; those of the inner solver come after them.</remarks>
internal readonly struct InexactNewton<TInner>(TInner inner)
    where TInner : struct, IInnerSolver
{
    public const int FirstVector = 4, FirstScalar = 4;

    private const int F = 0, Direction = 1, Trial = 2;
    private const int Alpha = 0, Forcing = 2, Before = 3;
    private const double LargestForcing = 0.5, LeastForcing = 1e-8, Gamma = 0.9;

    public WorkspaceShape Shape(NonlinearSystem problem) =>
        new(FirstVector + inner.Vectors(problem), FirstScalar + inner.Scalars(problem) + problem.Operator.LinearizationComponents);

    public void Initialize(NonlinearSystem problem, Workspace workspace)
    {
        NonlinearSteps.Start(problem, workspace, workspace.Vector(F));
        workspace.Scalar(Forcing).Fill(LargestForcing);
        workspace.Scalar(Before).Fill(double.NaN);
    }

    public void Step(NonlinearSystem problem, Workspace workspace)
    {
        Batch f = workspace.Vector(F), d = workspace.Vector(Direction);
        Batch linearization = workspace.Scalars(FirstScalar + inner.Scalars(problem), problem.Operator.LinearizationComponents);
        ChooseForcing(workspace);
        NonlinearSteps.Linearize(problem, workspace, linearization);
        inner.Solve(problem, workspace, linearization, f, workspace.Scalar(Forcing), d);
        workspace.ResidualNorms.CopyTo(workspace.Scalar(Before));
        if (new Backtracking(Trial, Trial + 1, Alpha).Run(problem, workspace, d, f))
        {
            return;
        }

        Span<double> alpha = workspace.Scalar(Alpha);
        for (int s = 0; s < alpha.Length; s++)
        {
            if (alpha[s] == 0)
            {
                workspace.Fail(s, Termination.Stagnated);
            }
        }
    }

    private static void ChooseForcing(Workspace workspace)
    {
        Span<double> eta = workspace.Scalar(Forcing);
        ReadOnlySpan<double> before = workspace.Scalar(Before), norms = workspace.ResidualNorms;
        for (int s = 0; s < eta.Length; s++)
        {
            double ratio = norms[s] / before[s], kept = Gamma * eta[s] * eta[s], chosen = Gamma * ratio * ratio;
            chosen = kept > 0.1 ? Math.Max(kept, chosen) : chosen;
            eta[s] = double.IsFinite(chosen) ? Math.Clamp(chosen, LeastForcing, LargestForcing) : LargestForcing;
        }
    }
}
