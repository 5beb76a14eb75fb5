using Unrolled.Diffusion;
using Unrolled.Problems;

namespace Unrolled.Tests.Diffusion;

/// <summary>The constants of every flux against dense sampling, and its derivative and energy against differences.</summary>
public class FluxTests
{
    public static TheoryData<string, double> Cases()
    {
        var cases = new TheoryData<string, double>();
        foreach (Flux flux in Flux.All)
        {
            foreach (double contrast in new[] { 1, 0.03, 17 })
            {
                cases.Add(flux.Name, contrast);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheConstantsAreTheExtremesOfDenseSamples(string name, double contrast)
    {
        Flux flux = Flux.Named(name);
        double largestDiffusivity = double.NegativeInfinity, smallestDiffusivity = double.PositiveInfinity, largestSlope = double.NegativeInfinity;
        double smallestSlope = double.PositiveInfinity, scale = flux.LargestDiffusivity(contrast);
        foreach (double s in Samples(contrast))
        {
            double g = flux.Diffusivity(s, contrast), slope = flux.Slope(s, contrast);
            largestDiffusivity = Math.Max(largestDiffusivity, g);
            smallestDiffusivity = Math.Min(smallestDiffusivity, g);
            largestSlope = Math.Max(largestSlope, slope);
            smallestSlope = Math.Min(smallestSlope, slope);
            Assert.InRange(Math.Abs(flux.Value(s, contrast) - (g * s)), 0, 1e-15 * scale * Math.Abs(s));
            Assert.Equal(-flux.Value(s, contrast), flux.Value(-s, contrast));
        }

        Assert.InRange(largestDiffusivity, scale * (1 - 1e-5), scale);
        Assert.InRange(largestSlope, flux.LargestSlope(contrast) * (1 - 1e-5), flux.LargestSlope(contrast));
        Assert.InRange(smallestDiffusivity - flux.SmallestDiffusivity(contrast), 0, 3e-3 * scale);
        Assert.InRange(smallestSlope - flux.SmallestSlope(contrast), -1e-14 * scale, 1e-5 * scale);
        Assert.Equal(smallestSlope > -1e-9, flux.IsMonotone);
    }

    /// <summary>The table of the literature: range of slopes and where the flux is largest.</summary>
    [Theory]
    [InlineData("linear", 1, double.PositiveInfinity)]
    [InlineData("charbonnier", 0, 1)]
    [InlineData("total-variation", 0, 1)]
    [InlineData("huber", 0, 1)]
    [InlineData("perona-malik", -0.125, 0.5)]
    [InlineData("perona-malik-exponential", -0.4463, 0.607)]
    [InlineData("weickert", -2.335, 0.964)]
    [InlineData("geman-mcclure", -0.25, 0.325)]
    [InlineData("tukey", -0.8, 0.286)]
    public void TheTableOfTheLiteratureHolds(string name, double smallestSlope, double largestFlux)
    {
        Flux flux = Flux.Named(name);
        Assert.Equal(smallestSlope, flux.SmallestSlope(1), 3.0e-4);
        double largest = Samples(1).Max(s => flux.Value(s, 1));
        Assert.True(double.IsInfinity(largestFlux) ? largest > 300 : Math.Abs(largest - largestFlux) < 5e-4, $"{largest}");
    }

    [Fact]
    public void WeickertsFluxIsLargestAtItsContrast()
    {
        double top = Flux.Weickert.Value(2, 2);
        Assert.True(Flux.Weickert.Value(2 * 1.001, 2) < top);
        Assert.True(Flux.Weickert.Value(2 * 0.999, 2) < top);
        Assert.InRange(Math.Abs(Flux.Weickert.Slope(2, 2)), 0, 1e-14);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheSlopeIsTheDerivativeOfTheValueAndTheValueThatOfTheEnergy(string name, double contrast)
    {
        Flux flux = Flux.Named(name);
        double scale = flux.LargestDiffusivity(contrast);
        Assert.Equal(0, flux.Energy(0, contrast));
        foreach (double s in Samples(contrast).Where(s => s > 0 && s < 20 * contrast))
        {
            double h = 1e-5 * Math.Max(s, 0.01 * contrast);
            if (name is "huber" or "tukey" && Math.Abs(s - contrast) <= h)
            {
                continue;
            }

            double slope = (flux.Value(s + h, contrast) - flux.Value(s - h, contrast)) / (2 * h);
            Assert.InRange(Math.Abs(slope - flux.Slope(s, contrast)), 0, 1e-7 * scale);
            double value = (flux.Energy(s + h, contrast) - flux.Energy(s - h, contrast)) / (2 * h);
            Assert.InRange(Math.Abs(value - flux.Value(s, contrast)), 0, 1e-6 * scale * contrast);
            Assert.Equal(flux.Energy(s, contrast), flux.Energy(-s, contrast));
        }
    }

    /// <summary>Small differences have the energy <c>g_max s^2/2</c> to relative precision: no digits are lost at zero.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void TheEnergyOfSmallDifferencesKeepsItsDigits(string name, double contrast)
    {
        Flux flux = Flux.Named(name);
        double s = 1e-7 * contrast, expected = flux.LargestDiffusivity(contrast) * s * s / 2;
        Assert.InRange(flux.Energy(s, contrast) / expected, 1 - 1e-12, 1 + 1e-12);
    }

    /// <summary>Whatever is not finite stays in order: no NaN from large numbers, NaN from NaN.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void LargeNumbersAreHarmlessAndNaNStays(string name, double contrast)
    {
        Flux flux = Flux.Named(name);
        foreach (double s in new[] { 1e100, 1e160, 1e200, 1e300 })
        {
            Assert.InRange(flux.Diffusivity(s, contrast), 0, flux.LargestDiffusivity(contrast));
            Assert.InRange(flux.Slope(s, contrast), -1e-12, flux.LargestSlope(contrast));
            Assert.InRange(flux.Value(s, contrast) / s, 0, flux.LargestDiffusivity(contrast));
            Assert.False(double.IsNaN(flux.Energy(s, contrast)));
        }

        Assert.True(double.IsNaN(flux.Value(double.NaN, contrast)));
    }

    [Fact]
    public void ANearNameIsSuggested()
    {
        InvalidInputException fault = Assert.Throws<InvalidInputException>(() => Flux.Named("perona-mallik"));
        Assert.Contains("did you mean 'perona-malik'?", fault.Message, StringComparison.Ordinal);
        Assert.All(Flux.All, flux => Assert.Same(flux, Flux.Named(flux.Name)));
        Assert.Equal(9, Flux.All.Select(flux => flux.Name).Distinct().Count());
    }

    private static IEnumerable<double> Samples(double contrast) =>
        Enumerable.Range(0, 4000).Select(i => 1e-3 * contrast * i).Concat(Enumerable.Range(0, 1000).Select(i => 4 * contrast * Math.Exp(i * 0.005)));
}
