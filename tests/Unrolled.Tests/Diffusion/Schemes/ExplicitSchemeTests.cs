using Unrolled.Diffusion;
using Unrolled.Diffusion.Schemes;
using Unrolled.Numerics;

namespace Unrolled.Tests.Diffusion.Schemes;

public class ExplicitSchemeTests
{
    private const double Limit = 0.25;

    private static (Field<double> State, int Evaluations) Run(IDiffusionScheme<double> scheme, Field<double> start, double time, double contrast)
    {
        Field<double> u = TestImages.Copy(start);
        DiffusionFlow<double> flow = TestImages.Flow(u, Flux.Charbonnier, contrast);
        scheme.Advance(flow, u, time);
        return (u, flow.Evaluations);
    }

    /// <summary>The claim: 256 x 256, T = 200, contrast 5 of 255, error at most 0.4 % with 7 times fewer evaluations than the explicit limit.</summary>
    [Fact]
    public void Fast_semi_iterative_cycles_save_seven_eighths_of_the_evaluations()
    {
        Field<double> image = TestImages.PiecewiseSmooth(256, 256, 1, 255);
        (Field<double> reference, int fine) = Run(new ExplicitScheme<double>(Limit), image, 200, 5);
        (Field<double> cycles, int coarse) = Run(new FastSemiIterative<double>(Limit), image, 200, 5);
        Assert.Equal(800, fine);
        Assert.Equal(96, coarse);
        Assert.True(coarse * 7 <= fine);
        Assert.InRange(TestImages.RelativeError(cycles, reference), 0, 4e-3);
    }

