using Unrolled.Deployment;
using Unrolled.Deployment.Linear;
using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Deployment.Linear;

/// <summary>CG stands around a learned polynomial only where its own numbers prove that it may; what a file says about them is not asked.</summary>
public class OuterIterationTests
{
    private static readonly ValidRange Trained = new(LearnedLinear.Spectrum, 0.5, 1.5);

    private static readonly LearnedKrylov Contracting = LearnedKrylov.FromSteps(1, 1), Expanding = LearnedKrylov.FromSteps(5);

    [Fact]
    public void AContractingPolynomialInsideItsIntervalAllowsCg()
    {
        OuterIteration outer = OuterIteration.For(Contracting, Trained, Diagonal(0.6, 1, 1.4));
        Assert.IsType<ConjugateGradient>(outer.Method);
        Assert.Null(outer.ReasonForGmres);
        Assert.Equal(0.6, outer.Spectrum!.Value.Smallest, 1e-9);
        Assert.Empty(outer.Outside);
    }

    [Fact]
    public void ASmallerEigenvalueThanInTrainingIsAllowedAndSaid()
    {
        OuterIteration outer = OuterIteration.For(Contracting, Trained, Diagonal(0.1, 1, 1.4));
        Assert.IsType<ConjugateGradient>(outer.Method);
        Assert.Equal(0.1, Assert.Single(outer.Outside).Value, 1e-9);
    }

    [Fact]
    public void EverythingElseTakesFgmresAndSaysWhy()
    {
        SparseOperator inside = Diagonal(0.6, 1, 1.4), undeclared = new(Matrix(0.6, 1, 1.4));
        Check("declared", OuterIteration.For(Contracting, Trained, undeclared));
        Check("nothing certifies", OuterIteration.For(Expanding, Trained, inside));
        Check("nothing certifies", OuterIteration.For(Contracting, null, inside));
        Check("nothing certifies", OuterIteration.For(Contracting, Trained with { Low = 0 }, inside));
        Check("outside the model's [0.5, 1.5]", OuterIteration.For(Contracting, Trained, Diagonal(0.6, 1, 1.9)));
        Check("outside the model's [0.5, 1.5]", OuterIteration.For(Contracting, Trained, Diagonal(-0.2, 1, 1.4)));
        Check("preconditioned", OuterIteration.For(Contracting, Trained, inside, inside));
    }

    private static void Check(string reason, OuterIteration outer)
    {
        Assert.IsType<FlexibleGmres>(outer.Method);
        Assert.Contains(reason, outer.ReasonForGmres, StringComparison.Ordinal);
    }

    private static SparseOperator Diagonal(params double[] entries) => new(Matrix(entries), OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite);

    private static SparseMatrix Matrix(params double[] entries) =>
        SparseMatrix.FromTriplets(entries.Length, entries.Length, [.. Enumerable.Range(0, entries.Length)], [.. Enumerable.Range(0, entries.Length)], entries);
}
