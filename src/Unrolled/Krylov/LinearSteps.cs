using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>The operations on a linear system that every method counts in the same way.</summary>
internal static class LinearSteps
{
    /// <summary><c>destination = A x</c>, counted.</summary>
    public static void Product(LinearSystem problem, Workspace workspace, Batch x, Batch destination)
    {
        problem.Operator.Apply(x, destination);
        workspace.Products++;
    }

    /// <summary><c>r = b - A x</c> for the iterate; a copy of <c>b</c>, and no product, where it is zero.</summary>
    public static void StartResidual(LinearSystem problem, Workspace workspace, bool startsAtZero, Batch r)
    {
        if (startsAtZero)
        {
            problem.RightHandSide.CopyTo(r);
            return;
        }

        Product(problem, workspace, workspace.Iterate, r);
        Kernels.Subtract<double>(problem.RightHandSide.Values, r.Values, r.Values);
    }

    /// <summary><c>destination = f(x) = A x - b</c>, counted as one product.</summary>
    public static void Function(LinearSystem problem, Workspace workspace, Batch x, Batch destination)
    {
        problem.Operator.Residual(x, problem.RightHandSide, destination);
        workspace.Products++;
    }

    /// <summary><c>f</c> of the iterate; <c>-b</c>, and no product, where it is zero.</summary>
    public static void StartFunction(LinearSystem problem, Workspace workspace, bool startsAtZero, Batch f)
    {
        if (startsAtZero)
        {
            Kernels.Multiply(-1.0, problem.RightHandSide.Values, f.Values);
            return;
        }

        Function(problem, workspace, workspace.Iterate, f);
    }

    /// <summary><c>M^-1 r</c>, counted, in the vector with the given index; <c>r</c> itself where there is no preconditioner.</summary>
    public static Batch Precondition(LinearSystem problem, Workspace workspace, Batch r, int index)
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
