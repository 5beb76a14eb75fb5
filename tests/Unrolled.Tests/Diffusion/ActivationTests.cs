using System.Numerics;
using Unrolled.Diffusion;
using Unrolled.Numerics;

namespace Unrolled.Tests.Diffusion;

/// <summary>Laws of every activation: gradients against differences, aliased spans, cuts, and constants that are never exceeded.</summary>
public class ActivationTests
{
    private const int Channels = 4;
    private const int Pixels = 37;

    /// <summary>How an activation is made of its numbers: those of its parameters that are logarithms come last.</summary>
    private sealed record Recipe(double[] Numbers, Func<double[], ICertifiedActivation<double>> Make, Func<double[], ICertifiedActivation<float>> MakeSingle);

    private static readonly double[] Knots = [0.1, 0.25, 0.5, 0.8, 1.2, 1.7, 2.5];

    public static TheoryData<string> Names =>
    [
        .. Flux.All.Select(flux => flux.Name), .. Flux.All.Select(flux => $"coupled {flux.Name}"), "mixture", "mixture per channel", "spline", "relu",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientsAgreeWithDifferences(string name)
    {
        Recipe recipe = Create(name);
        ICertifiedActivation<double> activation = recipe.Make(recipe.Numbers);
        double[] s = Numbers(1, Channels * Pixels), p = Numbers(2, s.Length), value = new double[s.Length], product = new double[s.Length];
        double[] gradient = new double[activation.ParameterCount];
        Assert.Equal(recipe.Numbers.Length, activation.ParameterCount);
        activation.Linearize(s, p, value, product, Channels, gradient);
        Assert.Equal(Applied(activation, s), value);

        const double h = 1e-6;
        for (int i = 0; i < s.Length; i++)
        {
            double difference = (Weighted(activation, Moved(s, i, h), p) - Weighted(activation, Moved(s, i, -h), p)) / (2 * h);
            Assert.Equal(difference, product[i], 2e-8 * (1 + Math.Abs(product[i])));
        }

        for (int i = 0; i < gradient.Length; i++)
        {
            double difference = (Weighted(recipe.Make(Moved(recipe.Numbers, i, h)), s, p) - Weighted(recipe.Make(Moved(recipe.Numbers, i, -h)), s, p)) / (2 * h);
            Assert.Equal(difference, gradient[i], 1e-7 * (1 + Math.Abs(gradient[i])));
        }
    }

    /// <summary>Gradients are added, spans may be the same, and the bits of a number do not depend on where its strip is cut.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void SpansMayBeTheSameAndStripsMayBeCut(string name)
    {
        Recipe recipe = Create(name);
        SpansAndCuts(recipe.Make(recipe.Numbers));
        SpansAndCuts(recipe.MakeSingle(recipe.Numbers));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SingleNumbersAgreeWithDoubleOnes(string name)
    {
        Recipe recipe = Create(name);
        double[] s = Numbers(3, Channels * Pixels), p = Numbers(4, s.Length), value = new double[s.Length], product = new double[s.Length];
        float[] single = Array.ConvertAll(s, x => (float)x), singleP = Array.ConvertAll(p, x => (float)x), singleValue = new float[s.Length], singleProduct = new float[s.Length];
        double[] gradient = new double[recipe.Numbers.Length];
        float[] singleGradient = new float[recipe.Numbers.Length];
        recipe.Make(recipe.Numbers).Linearize(Array.ConvertAll(single, x => (double)x), Array.ConvertAll(singleP, x => (double)x), value, product, Channels, gradient);
        recipe.MakeSingle(recipe.Numbers).Linearize(single, singleP, singleValue, singleProduct, Channels, singleGradient);
        for (int i = 0; i < s.Length; i++)
        {
            Assert.Equal(value[i], singleValue[i], 1e-5 * (0.1 + Math.Abs(value[i])));
            Assert.Equal(product[i], singleProduct[i], 3e-5 * (0.1 + Math.Abs(product[i])));
        }

        for (int i = 0; i < gradient.Length; i++)
        {
            Assert.Equal(gradient[i], singleGradient[i], 1e-4 * (1 + Math.Abs(gradient[i])));
        }
    }

    /// <summary>
    /// <c>s Phi(s)</c> between 0 and <c>g_max s^2</c>, and <c>p Phi'(s) p</c> between the bounds of the slope, on many random strips and scales.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void TheConstantsAreNeverExceeded(string name)
    {
        Recipe recipe = Create(name);
        ICertifiedActivation<double> activation = recipe.Make(recipe.Numbers);
        double[] nearest = [double.PositiveInfinity, double.PositiveInfinity];
        for (ulong seed = 0; seed < 300; seed++)
        {
            double[] s = Array.ConvertAll(Numbers(seed, Channels * Pixels), x => x * Math.Exp(((double)seed - 150) / 40));
            double[] p = name.StartsWith("coupled", StringComparison.Ordinal) ? Numbers(seed + 1000, s.Length) : Enumerable.Repeat(1.0, s.Length).ToArray();
            double[] value = new double[s.Length], product = new double[s.Length], gradient = new double[activation.ParameterCount];
            activation.Linearize(s, p, value, product, Channels, gradient);
            for (int i = 0; i < Pixels; i++)
            {
                double energy = 0, least = 0, most = 0;
                for (int c = 0; c < Channels; c++)
                {
                    int at = (c * Pixels) + i;
                    Assert.InRange(value[at] * Math.Sign(s[at]), 0, activation.LargestDiffusivity(c) * Math.Abs(s[at]) * (1 + 1e-14));
                    energy += product[at] * p[at];
                    least += activation.SmallestSlope(c) * p[at] * p[at];
                    most += activation.LargestSlope(c) * p[at] * p[at];
                }

                Assert.InRange(energy, least - 1e-9, most + 1e-9);
                nearest = [Math.Min(nearest[0], energy - least), Math.Min(nearest[1], most - energy)];
            }
        }

        if (name is not "spline" && !name.StartsWith("coupled", StringComparison.Ordinal))
        {
            Assert.True(nearest[1] < 0.1, $"the bound from above is never near: {nearest[1]}");
        }
    }

    /// <summary>Random ratios in [-1, 1] over a rising end: <c>-sign(s) Phi(s)</c> never passes the bound of the backward flux, and comes to it.</summary>
    [Fact]
    public void BackwardFluxStaysInItsBound()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            var stream = new RandomStream(seed);
            double[] knots = [0.5, 1, 3], ratios = [stream.NextUniform(-1, 1), stream.NextUniform(-1, 1), stream.NextUniform(-1, 1), stream.NextUniform()];
            var spline = new SplineActivation<double>(knots, ratios, [Math.Exp(stream.NextNormal())]);
            double[] s = [.. Enumerable.Range(-4000, 8001).Select(i => i / 4000.0 * 4 * spline.Contrasts[0])], value = Applied(spline, s, 1);
            double largest = s.Zip(value, (x, y) => -Math.Sign(x) * y).Max();
            Assert.InRange(largest, 0.999 * spline.LargestBackwardFlux(0), (1 + 1e-12) * spline.LargestBackwardFlux(0));
        }
    }

