using System.Numerics;
using Unrolled.Certification;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.Certification;

public class BinomialProportionTests
{
    /// <summary>Bounds that the equations p^n = alpha and 1 - (1-p)^n = alpha give in closed form.</summary>
    [Theory]
    [InlineData(459, 0.99)]
    [InlineData(299, 0.95)]
    [InlineData(1, 0.9)]
    [InlineData(100_000, 0.99)]
    public void ClosedForms(int n, double confidence)
    {
        double alpha = 1 - confidence;
        Assert.Equal(Math.Exp(Math.Log(alpha) / n), BinomialProportion.LowerBound(n, n, confidence), 1e-9);
        Assert.Equal(0, BinomialProportion.LowerBound(0, n, confidence));
        Assert.Equal(-Math.Exp(Math.Log(confidence) / n) + 1, BinomialProportion.LowerBound(1, n, confidence), 1e-9);
        Assert.Equal(1, BinomialProportion.UpperBound(n, n, confidence));
    }

    /// <summary>The published intervals of Clopper and Pearson's own example and of textbooks: both ends of 95 % intervals have 97.5 % each.</summary>
    [Theory]
    [InlineData(4, 20, 0.0573, 0.4366)]
    [InlineData(10, 10, 0.6915, 1)]
    [InlineData(8, 10, 0.4439, 0.9748)]
    [InlineData(5, 100, 0.0164, 0.1128)]
    public void PublishedIntervals(int k, int n, double low, double high)
    {
        Assert.Equal(low, BinomialProportion.LowerBound(k, n, 0.975), 1e-4);
        Assert.Equal(high, BinomialProportion.UpperBound(k, n, 0.975), 1e-4);
    }

    /// <summary>At the bound the tail of the binomial distribution, summed in fractions, is 1 - confidence and not more.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 17)]
    [InlineData(40, 41)]
    [InlineData(60, 120)]
    [InlineData(457, 459)]
    public void TheTailAtTheBoundIsWhatIsLeft(int k, int n)
    {
        foreach (double confidence in new[] { 0.5, 0.9, 0.99, 0.999999 })
        {
            double bound = BinomialProportion.LowerBound(k, n, confidence), left = 1 - confidence;
            double tail = Tail(k, n, bound);
            Assert.True(tail <= left, $"{tail:r} > {left:r}");
            Assert.Equal(1, tail / left, 1e-8);
        }
    }

    [Fact]
    public void TheIncompleteBetaFunctionIsTheTail()
    {
        RandomStream random = new(3);
        for (int trial = 0; trial < 60; trial++)
        {
            int n = 1 + random.NextIndex(80), k = 1 + random.NextIndex(n);
            double p = random.NextUniform();
            double exact = Tail(k, n, p), found = IncompleteBeta.Regularized(k, n - k + 1, p);
            Assert.True(Math.Abs(found - exact) <= 1e-13 * Math.Max(exact, 1e-3), $"I_{p}({k}, {n - k + 1}) = {found:r}, expected {exact:r}");
        }

        Assert.Equal(Math.Log(6), IncompleteBeta.LogarithmOfGamma(4), 1e-14);
        Assert.Equal(0.57236494292470008707, IncompleteBeta.LogarithmOfGamma(0.5), 1e-14);
        Assert.Equal(0.5, IncompleteBeta.Regularized(0.3, 0.3, 0.5), 1e-14);
        Assert.Equal(0.25, IncompleteBeta.Inverse(1, 1, 0.25), 1e-15);
    }

    [Theory]
    [InlineData(0.99, 0.99, 459)]
    [InlineData(0.99, 0.95, 299)]
    [InlineData(0.9, 0.99, 44)]
    public void TheFewestTrials(double probability, double confidence, int trials)
    {
        Assert.Equal(trials, BinomialProportion.TrialsFor(probability, confidence));
        Assert.True(BinomialProportion.LowerBound(trials, trials, confidence) >= probability - 1e-12);
        Assert.True(BinomialProportion.LowerBound(trials - 1, trials - 1, confidence) < probability);
        Assert.Equal(trials, ToleranceLimit.Rank(trials, probability, confidence));
        Assert.Equal(0, ToleranceLimit.Rank(trials - 1, probability, confidence));
    }

    /// <summary>With a known probability the bound lies above it in at most 1 % of the experiments; three standard deviations are allowed for the simulation.</summary>
    [Theory]
    [InlineData(0.5, 100)]
    [InlineData(0.97, 459)]
    [InlineData(0.995, 459)]
    public void CoverageBySimulation(double p, int n)
    {
        const int experiments = 2000;
        int wrong = 0;
        for (int e = 0; e < experiments; e++)
        {
            RandomStream random = new RandomStream(11).Split((ulong)e);
            int successes = 0;
            for (int i = 0; i < n; i++)
            {
                successes += random.NextUniform() < p ? 1 : 0;
            }

            wrong += BinomialProportion.LowerBound(successes, n, 0.99) > p ? 1 : 0;
        }

        Assert.InRange(wrong, 0, 20 + 13);
    }

    /// <summary>A limit that at least 99 % are to lie below leaves out more than 1 % in at most 1 % of the experiments; a mean bound errs as rarely.</summary>
    [Fact]
    public void LimitsAndMeansBySimulation()
    {
        const int experiments = 2000, n = 700;
        int below = 0, means = 0;
        double[] values = new double[n];
        for (int e = 0; e < experiments; e++)
        {
            RandomStream random = new RandomStream(12).Split((ulong)e);
            for (int i = 0; i < n; i++)
            {
                values[i] = random.NextUniform();
            }

            below += ToleranceLimit.Of(values, 0.99, 0.99) < 0.99 ? 1 : 0;
            means += BoundedMean.UpperBound(values, 0, 1, 0.99) < 0.5 ? 1 : 0;
        }

        Assert.InRange(below, 1, 33);
        Assert.InRange(means, 0, 33);
        Assert.True(ToleranceLimit.Rank(n, 0.99, 0.99) < n);
        values[3] = double.NaN;
        values[4] = double.PositiveInfinity;
        values[5] = double.NaN;
        Assert.Equal(double.PositiveInfinity, ToleranceLimit.Of(values, 0.99, 0.99));
    }

    [Fact]
    public void WrongCountsAreRefused()
    {
        Assert.Contains("5 of 4 trials", Assert.Throws<ArgumentException>(() => BinomialProportion.LowerBound(5, 4, 0.99)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => BinomialProportion.LowerBound(1, 0, 0.99));
        Assert.Throws<ArgumentOutOfRangeException>(() => BinomialProportion.LowerBound(1, 2, 1));
        Assert.Contains("2 lies outside [0, 1]", Assert.Throws<ArgumentException>(() => BoundedMean.UpperBound([0.5, 2], 0, 1, 0.9)).Message);
    }

    /// <summary>P(X &gt;= k) in fractions, the double p taken as it is.</summary>
    private static double Tail(int k, int n, double p)
    {
        Rational exact = Rational.FromDouble(p);
        BigInteger success = exact.Numerator, failure = exact.Denominator - exact.Numerator, sum = 0, choose = 1;
        for (int i = 0; i <= n; i++)
        {
            sum += i >= k ? choose * BigInteger.Pow(success, i) * BigInteger.Pow(failure, n - i) : 0;
            choose = choose * (n - i) / (i + 1);
        }

        return new Rational(sum, BigInteger.Pow(exact.Denominator, n)).ToDouble();
    }
}
