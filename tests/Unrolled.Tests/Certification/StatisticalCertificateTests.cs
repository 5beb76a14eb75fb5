using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.Certification;

public class StatisticalCertificateTests
{
    [Fact]
    public void TheSentenceSaysNoMoreThanIsProved()
    {
        Certificate all = StatisticalCertificate.Fraction("reach 1e-6 within 12 evaluations", 459, 459, []);
        Assert.Equal("with 99 % confidence at least 99.0 % of the instances reach 1e-6 within 12 evaluations (459 of 459 fresh ones)", all.Claim);
        Assert.True(all.Holds);
        Assert.InRange(all.Value, 0.009, all.Bound);
        Certificate most = StatisticalCertificate.Fraction("do", 455, 459, []);
        Assert.Contains("at least 97.4 % of the instances do (455 of 459", most.Claim);
        Assert.True(most.Holds && most.Value <= most.Bound && most.Bound - most.Value < 0.001);
        Assert.False(StatisticalCertificate.Fraction("do", 0, 459, []).Holds);
        Assert.False(StatisticalCertificate.Fraction("do", 1, 100_000, []).Holds);
    }

    [Fact]
    public void LimitsAreRoundedUpAndOnlyClaimedWhereTheyAreFinite()
    {
        double[] errors = [.. Enumerable.Range(1, 459).Select(i => i * 1.2345e-7)];
        Certificate limit = StatisticalCertificate.Limit("an error", errors, []);
        Assert.True(limit.Holds);
        Assert.Equal(459 * 1.2345e-7, limit.Value);
        Assert.Equal(5.67e-5, limit.Bound);
        Assert.EndsWith("have an error of at most 5.67e-05", limit.Claim);
        errors[7] = double.PositiveInfinity;
        Assert.False(StatisticalCertificate.Limit("an error", errors, []).Holds);
        Assert.False(StatisticalCertificate.Limit("an error", errors.AsSpan(20, 458 - 20), []).Holds); // too few
        Certificate mean = StatisticalCertificate.Mean("the part", [.. Enumerable.Repeat(0.25, 459)], 0, 1, []);
        Assert.Equal(0.25 + Math.Sqrt(Math.Log(100) / 918), mean.Value, 1e-12);
        Assert.True(mean.Holds && mean.Value <= mean.Bound);
    }

    /// <summary>The example of docs/certificates.md.</summary>
    [Fact]
    public void TheExampleOfThePage()
    {
        ButcherTableau rk4 = Tableaus.RungeKutta4;
        Certificate order = IntegratorOrder.Of(rk4, 4);
        Certificate real = IntegratorStability.RealAxis(rk4, 2.785);
        Certificate most = StatisticalCertificate.Fraction("reach 1e-6 within 12 evaluations", 457, 459, []);
        Assert.All([order, real, most], c => Assert.True(c.Holds, c.Claim));
        Assert.Equal("mu = 3 lies outside [1, 2]", OutOfRange.Find([new ValidRange("mu", 1, 2)], [("mu", 3.0)]).Single().ToString());
    }

    /// <summary>The stream of the certificates shares nothing with those that training, validation and comparisons use, for many seeds.</summary>
    [Fact]
    public void StreamsAreDisjoint()
    {
        var seen = new HashSet<ulong>();
        int drawn = 0;
        for (ulong seed = 0; seed < 50; seed++)
        {
            var root = new RandomStream(seed);
            foreach (RandomStream stream in (RandomStream[])
            [
                StatisticalCertificate.Stream(seed), root.Split("training"), root.Split("validation"), root.Split("held-out"), root.Split("comparison"), root.Split("certificate validation"),
                root.Split("denoising").Split(0).Split("validation"), root.Split("memory"), root.Split("starts"),
            ])
            {
                for (ulong s = 0; s < 40; s++)
                {
                    drawn++;
                    seen.Add(stream.Split(s).NextBits());
                }
            }
        }

        Assert.Equal(drawn, seen.Count);
    }
}