    [Fact]
    public void Accelerated_schemes_converge_to_the_explicit_solution()
    {
        Field<double> image = TestImages.PiecewiseSmooth(64, 48, 2, 255);
        (Field<double> reference, _) = Run(new ExplicitScheme<double>(Limit / 8), image, 20, 5);
        Func<int, IDiffusionScheme<double>>[] families =
        [
            c => new FastSemiIterative<double>(Limit, c), c => new FastExplicitDiffusion<double>(Limit, c),
            c => new DuFortFrankel<double>(10 * c, DuFortFrankel<double>.LeastAlpha(Limit)), c => new AdditiveOperatorSplitting<double>(8 * c),
            c => new ImplicitScheme<double>(4 * c, new DampedNewton<double>()),
        ];
        foreach (Func<int, IDiffusionScheme<double>> family in families)
        {
            double coarse = TestImages.RelativeError(Run(family(2), image, 20, 5).State, reference);
            double fine = TestImages.RelativeError(Run(family(8), image, 20, 5).State, reference);
            Assert.True(fine < 0.5 * coarse, $"{family(2)}: {coarse:g3} with 2, {fine:g3} with 8");
            Assert.InRange(fine, 0, 1.5e-2);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(12)]
    public void A_linear_cycle_in_one_dimension_is_a_box_filter(int n)
    {
        var u = new Field<double>(1, 1, 1, 101);
        u.Values[50] = 1;
        DiffusionFlow<double> flow = TestImages.Flow(u, Flux.Linear);
        new FastSemiIterative<double>(0.5, 1).Advance(flow, u, FastSemiIterative<double>.CycleTime(0.5, n));
        Assert.Equal(n, flow.Evaluations);
        for (int i = 0; i < 101; i++)
        {
            Assert.Equal(Math.Abs(i - 50) <= n ? 1.0 / ((2 * n) + 1) : 0, u.Values[i], 1e-15);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void Fast_explicit_step_sizes_sum_to_the_time_of_the_cycle(int n)
    {
        double[] steps = FastExplicitDiffusion<double>.StepSizes(0.25, n);
        Assert.Equal(0.25 * n * (n + 1) / 3, steps.Sum(), 1e-9);
        double[] formula = [.. Enumerable.Range(0, n).Select(i => 0.125 / Math.Pow(Math.Cos(Math.PI * ((2 * i) + 1) / ((4 * n) + 2)), 2)).Order()];
        Assert.Equal(formula, steps.Order(), (a, b) => Math.Abs(a - b) <= 1e-10 * b);
    }

    /// <summary>In ascending order rounding errors of a long cycle grow; in Leja order they do not.</summary>
    [Fact]
    public void Leja_order_keeps_a_long_cycle_accurate()
    {
        const int n = 200;
        double[] leja = FastExplicitDiffusion<double>.StepSizes(0.5, n);
        Assert.InRange(LargestState(leja), 0, 1e4);
        Assert.True(LargestState([.. leja.OrderDescending()]) > 1e20);

        double LargestState(double[] steps)
        {
            Field<double> u = TestImages.Random(1, 1, 300, 5), f = u.ZerosLike();
            double start = TestImages.Norm(u), largest = 1;
            DiffusionFlow<double> flow = TestImages.Flow(u, Flux.Linear);
            foreach (double tau in steps)
            {
                flow.Evaluate(u, f);
                for (int i = 0; i < 300; i++)
                {
                    u.Values[i] -= tau * f.Values[i];
                }

                largest = Math.Max(largest, TestImages.Norm(u) / start);
            }

            return largest;
        }
    }

    [Fact]
    public void Given_weights_reproduce_the_classical_schemes_bit_for_bit()
    {
        Field<double> image = TestImages.PiecewiseSmooth(20, 31, 3);
        double[] alphas = [.. Enumerable.Range(0, 9).Select(FastSemiIterative<double>.Alpha)];
        double tau = 0.2, time = FastSemiIterative<double>.CycleTime(tau, 9);
        Field<double> cycle = Run(new FastSemiIterative<double>(tau, 1), image, time, 0.1).State;
        Field<double> given = TestImages.Copy(image);
        new ExtrapolatedScheme<double>(alphas).Run(TestImages.Flow(given, Flux.Charbonnier, 0.1), given, 3 * time / (9.0 * 10));
        Assert.Equal(cycle.Values.ToArray(), given.Values.ToArray());
        Assert.Equal(30, new ExtrapolatedScheme<double>(alphas).UnitTime(), 1e-12);

        Field<double> ones = TestImages.Copy(image);
        new ExtrapolatedScheme<double>([1, 1, 1, 1]).Run(TestImages.Flow(ones, Flux.Charbonnier, 0.1), ones, tau);
        Field<double> explicitly = Run(new ExplicitScheme<double>(tau), image, 4 * tau, 0.1).State;
        Assert.Equal(0, TestImages.RelativeError(ones, explicitly), 1e-15);
    }

    /// <summary>At tau = 1e4: blow-up for alpha 4 % below g_max ||K||^2/4, bounded transient growth from it on.</summary>
    [Fact]
    public void Du_Fort_Frankel_is_stable_exactly_from_its_least_alpha()
    {
        double least = DuFortFrankel<double>.LeastAlpha(0.5);
        Assert.Equal(1, least);
        Assert.True(Growth(0.96 * least, 120) > 1e12);
        Assert.InRange(Growth(least, 120), 0, 1e5);
        Assert.InRange(Growth(least, 400), 0, 1e5);

        static double Growth(double alpha, int steps)
        {
            // The mode of the largest eigenvalue stands for the worst case; periodic, so that it is exactly that mode.
            var u = new Field<double>(1, 1, 1, 64);
            Field<double> noise = TestImages.Random(1, 1, 64, 9);
            for (int i = 0; i < 64; i++)
            {
                u.Values[i] = ((i & 1) == 0 ? 1 : -1) + (0.1 * noise.Values[i]);
            }

            var block = new SymmetricStep<double>(GradientBank.Create<double>(1, 1, Boundary.Periodic), new FluxActivation<double>(Flux.Linear, [1.0]), 1);
            double start = TestImages.Norm(u);
            new DuFortFrankel<double>(steps, alpha, 0.5).Advance(new DiffusionFlow<double>(block, u), u, 1e4 * steps);
            return TestImages.Norm(u) / start;
        }
    }

    [Fact]
    public void Known_pixels_stay_and_the_mean_does_without_them()
    {
        Field<double> image = TestImages.PiecewiseSmooth(23, 17, 4);
        bool[] known = TestImages.Mask(23 * 17, 0.2, 5);
        Field<double> u = TestImages.Copy(image), free = TestImages.Copy(image);
        new FastSemiIterative<double>(Limit).Advance(TestImages.Flow(u, Flux.PeronaMalik, 0.1, known), u, 30);
        new FastSemiIterative<double>(Limit).Advance(TestImages.Flow(free, Flux.PeronaMalik, 0.1), free, 30);
        Assert.All(Enumerable.Range(0, known.Length).Where(i => known[i]), i => Assert.Equal(image.Values[i], u.Values[i]));
        Assert.Equal(image.Values.ToArray().Average(), free.Values.ToArray().Average(), 1e-13);
        Assert.NotEqual(0, TestImages.RelativeError(u, image));
    }
}
