using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Krylov;
using Unrolled.Learning;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Certification;

public class SpectralContractionTests
{
    [Theory]
    [InlineData("five-by-five", 4)]
    [InlineData("diffusion", 4)]
    [InlineData("diffusion", 16)]
    [InlineData("diffusion", 32)]
    public void ATrainedMethodIsCertifiedAndAWorseOneIsNot(string kind, int innerEvaluations)
    {
        (LearnedKrylov method, double low, double high) = Trained(kind, innerEvaluations);
        Certificate certificate = SpectralContraction.Verify(method, low, high);
        Assert.True(certificate.Holds);
        Assert.InRange(certificate.Value, Largest(method, low, high), 1 - 1e-12);

        int refused = 0, tried = 0;
        for (int changed = 0; changed < method.Weights.Length; changed += 1 + (innerEvaluations / 5))
        {
            foreach (double factor in new[] { 0.9, 1.1 })
            {
                double[] weights = method.Weights.ToArray();
                weights[changed] *= factor;
                var other = new LearnedKrylov(weights);
                Certificate verdict = SpectralContraction.Verify(other, low, high);
                double largest = Largest(other, low, high);
                Assert.True(verdict.Value >= largest * (1 - 1e-12), $"weight {changed}: {verdict.Value} is below {largest}");
                Assert.False(verdict.Holds && largest >= 1);
                refused += verdict.Holds ? 0 : 1;
                tried++;
            }
        }

        Assert.True(innerEvaluations < 16 || refused > tried / 2, $"only {refused} of {tried} are refused");
        double[] grown = method.Weights.ToArray();
        grown[^1] *= 1000;
        Assert.False(SpectralContraction.Verify(new LearnedKrylov(grown), low, high).Holds);
        Assert.False(SpectralContraction.Verify(method, low, 2 * high).Holds);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-0.1, 1)]
    [InlineData(2, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0.1, double.NaN)]
    [InlineData(0.1, double.PositiveInfinity)]
    public void AnIntervalThatIsNoneIsRefused(double low, double high)
    {
        Certificate certificate = SpectralContraction.Verify(LearnedKrylov.FromSteps(0.5), low, high);
        Assert.False(certificate.Holds);
        Assert.True(double.IsFinite(certificate.Value));
    }

    [Fact]
    public void WhatOverflowsIsRefused()
    {
        double[] weights = new double[LearnedKrylov.WeightCount(6)];
        Array.Fill(weights, 1e200);
        Certificate certificate = SpectralContraction.Verify(new LearnedKrylov(weights), 0.1, 1);
        Assert.False(certificate.Holds);
        Assert.Equal(double.MaxValue, certificate.Value);
    }

    /// <summary>|1 - w t| below 1 on [l, L] exactly where w is in (0, 2/L).</summary>
    [Theory]
    [InlineData(0.999, true)]
    [InlineData(1.001, false)]
    [InlineData(0.001, true)]
    [InlineData(0, false)]
    [InlineData(-0.001, false)]
    public void RichardsonsConditionIsFound(double part, bool holds) =>
        Assert.Equal(holds, SpectralContraction.Verify(LearnedKrylov.FromSteps(2 * part / 3), 1e-3, 3).Holds);

    /// <summary>A spectrum that begins near 0, where q is 1 but for a hair.</summary>
    [Fact]
    public void ALongIntervalIsCertifiedToo()
    {
        LearnedKrylov method = LearnedKrylov.FromSteps(Chebyshev.Steps(1e-3, 1, 16));
        Assert.True(SpectralContraction.Verify(method, 1e-8, 1).Holds);
        Assert.False(SpectralContraction.Verify(method, 1e-8, 1.02).Holds);
    }

    private static (LearnedKrylov Method, double Low, double High) Trained(string kind, int innerEvaluations)
    {
        IProblemFamily<LinearSystem> family = kind == "diffusion" ? new DiffusionFamily(grid: 10) : FixedMatrixFamily.FiveByFive();
        using var training = new LinearTraining(family, new LinearTrainingOptions { InnerEvaluations = innerEvaluations, OuterIterations = 1, Instances = 30 });
        training.Advance();
        (double low, double high) = training.Spectrum!.Value;
        return (training.Method, low, high);
    }

    private static double Largest(LearnedKrylov method, double low, double high)
    {
        double largest = 0;
        for (int i = 0; i <= 2000; i++)
        {
            largest = Math.Max(largest, Math.Abs(method.ResidualPolynomial(low + ((high - low) * i / 2000))));
        }

        return largest;
    }
}
