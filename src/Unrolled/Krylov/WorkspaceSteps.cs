using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>
/// Runs an R2N2 step on a workspace. Vectors 0 and 1 are the displaced points, 2 + l mod window is <c>v_l</c>, and with a
/// preconditioner the last one is <c>f</c> before it is preconditioned.
/// </summary>
internal readonly struct WorkspaceSteps(LinearSystem problem, Workspace workspace, double[] weights, int window) : IResidualSteps
{
    private const int FirstTerm = 2;

    /// <summary>The vectors needed beside the iterate.</summary>
    public static int Vectors(LinearSystem problem, int window) => FirstTerm + window + (problem.Preconditioner is null ? 0 : 1);

    /// <summary>Where <c>f(x)</c> is left for the residual norm and the next step.</summary>
    public Batch Residual => workspace.Vector(problem.Preconditioner is null ? FirstTerm : FirstTerm + window);

    /// <summary><c>v_0 = M^-1 f(x)</c> from the <c>f(x)</c> that the step before left.</summary>
    public void Start()
    {
        if (problem.Preconditioner is not null)
        {
            LinearSteps.Precondition(problem, workspace, Residual, FirstTerm);
        }
    }

    /// <inheritdoc/>
    public void Function(int point, int term)
    {
        int destination = FirstTerm + (term % window);
        if (problem.Preconditioner is null)
        {
            LinearSteps.Function(problem, workspace, Point(point), workspace.Vector(destination));
            return;
        }

        LinearSteps.Function(problem, workspace, Point(point), Residual);
        LinearSteps.Precondition(problem, workspace, Residual, destination);
    }

    /// <inheritdoc/>
    public unsafe void Combine(int start, int firstWeight, int firstTerm, int terms, int destination)
    {
        double** v = stackalloc double*[terms];
        for (int l = 0; l < terms; l++)
        {
            v[l] = workspace.Vector(FirstTerm + ((firstTerm + l) % window)).Pointer;
        }

        Batch from = Point(start), to = Point(destination);
        fixed (double* c = &weights[firstWeight])
        {
            CombinationKernels.Combine(from.Pointer, c, v, terms, to.Pointer, to.Length);
        }
    }

    /// <inheritdoc/>
    public void Relax(int point, int weight, int destination)
    {
        problem.Operator.Relax(weights[weight], Point(point), problem.RightHandSide, Point(destination));
        workspace.Products++;
    }

    private Batch Point(int number) => number == 0 ? workspace.Iterate : workspace.Vector(number - 1);
}
