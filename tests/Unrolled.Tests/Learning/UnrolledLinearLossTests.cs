using Unrolled.Krylov;
using Unrolled.Krylov.Preconditioners;
using Unrolled.Learning;
using Unrolled.Problems;

namespace Unrolled.Tests.Learning;

public class UnrolledLinearLossTests
{
    /// <summary>Numbers of instances with whole chunks only, with a narrower last one, and of less than one register.</summary>
    [Theory]
    [InlineData("dense", 1, 37, 3, 2)]
    [InlineData("dense", 2, 48, 4, 2)]
    [InlineData("dense", 3, 7, 4, 3)]
    [InlineData("dense", 4, 64, 5, 2)]
    [InlineData("dense", 5, 133, 4, 3)]
    [InlineData("symmetric", 5, 96, 4, 3)]
    [InlineData("dense", 6, 80, 6, 2)]
    [InlineData("symmetric", 7, 100, 2, 3)]
    [InlineData("dense", 8, 75, 3, 3)]
    [InlineData("dense", 9, 48, 4, 2)]
    [InlineData("symmetric", 9, 50, 1, 4)]
    [InlineData("each", 1, 43, 4, 3)]
    [InlineData("each", 5, 61, 4, 2)]
    [InlineData("sparse", 12, 30, 4, 2)]
    [InlineData("sparse each", 12, 9, 3, 2)]
    [InlineData("stencil", 4, 31, 5, 2)]
    [InlineData("convection", 4, 31, 4, 2)]
    public void TheGradientIsThatOfCentralDifferences(string kind, int unknowns, int instances, int innerEvaluations, int iterations)
    {
        LinearSystem systems = UnrolledSystems.Create(kind, unknowns, instances);
        double[] weights = UnrolledSystems.Weights(innerEvaluations), gradient = new double[weights.Length], ignored = new double[weights.Length];
        using UnrolledLinearLoss loss = Loss(systems, innerEvaluations, iterations);
        loss.Evaluate(weights, gradient);
        UnrolledSystems.AssertClose(UnrolledSystems.Differences(w => loss.Evaluate(w, ignored), weights), gradient, 2e-8);
    }

    [Theory]
    [InlineData("dense", 5, 133, 4, 3)]
    [InlineData("dense", 9, 31, 3, 4)]
    [InlineData("each", 1, 43, 4, 3)]
    [InlineData("sparse", 12, 30, 6, 3)]
    [InlineData("stencil", 6, 31, 8, 2)]
    [InlineData("convection", 6, 31, 4, 3)]
    public void TheLossIsMadeOfTheResidualsOfTheRun(string kind, int unknowns, int instances, int innerEvaluations, int iterations)
    {
        LinearSystem systems = UnrolledSystems.Create(kind, unknowns, instances);
        double[] weights = UnrolledSystems.Weights(innerEvaluations);
        double expected = 0;
        for (int k = 1; k <= iterations; k++)
        {
            Solution run = Solver.Solve(new LearnedKrylov(weights), systems, StoppingCriterion.Iterations(k));
            expected += Math.Pow(4, k) * run.Outcomes.ToArray().Sum(o => o.Residual * o.Residual) / instances;
        }

        using UnrolledLinearLoss loss = Loss(systems, innerEvaluations, iterations);
        Assert.Equal(expected, loss.Evaluate(weights, new double[weights.Length]), 1e-13 * expected);
    }

    [Theory]
    [InlineData("dense", 5, 500, null)]
    [InlineData("stencil", 6, 100, null)]
    [InlineData("stencil", 6, 100, 2)]
    public void TheBitsDoNotDependOnTheThreads(string kind, int unknowns, int instances, int? checkpointEvery)
    {
        LinearSystem systems = UnrolledSystems.Create(kind, unknowns, instances);
        double[] weights = UnrolledSystems.Weights(4);
        (double, double[])? first = null;
        for (int threads = 1; threads <= 3; threads++)
        {
            using UnrolledLinearLoss loss = Loss(systems, 4, 5, threads, checkpointEvery);
            for (int repetition = 0; repetition < 20; repetition++)
            {
                double[] gradient = new double[weights.Length];
                double value = loss.Evaluate(weights, gradient);
                first ??= (value, gradient);
                Assert.Equal(first.Value.Item1, value);
                Assert.Equal(first.Value.Item2, gradient);
            }
        }
    }

    [Theory]
    [InlineData("dense", 5, 133)]
    [InlineData("stencil", 6, 31)]
    public void CheckpointsChangeNothingButTheMemory(string kind, int unknowns, int instances)
    {
        LinearSystem systems = UnrolledSystems.Create(kind, unknowns, instances);
        double[] weights = UnrolledSystems.Weights(3), gradient = new double[weights.Length], expected = new double[weights.Length];
        using UnrolledLinearLoss whole = Loss(systems, 3, 9), checkpointed = Loss(systems, 3, 9, checkpointEvery: 3);
        double loss = whole.Evaluate(weights, expected);
        Assert.Equal(loss, checkpointed.Evaluate(weights, gradient), 1e-14 * loss);
        UnrolledSystems.AssertClose(expected, gradient, 1e-12);
    }

    [Fact]
    public void WrongUseIsRefused()
    {
        LinearSystem systems = UnrolledSystems.Create("sparse", 12, 3);
        Assert.Throws<ArgumentException>(() => new UnrolledLinearLoss(systems.PreconditionedBy(Preconditioner.Create("jacobi", systems.Operator)!), 2, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnrolledLinearLoss(systems, 0, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnrolledLinearLoss(systems, 2, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss(systems, 2, 3, checkpointEvery: 0));
    }

    internal static UnrolledLinearLoss Loss(LinearSystem systems, int innerEvaluations, int iterations, int threads = 1, int? checkpointEvery = null) =>
        new(systems, innerEvaluations, [.. Enumerable.Range(1, iterations).Select(k => Math.Pow(4, k))], threads: threads, checkpointEvery: checkpointEvery);
}