    /// <summary>Random ratios in [0, 1]: the spline never leaves 0 to g_max, and its slopes are its bounds exactly.</summary>
    [Fact]
    public void RandomSplinesStayInTheirBounds()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            var stream = new RandomStream(seed);
            int n = 1 + stream.NextIndex(12);
            double[] knots = new double[n], ratios = new double[n + 1];
            for (int i = 0; i < n; i++)
            {
                knots[i] = (i == 0 ? 0 : knots[i - 1]) + Math.Exp(stream.NextUniform(-5, 1));
            }

            for (int i = 0; i <= n; i++)
            {
                ratios[i] = stream.NextIndex(4) == 0 ? stream.NextIndex(2) : stream.NextUniform();
            }

            double contrast = Math.Exp(stream.NextNormal());
            var spline = new SplineActivation<double>(knots, ratios, [contrast]);
            double largest = 0, smallestSlope = double.PositiveInfinity, largestSlope = double.NegativeInfinity;
            double end = 2 * contrast * knots[^1];
            double[] s = [.. knots.SelectMany(k => new[] { contrast * k * (1 - 1e-9), contrast * k, contrast * k * (1 + 1e-9) }), .. Enumerable.Range(1, 5000).Select(i => end * i / 5000), 1e6 * end];
            double[] ones = [.. s.Select(_ => 1.0)], value = new double[s.Length], product = new double[s.Length], gradient = new double[spline.ParameterCount];
            spline.Linearize(s, ones, value, product, 1, gradient);
            for (int i = 0; i < s.Length; i++)
            {
                Assert.InRange(value[i] / s[i], -1e-13, spline.LargestDiffusivity(0) + 1e-13);
                largest = Math.Max(largest, value[i] / s[i]);
                smallestSlope = Math.Min(smallestSlope, product[i]);
                largestSlope = Math.Max(largestSlope, product[i]);
            }

