using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Diffusion;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Certification;

/// <summary>What the certificates claim against what steps do, at the limit, beyond it, and under attack.</summary>
public class DiffusionStabilityTests
{
    private static readonly double[] Difference = [0, -1, 1];

    public static TheoryData<string> Fluxes => [.. Flux.All.Select(flux => flux.Name)];

    [Theory]
    [MemberData(nameof(Fluxes))]
    public void TheNormDecreasesAtTheLimitForRandomKernels(string name)
    {
        for (ulong seed = 0; seed < 12; seed++)
        {
            var stream = new RandomStream(seed);
            (SymmetricStep<double> step, SymmetricStep<double> beyond) = AtTheLimit(Flux.Named(name), stream, seed % 2 == 0 ? Boundary.Reflecting : Boundary.Periodic);
            Certificate certificate = DiffusionStability.NormDecrease([step, step]);
            Assert.True(certificate.Holds, $"{certificate.Value:R}");
            Assert.Equal(2, certificate.Value, 1e-9);
            Assert.False(DiffusionStability.NormDecrease([step, beyond]).Holds);
            for (int trial = 0; trial < 10; trial++)
            {
                Field<double> u = Noise(stream, step.Bank.Channels, 1 + stream.NextIndex(9), 1 + stream.NextIndex(9), Math.Exp(3 * stream.NextNormal()));
                for (int k = 0; k < 4; k++)
                {
                    Field<double> next = Stepped(step, u);
                    Assert.InRange(Norm(next), 0, Norm(u) * (1 + 1e-13));
                    u = next;
                }
            }
        }
    }

