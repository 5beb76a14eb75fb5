using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Newton;

/// <summary>Where a learned step keeps its vectors in a workspace, and the weights of every instance.</summary>
/// <remarks>
/// Vector 0 is F at the iterate, 1 and 2 are displaced points, 3 .. 2 + n the evaluations v, 3 + n the iterate before the step; scalar 0
/// is the norm before the step, then come the polynomials and the weights where they depend on the instance.
/// </remarks>
internal readonly struct LearnedMemory(LearnedCoefficients coefficients)
{
    public const int F = 0, FirstTerm = 3;

    private const int FirstPoint = 1, FirstBasis = 1;

    public int Vectors => FirstTerm + coefficients.InnerEvaluations + 1;

    private int Before => FirstTerm + coefficients.InnerEvaluations;

    public int Scalars => FirstBasis + (coefficients.AreConstant ? 0 : coefficients.BasisLength + coefficients.Weights);

    /// <summary>The guard that keeps the state before a step here.</summary>
    public RateGuard Guard(double rate) => new(rate, Before, 0);

    private int FirstWeight => FirstBasis + coefficients.BasisLength;

    /// <summary>The polynomials at every instance; empty for constant weights.</summary>
    public Batch Basis(Workspace workspace) => workspace.Scalars(FirstBasis, coefficients.AreConstant ? 0 : coefficients.BasisLength);

    /// <summary>A weight of every instance, where weights depend on the instance.</summary>
    public Span<double> Weight(Workspace workspace, int weight) => workspace.Scalar(FirstWeight + weight);

    public Batch Point(Workspace workspace, int number) => number == 0 ? workspace.Iterate : workspace.Vector(FirstPoint + number - 1);

    public Batch Term(Workspace workspace, int term) => workspace.Vector(FirstTerm + term);

    /// <summary>Computes the weights of every instance, once for a run.</summary>
    public void Prepare(NonlinearSystem problem, Workspace workspace)
    {
        if (coefficients.AreConstant)
        {
            return;
        }

        Batch basis = Basis(workspace);
        coefficients.Basis(
            problem.Coordinates ?? throw new ArgumentException(
                $"the weights depend on {coefficients.Coordinates} coordinates of the family, the problem has none: see {nameof(NonlinearSystem)}.{nameof(NonlinearSystem.At)}"),
            basis);
        coefficients.At(basis, workspace.Scalars(FirstWeight, coefficients.Weights));
    }

    /// <summary><c>destination = start + sum_l theta[firstWeight + l] v_{firstTerm + l}</c>, one chain of fused operations.</summary>
    public unsafe void Combine(Workspace workspace, Batch start, int firstWeight, int firstTerm, int terms, Batch destination)
    {
        if (coefficients.AreConstant)
        {
            double** v = stackalloc double*[terms];
            for (int l = 0; l < terms; l++)
            {
                v[l] = Term(workspace, firstTerm + l).Pointer;
            }

            fixed (double* c = coefficients.Values[firstWeight..])
            {
                CombinationKernels.Combine(start.Pointer, c, v, terms, destination.Pointer, destination.Length);
            }

            return;
        }

        Batch from = start;
        for (int l = 0; l < terms; l++)
        {
            BatchKernels.MultiplyAdd(Weight(workspace, firstWeight + l), Term(workspace, firstTerm + l), from, destination);
            from = destination;
        }
    }

    /// <summary><c>v_term = M^-1 value</c>; a copy where there is no preconditioner.</summary>
    public void Precondition(NonlinearSystem problem, Workspace workspace, Batch value, int term)
    {
        if (problem.Preconditioner is null)
        {
            value.CopyTo(Term(workspace, term));
            return;
        }

        NonlinearSteps.Precondition(problem, workspace, value, FirstTerm + term);
    }
}