            Assert.Equal(spline.LargestDiffusivity(0), largest, 1e-5);
            Assert.Equal(spline.SmallestSlope(0), smallestSlope, 1e-8 * (1 - spline.SmallestSlope(0)));
            Assert.Equal(spline.LargestSlope(0), largestSlope, 1e-8 * (1 + spline.LargestSlope(0)));
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(ratios[i], Applied(spline, [contrast * knots[i]], 1)[0] / (contrast * knots[i]), 1e-12);
            }
        }
    }

    [Fact]
    public void ASplineThatLeavesItsBoundsSaysSo()
    {
        Assert.Equal(1.5, new SplineActivation<double>([1.0, 2.0], [0.5, 1.5, 0.2], [1.0]).LargestDiffusivity(0));
        Assert.Equal(0, new SplineActivation<double>([1.0, 2.0], [0.5, 1.5, 0.2], [1.0]).LargestBackwardFlux(0));
        Assert.Equal(0.06, new SplineActivation<double>([1.0, 2.0], [0.5, -0.01, 0.2], [3.0]).LargestBackwardFlux(0), 1e-15);
        Assert.Equal(double.PositiveInfinity, new SplineActivation<double>([1.0, 2.0], [0.5, 0.2, -0.01], [1.0]).LargestBackwardFlux(0));
        Assert.True(new SplineActivation<double>([1.0, 2.0], [1, 0.4, 0.2], [1.0]).SmallestSlope(0) < 0);
        Assert.Equal(0.2, new SplineActivation<double>([1.0, 2.0], [1, 0.75, 0.2], [1.0]).SmallestSlope(0), 1e-15);
    }

    /// <summary>The bound of a mixture's slope is proved by cells; it is as good as sampling but for their size.</summary>
    [Fact]
    public void TheBoundOfAMixturesSlopeIsTight()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var stream = new RandomStream(seed);
            MixtureTerm[] terms = [.. Flux.All.Where(flux => flux.LargestDiffusivity(2) == 1).Select(flux => new MixtureTerm(flux, Math.Exp(stream.NextNormal())))];
            double[] weights = [.. terms.Select(_ => stream.NextUniform())];
            weights = [.. weights.Select(w => w / weights.Sum())];
            double bound = new MixtureActivation<double>(terms, weights, [1]).SmallestSlope(0);
            double sampled = Enumerable.Range(0, 40000).Select(i => 1e-3 * Math.Exp(i * 3e-4)).Min(s => terms.Zip(weights, (t, w) => w * t.Flux.Slope(s, t.RelativeContrast)).Sum());
            Assert.InRange(bound, sampled - 0.03, sampled + 1e-12);
        }
    }

    [Fact]
    public void OneTermIsTheFluxAndGroupsOfOneAreToo()
    {
        double[] s = Numbers(9, Channels * Pixels), contrasts = [0.3, 1, 2, 5];
        foreach (Flux flux in Flux.All)
        {
            double[] expected = Applied(new FluxActivation<double>(flux, contrasts), s);
            Assert.All(Applied(new CoupledActivation<double>(flux, 1, contrasts), s).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
            if (flux != Flux.TotalVariation)
            {
                Assert.Equal(expected, Applied(new MixtureActivation<double>([new MixtureTerm(flux)], [1.0], contrasts), s));
            }
        }
    }

    /// <summary>Turning the channels of a pixel turns the flux with them.</summary>
    [Fact]
    public void ACoupledFluxIsInvariantToRotation()
    {
        (double sine, double cosine) = Math.SinCos(0.7);
        double[] s = Numbers(5, 2 * Pixels), turned = Turn(s);
        foreach (Flux flux in Flux.All)
        {
            var coupled = new CoupledActivation<double>(flux, 2, [0.8]);
            Assert.All(Applied(coupled, turned, 2).Zip(Turn(Applied(coupled, s, 2))), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
        }

        double[] Turn(double[] v) => [.. v[..Pixels].Zip(v[Pixels..], (x, y) => (cosine * x) - (sine * y)), .. v[..Pixels].Zip(v[Pixels..], (x, y) => (sine * x) + (cosine * y))];
    }

    [Fact]
    public void WrongNumbersAreNamed()
    {
        double[] wrong = [1, 0];
        Assert.Contains("contrast is 0", Assert.Throws<ArgumentException>(() => new FluxActivation<double>(Flux.Linear, wrong)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new FluxActivation<double>(Flux.Linear, [double.NaN]));
        Assert.Throws<ArgumentException>(() => new MixtureActivation<double>([new MixtureTerm(Flux.Linear), new MixtureTerm(Flux.Tukey)], [0.7, 0.4], [1]));
        Assert.Throws<ArgumentException>(() => new MixtureActivation<double>([new MixtureTerm(Flux.Linear), new MixtureTerm(Flux.Tukey)], [1.1, -0.1], [1]));
        Assert.Throws<ArgumentException>(() => new MixtureActivation<double>([new MixtureTerm(Flux.TotalVariation)], [1], [1]));
        Assert.Throws<ArgumentException>(() => new SplineActivation<double>([1.0, 1.0], [1, 1, 1], [1.0]));
        Assert.Throws<ArgumentException>(() => new SplineActivation<double>([1.0, 2.0], [1, 1], [1.0]));
        ArgumentException fault = Assert.Throws<ArgumentException>(() => Applied(new FluxActivation<double>(Flux.Linear, [1.0, 1, 1]), new double[8], 4));
        Assert.Contains("4 channels, the activation is made for 3", fault.Message, StringComparison.Ordinal);
    }

    private static void SpansAndCuts<T>(IActivation<T> activation)
        where T : struct, IFloatingPointIeee754<T>
    {
        const int pixels = 301, cut = 13;
        T[] s = Array.ConvertAll(Numbers(7, Channels * pixels), T.CreateChecked), p = Array.ConvertAll(Numbers(8, s.Length), T.CreateChecked);
        T[] value = new T[s.Length], product = new T[s.Length], gradient = new T[activation.ParameterCount];
        activation.Linearize(s, p, value, product, Channels, gradient);
        T[] sameS = [.. s], sameP = [.. p], twice = [.. gradient];
        activation.Linearize(sameS, sameP, sameS, sameP, Channels, twice);
        Assert.Equal(value, sameS);
        Assert.Equal(product, sameP);
        Assert.All(gradient.Zip(twice), pair => Assert.Equal(double.CreateChecked(pair.First + pair.First), double.CreateChecked(pair.Second), 1e-3 * (1 + Math.Abs(double.CreateChecked(pair.First)))));

        if (activation is IPointwiseActivation<T> pointwise)
        {
            for (int c = 0; c < Channels; c++)
            {
                T[] alone = [.. s.AsSpan(c * pixels, pixels)];
                pointwise.ApplyChannel(c, alone, alone);
                Assert.Equal(value.AsSpan(c * pixels, pixels).ToArray(), alone);
            }
        }

        T[] first = new T[Channels * cut];
        for (int c = 0; c < Channels; c++)
        {
            s.AsSpan(c * pixels, cut).CopyTo(first.AsSpan(c * cut));
        }

        activation.Apply(first, first, Channels);
        for (int i = 0; i < first.Length; i++)
        {
            Assert.Equal(value[(i / cut * pixels) + (i % cut)], first[i]);
        }
    }

    private static Recipe Create(string name)
    {
        double[] logs = [-0.7, 0.1, 0.4, -0.2];
        if (name == "relu")
        {
            return new Recipe([], _ => new ReluActivation<double>(Channels), _ => new ReluActivation<float>(Channels));
        }

        if (name == "spline")
        {
            int count = Channels * (Knots.Length + 1);
            double[] ratios = [.. Numbers(6, count).Select(x => 0.5 + (0.49 * Math.Sin(x)))];
            return new Recipe(
                [.. ratios, .. logs],
                x => new SplineActivation<double>(Knots, x.AsSpan(0, count), Exp<double>(x[count..])),
                x => new SplineActivation<float>(Array.ConvertAll(Knots, k => (float)k), Array.ConvertAll(x[..count], r => (float)r), Exp<float>(x[count..])));
        }

        if (name.StartsWith("mixture", StringComparison.Ordinal))
        {
            MixtureTerm[] terms = [new(Flux.PeronaMalik, 0.5), new(Flux.Charbonnier), new(Flux.Weickert, 3), new(Flux.PeronaMalikExponential)];
            double[] row = [0.3, 0.1, 0.35, 0.2];
            double[] weights = name == "mixture" ? row : [.. row, 0.2, 0.2, 0.2, 0.2, 0.9, 0, 0, 0.05, 0, 0, 0.5, 0.4];
            weights = [.. weights.Select(w => Math.Max(w, 1e-5))];
            return new Recipe(
                [.. weights, .. logs],
                x => new MixtureActivation<double>(terms, x.AsSpan(0, weights.Length), Exp<double>(x[weights.Length..])),
                x => new MixtureActivation<float>(terms, Array.ConvertAll(x[..weights.Length], w => (float)w), Exp<float>(x[weights.Length..])));
        }

        string[] words = name.Split(' ');
        Flux flux = Flux.Named(words[^1]);
        return words.Length == 1
            ? new Recipe(logs, x => new FluxActivation<double>(flux, Exp<double>(x)), x => new FluxActivation<float>(flux, Exp<float>(x)))
            : new Recipe(logs[..2], x => new CoupledActivation<double>(flux, 2, Exp<double>(x)), x => new CoupledActivation<float>(flux, 2, Exp<float>(x)));
    }

    private static T[] Exp<T>(double[] logs)
        where T : struct, IFloatingPointIeee754<T> => Array.ConvertAll(logs, x => T.CreateChecked(Math.Exp(x)));

    private static double[] Applied(IActivation<double> activation, double[] s, int channels = Channels)
    {
        double[] value = new double[s.Length];
        activation.Apply(s, value, channels);
        return value;
    }

    private static double Weighted(IActivation<double> activation, double[] s, double[] p) => Applied(activation, s).Zip(p, (v, w) => v * w).Sum();

    private static double[] Moved(double[] x, int i, double h)
    {
        double[] moved = [.. x];
        moved[i] += h;
        return moved;
    }

    private static double[] Numbers(ulong seed, int count)
    {
        var stream = new RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(_ => stream.NextNormal())];
    }
}