    /// <summary>2.1/(g_max ||K||^2) is refused with reason: the linear flux multiplies the top eigenvector of the first difference by -1.1.</summary>
    [Fact]
    public void BeyondTheLimitTheNormGrows()
    {
        SymmetricStep<double> step = Step(Difference, Flux.Linear, 2.1 / 4, Boundary.Periodic);
        Assert.False(DiffusionStability.NormDecrease([step]).Holds);
        Assert.True(DiffusionStability.NormDecrease([Step(Difference, Flux.Linear, 2.0 / 4, Boundary.Periodic)]).Holds);
        Field<double> u = new(1, 1, 1, 8);
        for (int i = 0; i < 8; i++)
        {
            u.Values[i] = i % 2 == 0 ? 1 : -1;
        }

        Assert.Equal(1.1, Norm(Stepped(step, u)) / Norm(u), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Fluxes))]
    public void MonotoneFluxesAreNonexpansiveAndOthersAreNotCertified(string name)
    {
        Flux flux = Flux.Named(name);
        for (ulong seed = 0; seed < 8; seed++)
        {
            var stream = new RandomStream(seed);
            (SymmetricStep<double> step, SymmetricStep<double> beyond) = AtTheLimit(flux, stream, seed % 2 == 0 ? Boundary.Reflecting : Boundary.Periodic);
            Assert.Equal(flux.IsMonotone, DiffusionStability.Nonexpansive([step]).Holds);
            Assert.False(DiffusionStability.Nonexpansive([step, beyond]).Holds);
            double bound = DiffusionStability.BlockExpansion([step], double.MaxValue).Value;
            Assert.Equal(flux.IsMonotone, bound <= 1 + 1e-9);
            for (int trial = 0; trial < 20; trial++)
            {
                double scale = Math.Exp(2 * stream.NextNormal());
                Field<double> u = Noise(stream, step.Bank.Channels, 5, 6, scale), v = Noise(stream, step.Bank.Channels, 5, 6, scale * Math.Exp(stream.NextNormal()));
                Kernels.Add<double>(u.Values, v.Values, v.Values);
                Assert.InRange(Distance(Stepped(step, u), Stepped(step, v)) / Distance(u, v), 0, bound * (1 + 1e-12));
            }
        }
    }

    /// <summary>Perona and Malik's flux at the largest step: 1.25 per block, 3.05 for five and 9.31 for ten.</summary>
    [Fact]
    public void TheExpansionOfPeronaAndMaliksFluxIsThatOfTheTheorem()
    {
        SymmetricStep<double> step = Step(Difference, Flux.PeronaMalik, 0.5, Boundary.Reflecting);
        Assert.Equal(1.25, DiffusionStability.BlockExpansion([step], 1.25 + 1e-9).Value, 1e-9);
        Assert.True(DiffusionStability.BlockExpansion([step], 1.25 + 1e-9).Holds);
        Assert.False(DiffusionStability.BlockExpansion([step], 1.249).Holds);
        Assert.Equal(3.05, DiffusionStability.ChainExpansion([.. Enumerable.Repeat(step, 5)], 4).Value, 5e-3);
        Assert.Equal(9.31, DiffusionStability.ChainExpansion([.. Enumerable.Repeat(step, 10)], 10).Value, 5e-3);
        Assert.False(DiffusionStability.ChainExpansion([.. Enumerable.Repeat(step, 10)], 9).Holds);
        Assert.True(DiffusionStability.NormDecrease([step]).Holds);
    }

    /// <summary>Ascent on both ratios with gradients from differences: it comes near the bound of the expansion and never passes one.</summary>
    [Theory]
    [InlineData("perona-malik", 1.2)]
    [InlineData("weickert", 1.5)]
    [InlineData("charbonnier", 0.9)]
    [InlineData("huber", 0.9)]
    public void AnAttackDoesNotPassTheBounds(string name, double reached)
    {
        SymmetricStep<double> step = Step(Difference, Flux.Named(name), 0.5, Boundary.Periodic);
        double bound = DiffusionStability.BlockExpansion([step], double.MaxValue).Value, best = 0;
        const int n = 8;
        for (ulong seed = 0; seed < 4; seed++)
        {
            var stream = new RandomStream(seed);
            double[] x = new double[2 * n]; // a state near the alternating one, and a direction
            double amplitude = name == "weickert" ? 0.58 : 0.85;
            for (int i = 0; i < n; i++)
            {
                x[i] = ((i % 2 == 0 ? 1 : -1) * amplitude) + (0.05 * stream.NextNormal());
                x[n + i] = 0.05 * stream.NextNormal();
            }

            double value = Ratio(x);
            for (int iteration = 0, rate = 0; iteration < 60 && rate < 40; iteration++)
            {
                double[] gradient = new double[x.Length];
                for (int i = 0; i < x.Length; i++)
                {
                    double old = x[i];
                    x[i] = old + 1e-6;
                    double above = Ratio(x);
                    x[i] = old - 1e-6;
                    gradient[i] = (above - Ratio(x)) / 2e-6;
                    x[i] = old;
                }

                double length = Math.Sqrt(gradient.Sum(g => g * g)) + 1e-300;
                for (; rate < 40; rate++)
                {
                    double[] moved = [.. x.Zip(gradient, (a, g) => a + (0.2 * Math.Pow(0.7, rate) * g / length))];
                    if (Ratio(moved) > value)
                    {
                        (x, value) = (moved, Ratio(moved));
                        rate = Math.Max(0, rate - 2);
                        break;
                    }
                }
            }

            best = Math.Max(best, value);
        }

        Assert.InRange(best, reached, bound * (1 + 1e-9));

        double Ratio(double[] x)
        {
            Field<double> u = Of(x[..n]), v = Of([.. x[..n].Zip(x[n..], (a, b) => a + b)]);
            Assert.InRange(Norm(Stepped(step, u)), 0, Norm(u) * (1 + 1e-13));
            return Distance(Stepped(step, u), Stepped(step, v)) / Distance(u, v);
        }
    }

    /// <summary>Channels have their own constants: a filter ten times as large whose spline is a hundredth as steep is certified, the plain product of maxima would not be.</summary>
    [Fact]
    public void ConstantsAreTakenChannelByChannel()
    {
        double[] kernels = [0, -0.5, 0.5, 0, -5, 5];
        double[] ratios = [1, 1, 0.01, 0.01];
        var step = new SymmetricStep<double>(new ConvolutionBank<double>(kernels, 2, 1, 1, 3), new SplineActivation<double>([1.0], ratios, [1.0, 1]), 1);
        Certificate certificate = DiffusionStability.NormDecrease([step]);
        Assert.True(certificate.Holds);
        Assert.InRange(certificate.Value, 1.9, 2 + 1e-9);
        double[] steeper = [1, 1, 0.011, 0.01];
        Assert.False(DiffusionStability.NormDecrease([new SymmetricStep<double>(step.Bank, new SplineActivation<double>([1.0], steeper, [1.0, 1]), 1)]).Holds);
        double[] negative = [1, 1, -1e-9, 0.01];
        Certificate refused = DiffusionStability.NormDecrease([new SymmetricStep<double>(step.Bank, new SplineActivation<double>([1.0], negative, [1.0, 1]), 1)]);
        Assert.False(refused.Holds);
        Assert.True(double.IsFinite(refused.Value));
    }

    /// <summary>
    /// Backward flux adds a bounded root mean square to a state of any size, block after block; the bound is reached by the alternating signal, whose difference is where
    /// the backward flux is largest.
    /// </summary>
    [Fact]
    public void BackwardFluxGrowsTheStateByItsBoundAtMost()
    {
        double[] weights = [0.1, 0.2, 0];
        for (ulong seed = 0; seed < 12; seed++)
        {
            var stream = new RandomStream(seed);
            SymmetricStep<double>[] steps = [.. weights.Select(_ => Sharpening(stream, seed % 2 == 0 ? Boundary.Reflecting : Boundary.Periodic, 1))];
            Certificate certificate = DiffusionStability.BoundedGrowth(steps, 1e3, weights);
            Assert.True(certificate.Holds, $"{certificate.Value:R}");
            Assert.False(DiffusionStability.NormDecrease(steps, weights).Holds);
            Assert.False(DiffusionStability.BoundedGrowth(steps, certificate.Value * 0.999, weights).Holds);
            Assert.False(DiffusionStability.BoundedGrowth([Sharpening(stream, Boundary.Periodic, 1.001)], 1e3).Holds);
            for (int trial = 0; trial < 10; trial++)
            {
                Field<double> f = Noise(stream, 1, 1 + stream.NextIndex(9), 1 + stream.NextIndex(9), Math.Exp(3 * stream.NextNormal())), u = f;
                double root = Math.Sqrt(f.Values.Length);
                for (int k = 0; k < steps.Length; k++)
                {
                    Field<double> next = Stepped(steps[k], u);
                    Kernels.Multiply<double>(1 - weights[k], next.Values, next.Values);
                    Kernels.MultiplyAdd<double>(weights[k], f.Values, next.Values, next.Values);
                    u = next;
                    Assert.InRange(Norm(u) / root, 0, (Norm(f) / root) + certificate.Value);
                }
            }
        }

        const double tau = 0.5, ratio = -0.25;
        var step = new SymmetricStep<double>(new ConvolutionBank<double>(Difference, 1, 1, 1, 3, Boundary.Periodic), new SplineActivation<double>([1.0, 2.0], [1, ratio, 0], [1.0]), tau);
        Certificate sharp = DiffusionStability.BoundedGrowth([step], 1);
        Field<double> alternating = Of([1, -1, 1, -1, 1, -1]);
        Assert.Equal(1 + sharp.Value, Norm(Stepped(step, alternating)) / Norm(alternating), 1e-9);
        Assert.Equal(2 * tau * 2 * -ratio, sharp.Value, 1e-9);
        var unbounded = new SymmetricStep<double>(step.Bank, new SplineActivation<double>([1.0], [1, -0.01], [1.0]), tau);
        Assert.False(DiffusionStability.BoundedGrowth([unbounded], double.MaxValue).Holds);
    }

    [Fact]
    public void MeansArePreservedExactlyWhereKernelsSumToZero()
    {
        SymmetricStep<double> step = Step(Difference, Flux.PeronaMalik, 0.5, Boundary.Reflecting), other = Step([0, -1, 1.001], Flux.PeronaMalik, 0.1, Boundary.Reflecting);
        Assert.True(DiffusionStability.MeanPreservation([step]).Holds);
        Assert.False(DiffusionStability.MeanPreservation([step, other]).Holds);
        Field<double> u = Noise(new RandomStream(1), 1, 3, 11, 1);
        Assert.Equal(Sum(u), Sum(Stepped(step, u)), 1e-13);
        Assert.NotEqual(Sum(u), Sum(Stepped(other, u)), 1e-6);
        SymmetricStep<double> leaking = Step(Difference, Flux.PeronaMalik, 0.5, Boundary.Zero);
        Assert.False(DiffusionStability.MeanPreservation([leaking]).Holds);
        Assert.NotEqual(Sum(u), Sum(Stepped(leaking, u)), 1e-6);
    }

    [Fact]
    public void ADatumKeepsTheNormBelowItsOwnAndTheChainNonexpansive()
    {
        SymmetricStep<double> monotone = Step(Difference, Flux.Charbonnier, 0.5, Boundary.Reflecting), other = Step(Difference, Flux.PeronaMalik, 0.5, Boundary.Reflecting);
        double[] weights = [0.3, 0.2];
        Assert.True(DiffusionStability.NormDecrease([monotone, other], weights).Holds);
        Assert.True(DiffusionStability.Nonexpansive([monotone, monotone], weights).Holds);
        Assert.Equal((0.8 * 1.25 * ((0.7 * 1.25) + 0.3)) + 0.2, DiffusionStability.ChainExpansion([other, other], 2, weights).Value, 1e-9);
        double[] outside = [0.3, 1.2], few = [0.3];
        Assert.False(DiffusionStability.NormDecrease([monotone, other], outside).Holds);
        Assert.Throws<ArgumentException>(() => DiffusionStability.NormDecrease([monotone, other], few));
        Assert.False(DiffusionStability.NormDecrease([Step(Difference, Flux.Charbonnier, -0.1, Boundary.Reflecting)]).Holds);
        Assert.False(DiffusionStability.NormDecrease([Step(Difference, Flux.Charbonnier, double.NaN, Boundary.Reflecting)]).Holds);
    }

    private static (SymmetricStep<double> Step, SymmetricStep<double> Beyond) AtTheLimit(Flux flux, RandomStream stream, Boundary boundary)
    {
        int filters = 1 + stream.NextIndex(4), channels = 1 + stream.NextIndex(2);
        double[] kernels = new double[filters * channels * 9], contrasts = new double[filters];
        foreach (ref double k in kernels.AsSpan())
        {
            k = stream.NextNormal();
        }

        double contrast = Math.Exp(stream.NextNormal());
        Array.Fill(contrasts, contrast);
        var bank = new ConvolutionBank<double>(kernels, filters, channels, 3, 3, boundary);
        double norm = OperatorNorm.Bound(bank), tau = 2 / (flux.LargestDiffusivity(contrast) * norm * norm);
        var activation = new FluxActivation<double>(flux, contrasts);
        return (new SymmetricStep<double>(bank, activation, tau), new SymmetricStep<double>(bank, activation, tau * 1.001));
    }

    /// <summary>A step whose forward part takes a multiple of its limit, with splines that also flow backward.</summary>
    private static SymmetricStep<double> Sharpening(RandomStream stream, Boundary boundary, double part)
    {
        const int filters = 3;
        double[] kernels = new double[filters * 9], ratios = new double[filters * 4];
        foreach (ref double k in kernels.AsSpan())
        {
            k = stream.NextNormal();
        }

        for (int i = 0; i < ratios.Length; i++)
        {
            ratios[i] = i % 4 == 0 ? 1 : i % 4 == 3 ? stream.NextUniform() : stream.NextUniform(-0.5, 1);
        }

        ratios[1] = -0.3;
        var bank = new ConvolutionBank<double>(kernels, filters, 1, 3, 3, boundary);
        double norm = OperatorNorm.Bound(bank);
        return new SymmetricStep<double>(bank, new SplineActivation<double>([0.5, 1.0, 2.0], ratios, [1.0, 0.5, 2]), part * 2 / (norm * norm));
    }

    private static SymmetricStep<double> Step(double[] kernel, Flux flux, double tau, Boundary boundary) =>
        new(new ConvolutionBank<double>(kernel, 1, 1, 1, 3, boundary), new FluxActivation<double>(flux, [1.0]), tau);

    private static Field<double> Stepped(SymmetricStep<double> step, Field<double> u)
    {
        Field<double> next = u.ZerosLike();
        step.Flow(u, next);
        Kernels.MultiplyAdd<double>(-step.Tau, next.Values, u.Values, next.Values);
        return next;
    }

    private static Field<double> Of(double[] signal)
    {
        var field = new Field<double>(1, 1, 1, signal.Length);
        signal.CopyTo(field.Values);
        return field;
    }

    private static Field<double> Noise(RandomStream stream, int channels, int rows, int columns, double scale)
    {
        var field = new Field<double>(1, channels, rows, columns);
        foreach (ref double x in field.Values)
        {
            x = scale * stream.NextNormal();
        }

        return field;
    }

    private static double Sum(Field<double> u) => u.Values.ToArray().Sum();

    private static double Norm(Field<double> u) => Math.Sqrt(Kernels.Dot<double>(u.Values, u.Values));

    private static double Distance(Field<double> u, Field<double> v)
    {
        Field<double> difference = u.ZerosLike();
        Kernels.Subtract<double>(u.Values, v.Values, difference.Values);
        return Norm(difference);
    }
}
