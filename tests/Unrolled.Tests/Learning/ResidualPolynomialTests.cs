using System.Numerics;
using Unrolled.Krylov;
using Unrolled.Learning;
using Unrolled.Numerics;

namespace Unrolled.Tests.Learning;

public class ResidualPolynomialTests
{
    [Theory]
    [InlineData("five-by-five", 5)]
    [InlineData("random-symmetric", 6)]
    [InlineData("diffusion", 32)]
    public void RootsForPositiveSpectraAreRealPositiveAndDistinct(string kind, int largest)
    {
        KrylovCompression training = KrylovCompression.Of(KrylovCompressionTests.Draw(kind, 40), (2 * largest) + 1);
        (double[] nodes, _) = training.Measure();
        double before = double.PositiveInfinity;
        for (int degree = 1; degree <= largest; degree++)
        {
            Complex[] roots = ResidualPolynomialFit.Roots(training, degree);
            double[] real = [.. roots.Select(r => r.Real).Order()];
            Assert.Equal(degree, roots.Length);
            Assert.All(roots, r => Assert.Equal(0, r.Imaginary));
            Assert.True(real[0] >= nodes[0] * (1 - 1e-12) && real[^1] <= nodes[^1] * (1 + 1e-12));
            Assert.All(real.Zip(real.Skip(1)), pair => Assert.True(pair.Second - pair.First > 1e-9 * real[^1]));
            double loss = Loss(training, roots);
            Assert.True(loss < before, $"degree {degree}: {loss} after {before}"); // nested spaces
            before = loss;
        }
    }

    /// <summary>The best polynomial by definition: no small change of its coefficients does better.</summary>
    [Theory]
    [InlineData("five-by-five", 3)]
    [InlineData("diffusion", 5)]
    [InlineData("convection-diffusion", 4)]
    [InlineData("nonsymmetric", 4)]
    public void TheFitIsStationary(string kind, int degree)
    {
        LearnedKrylov best = LearnedKrylov.FromRoots(ResidualPolynomialFit.Roots(KrylovCompression.Of(KrylovCompressionTests.Draw(kind, 40), (2 * degree) + 1), degree));
        using var loss = new UnrolledLinearLoss(KrylovCompressionTests.Draw(kind, 40), degree, [1], threads: 1);
        double[] gradient = new double[loss.ParameterCount];
        double least = loss.Evaluate(best.Weights, gradient);
        Assert.All(gradient, g => Assert.Equal(0, g, 1e-9 * Math.Max(1, least)));
    }

    /// <summary>A measure that leaves out parts of the interval, where a polynomial free to grow would.</summary>
    [Theory]
    [InlineData(0.5, 1.0)]
    [InlineData(0.9, 2.0)]
    [InlineData(0.01, 0.1)]
    [InlineData(1e-3, 2.0)]
    public void TheCapKeepsThePolynomialBelowOne(double from, double to)
    {
        const double low = 1e-3, high = 2;
        var stream = new RandomStream(4);
        double[] nodes = [.. Enumerable.Range(0, 60).Select(_ => stream.NextUniform(from, to)).Order()];
        double[] weights = [.. nodes.Select(_ => stream.NextUniform())];
        for (int degree = 1; degree <= 40; degree++)
        {
            Complex[] roots = GrowthCap.Roots(nodes, weights, degree, low, high);
            Assert.Equal(degree, roots.Length);
            Assert.True(Largest(roots, low, high) < 1, $"degree {degree}: {Largest(roots, low, high):r}");
        }
    }

    [Fact]
    public void WhereNothingGrowsTheCapChangesNothing()
    {
        (double[] nodes, double[] weights) = KrylovCompression.Of(KrylovCompressionTests.Draw("diffusion", 40), 33).Measure();
        for (int degree = 1; degree <= 16; degree++)
        {
            Complex[] free = ResidualPolynomialFit.Roots(nodes, weights, degree);
            if (Largest(free, nodes[0], nodes[^1]) < 0.99)
            {
                Assert.Equal(free, GrowthCap.Roots(nodes, weights, degree, nodes[0], nodes[^1]));
            }
        }
    }

    /// <summary>An interval so long that the polynomial has hardly fallen at its lower end must not switch the fit off.</summary>
    [Fact]
    public void ATinyLowestEigenvalueDoesNotRaiseTheCap()
    {
        double[] nodes = [.. Enumerable.Range(0, 200).Select(i => 1 - Math.Cos(Math.PI * (i + 0.5) / 200))], weights = new double[200];
        Array.Fill(weights, 1);
        Assert.Equal(ResidualPolynomialFit.Roots(nodes, weights, 4), GrowthCap.Roots(nodes, weights, 4, 1e-10, 2));
    }

    private static double Loss(KrylovCompression training, Complex[] roots)
    {
        (double[] nodes, double[] weights) = training.Measure();
        return nodes.Zip(weights, (t, w) => w * Math.Pow(roots.Aggregate(1.0, (q, r) => q * (1 - (t / r.Real))), 2)).Sum();
    }

    private static double Largest(Complex[] roots, double low, double high)
    {
        double largest = 0;
        for (int i = 0; i <= 20_000; i++)
        {
            double t = ((high + low) / 2) - ((high - low) / 2 * Math.Cos(Math.PI * i / 20_000));
            largest = Math.Max(largest, Math.Abs(roots.Aggregate(1.0, (q, r) => q * (1 - (t / r.Real)))));
        }

        return largest;
    }
}
