using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Learning;

/// <summary>The small problem has the loss of the large one, and its gradient.</summary>
public class KrylovCompressionTests
{
    public static TheoryData<string, int, int> Cases => new()
    {
        { "five-by-five", 4, 3 }, { "five-by-five", 2, 2 }, { "random-symmetric", 4, 3 }, { "random-symmetric", 3, 1 }, { "diffusion", 4, 2 },
        { "diffusion", 8, 1 }, { "convection-diffusion", 4, 2 }, { "convection-diffusion", 1, 5 }, { "nonsymmetric", 4, 3 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheLossIsTheSampledOne(string kind, int innerEvaluations, int iterations)
    {
        LinearSystem systems = Draw(kind, 40);
        KrylovCompression compression = KrylovCompression.Of(systems, (innerEvaluations * iterations) + 1);
        Assert.Equal(kind is not ("convection-diffusion" or "nonsymmetric"), compression.Symmetric);
        Assert.InRange(compression.Projected.Rows, 1, (innerEvaluations * iterations) + 1);
        AssertSameLoss(systems, compression.System, compression.Samples, innerEvaluations, iterations, kind == "random-symmetric" ? 0.15 : 1);
    }

    [Fact]
    public void FiveUnknownsGiveFiveNodes()
    {
        KrylovCompression compression = KrylovCompression.Of(Draw("five-by-five", 200), 13);
        (double[] nodes, double[] weights) = compression.Measure();
        Assert.Equal([0.5805, 0.6785, 1.0243, 1.0939, 1.5652], nodes.Select(n => Math.Round(n, 4)));
        Assert.Equal(compression.Norm * compression.Norm, weights.Sum(), 1e-9);
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(6, 2)]
    public void DecoupledSystemsHaveTheSameLoss(int innerEvaluations, int iterations)
    {
        LinearSystem systems = Draw("five-by-five", 40);
        LinearSystem decoupled = SpectralForm.Decouple(systems);
        Assert.Equal((1, 200), (decoupled.Components, decoupled.Instances));
        AssertSameLoss(systems, decoupled, 40, innerEvaluations, iterations, 1);
        Assert.Throws<ArgumentException>(() => SpectralForm.Decouple(Draw("nonsymmetric", 3)));
        Assert.Throws<ArgumentException>(() => SpectralForm.Decouple(Draw("random-symmetric", 3)));
    }

    internal static LinearSystem Draw(string kind, int instances) => kind switch
    {
        "five-by-five" => FixedMatrixFamily.FiveByFive().Draw(instances, new RandomStream(3)),
        "random-symmetric" => RandomSymmetricFamily.FiveByFive().Draw(instances, new RandomStream(3)),
        "diffusion" => new DiffusionFamily(grid: 8).Draw(instances, new RandomStream(3)),
        "convection-diffusion" => new ConvectionDiffusionFamily(grid: 8).Draw(instances, new RandomStream(3)),
        _ => UnrolledSystems.Create("dense", 7, instances),
    };

    private static void AssertSameLoss(LinearSystem systems, LinearSystem small, double samples, int innerEvaluations, int iterations, double scale)
    {
        double[] weights = Array.ConvertAll(UnrolledSystems.Weights(innerEvaluations), w => scale * w);
        double[] lossWeights = [.. Enumerable.Range(1, iterations).Select(k => Math.Pow(4, k))];
        double[] sampled = new double[weights.Length], compressed = new double[weights.Length];
        using var large = new UnrolledLinearLoss(systems, innerEvaluations, lossWeights, threads: 1);
        using var compact = new UnrolledLinearLoss(small, innerEvaluations, lossWeights, samples, threads: 1);
        double expected = large.Evaluate(weights, sampled);
        Assert.Equal(expected, compact.Evaluate(weights, compressed), 1e-12 * expected);
        UnrolledSystems.AssertClose(sampled, compressed, 1e-12);
    }
}
