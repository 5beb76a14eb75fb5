using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>The operations on a nonlinear system that every method counts in the same way.</summary>
internal static class NonlinearSteps
{
    /// <summary><c>destination = F(x)</c>, counted for every instance.</summary>
    public static void Function(NonlinearSystem problem, Workspace workspace, Batch x, Batch destination)
    {
        problem.Operator.Evaluate(x, destination);
        workspace.Products++;
    }

    /// <summary><c>F</c> of the iterate and its norms: how every method begins.</summary>
    public static void Start(NonlinearSystem problem, Workspace workspace, Batch f)
    {
        Function(problem, workspace, workspace.Iterate, f);
        BatchKernels.Norm(f, workspace.ResidualNorms);
    }

    /// <summary>What products with J at the iterate share; its cost is counted for every instance.</summary>
    public static void Linearize(NonlinearSystem problem, Workspace workspace, Batch linearization)
    {
        problem.Operator.Linearize(workspace.Iterate, linearization);
        workspace.Products += problem.Operator.LinearizationCost;
    }

    /// <summary><c>M^-1 r</c>, counted, in the vector with the given index; <c>r</c> itself where there is no preconditioner.</summary>
    public static Batch Precondition(NonlinearSystem problem, Workspace workspace, Batch r, int index)
    {
        if (problem.Preconditioner is null)
        {
            return r;
        }

        Batch z = workspace.Vector(index);
        problem.Preconditioner.Apply(r, z);
        workspace.PreconditionerApplications++;
        return z;
    }
}
