using Unrolled.Learning;

namespace Unrolled.Tests.Learning;

/// <summary>Runs by itself, because it counts the bytes of the whole process.</summary>
[CollectionDefinition(nameof(UnrolledLinearLossMemoryTests), DisableParallelization = true)]
[Collection(nameof(UnrolledLinearLossMemoryTests))]
public class UnrolledLinearLossMemoryTests
{
    [Theory]
    [InlineData("dense", 5, 300, 1, null)]
    [InlineData("dense", 5, 300, 2, null)]
    [InlineData("each", 1, 300, 1, null)]
    [InlineData("stencil", 6, 100, 2, null)]
    [InlineData("stencil", 6, 100, 2, 2)]
    [InlineData("sparse", 12, 300, 2, null)]
    public void AnEvaluationAllocatesNothing(string kind, int unknowns, int instances, int threads, int? checkpointEvery)
    {
        using UnrolledLinearLoss loss = UnrolledLinearLossTests.Loss(UnrolledSystems.Create(kind, unknowns, instances), 4, 3, threads, checkpointEvery);
        double[] weights = UnrolledSystems.Weights(4), gradient = new double[weights.Length];
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 20 && least > 0; attempt++)
        {
            // what the test host allocates meanwhile is not the loss's: one quiet attempt is enough
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 20; i++)
            {
                loss.Evaluate(weights, gradient);
            }

            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);
    }
}
