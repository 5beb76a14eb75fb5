using Unrolled.Diffusion;
using Unrolled.Diffusion.Schemes;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Diffusion.Schemes;

public class ImplicitSchemeTests
{
    public static TheoryData<string> Solvers => ["picard", "accelerated", "lagged", "newton"];

    private static IImplicitSolver<double> Solver(string name, double slopeBound, double tolerance = 1e-10) => name switch
    {
        "picard" => new PicardIteration<double>(slopeBound, Acceleration.None, tolerance, 200_000),
        "accelerated" => new PicardIteration<double>(slopeBound, Acceleration.SemiIterative, tolerance),
        "lagged" => new LaggedDiffusivity<double>(tolerance),
        _ => new DampedNewton<double>(tolerance),
    };

    [Theory]
    [MemberData(nameof(Solvers))]
    public void All_solvers_find_the_one_solution_of_a_monotone_flux(string name)
    {
        foreach ((int rows, int columns) in new[] { (1, 40), (14, 11) })
        {
            Field<double> u = TestImages.PiecewiseSmooth(rows, columns, 6), v = TestImages.Copy(u), newton = TestImages.Copy(u);
            DiffusionFlow<double> flow = TestImages.Flow(u, Flux.Charbonnier, 0.1);
            ImplicitOutcome outcome = Solver(name, rows == 1 ? 4 : 8).Solve(flow, u, 5, v);
            Assert.Equal(Termination.Converged, outcome.Termination);
            Solver("newton", 8).Solve(flow, u, 5, newton);
            Assert.InRange(TestImages.RelativeError(v, newton), 0, 1e-8);
        }
    }

    [Theory]
    [InlineData("lagged")]
    [InlineData("newton")]
    public void The_norm_falls_at_any_step_size(string name)
    {
        foreach (Flux flux in new[] { Flux.Linear, Flux.Charbonnier, Flux.Huber })
        {
            Field<double> u = TestImages.Random(1, 1, 50, 7), v = TestImages.Copy(u);
            ImplicitOutcome outcome = Solver(name, 4, 1e-6).Solve(TestImages.Flow(u, flux, 0.5), u, 1e6, v);
            Assert.InRange(TestImages.Norm(v), 0, TestImages.Norm(u));
            Assert.True(outcome.Termination == Termination.Converged || flux == Flux.Huber, $"{flux.Name}: {outcome}");
        }
    }

    [Fact]
    public void Newton_takes_fewer_iterations_than_lagging_and_acceleration_fewer_than_plain_iteration()
    {
        Field<double> u = TestImages.PiecewiseSmooth(16, 16, 8);
        int[] counts = [.. new[] { "picard", "accelerated", "lagged", "newton" }.Select(name =>
            Solver(name, 8).Solve(TestImages.Flow(u, Flux.Charbonnier, 0.1), u, 20, TestImages.Copy(u)).Iterations)];
        Assert.True(counts[1] * 3 < counts[0] && counts[3] < counts[2], string.Join(' ', counts));
    }

    /// <summary>Negative curvature at tau beta ||K||^2 &gt; 1: the damping takes over and a stationary solution is still found.</summary>
    [Fact]
    public void Newton_survives_a_nonmonotone_flux()
    {
        Field<double> u = TestImages.Random(1, 12, 12, 9), v = TestImages.Copy(u);
        ImplicitOutcome outcome = new DampedNewton<double>(1e-8, 500).Solve(TestImages.Flow(u, Flux.PeronaMalik, 0.3), u, 10, v);
        Assert.Equal(Termination.Converged, outcome.Termination);
        Assert.InRange(TestImages.Norm(v), 0, TestImages.Norm(u));
    }

    [Fact]
    public void An_unreached_tolerance_is_reported_and_the_scheme_keeps_the_state()
    {
        Field<double> u = TestImages.PiecewiseSmooth(8, 8, 10), before = TestImages.Copy(u);
        var scheme = new ImplicitScheme<double>(1, new PicardIteration<double>(8, Acceleration.None, 1e-12, 3));
        Assert.Contains("step 1 of 1", Assert.Throws<InvalidOperationException>(() => scheme.Advance(TestImages.Flow(u, Flux.Charbonnier, 0.1), u, 100)).Message, StringComparison.Ordinal);
        Assert.Equal(before.Values.ToArray(), u.Values.ToArray());
    }

    [Fact]
    public void Splitting_of_a_signal_is_the_semi_implicit_scheme_and_refuses_mixed_filters()
    {
        Field<double> u = TestImages.PiecewiseSmooth(1, 30, 11), split = TestImages.Copy(u), lagged = TestImages.Copy(u);
        new AdditiveOperatorSplitting<double>(1).Advance(TestImages.Flow(u, Flux.PeronaMalik, 0.1), split, 4);
        new LaggedDiffusivity<double>(0, 1).Solve(TestImages.Flow(u, Flux.PeronaMalik, 0.1), u, 4, lagged);
        Assert.InRange(TestImages.RelativeError(split, lagged), 0, 1e-14);
        var mixed = new ConvolutionBank<double>([0, 0, 1, 0, 0, 0, -1, 0, 0], 1, 1, 3, 3);
        Field<double> image = TestImages.Random(1, 5, 5, 1);
        var flow = new DiffusionFlow<double>(new SymmetricStep<double>(mixed, new FluxActivation<double>(Flux.Linear, [1.0]), 1), image);
        Assert.Contains("filter 0", Assert.Throws<ArgumentException>(() => new AdditiveOperatorSplitting<double>(1).Advance(flow, image, 1)).Message, StringComparison.Ordinal);
    }

    /// <summary>L = sum of w v: both gradients against central differences, for the state, the step, a kernel and the contrast.</summary>
    [Fact]
    public void Gradients_through_the_fixed_point_and_through_unrolling_agree_with_differences()
    {
        const double tau = 1.5, h = 1e-5;
        double[] kernels = [0.1, -0.7, 0.6, 0.3, -0.5, 0.2];
        Field<double> u = TestImages.Random(1, 1, 12, 12), weights = TestImages.Random(1, 1, 12, 13);
        DiffusionFlow<double> flow = Create(kernels, 0.8);
        Field<double> v = TestImages.Copy(u);
        new DampedNewton<double>(1e-13).Solve(flow, u, tau, v);
        var implicitly = new ImplicitGradient<double>(flow);
        implicitly.ThroughFixedPoint(v, tau, weights, 1e-14);
        var unrolled = new ImplicitGradient<double>(flow);
        unrolled.ThroughUnrolling(u, tau, 0.25, 200, (_, gradient) => weights.CopyTo(gradient));

        double[] differences =
        [
            Difference(d => { Field<double> moved = TestImages.Copy(u); moved.Values[5] += d; return Loss(kernels, 0.8, tau, moved); }),
            Difference(d => Loss(kernels, 0.8, tau + d, u)),
            Difference(d => Loss([kernels[0], kernels[1] + d, .. kernels[2..]], 0.8, tau, u)),
            Difference(d => Loss([.. kernels[..5], kernels[5] + d], 0.8, tau, u)),
            Difference(d => Loss(kernels, 0.8 * Math.Exp(d), tau, u)),
        ];
        foreach (ImplicitGradient<double> g in new[] { implicitly, unrolled })
        {
            double[] values = [g.State.Values[5], g.StepSize, g.Kernels[1], g.Kernels[5], g.FluxParameters[0] + g.FluxParameters[1]];
            Assert.All(values.Zip(differences), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        }

        double Difference(Func<double, double> loss) => (loss(h) - loss(-h)) / (2 * h);

        DiffusionFlow<double> Create(double[] k, double contrast) => new(
            new SymmetricStep<double>(new ConvolutionBank<double>(k, 2, 1, 1, 3), new FluxActivation<double>(Flux.Charbonnier, [contrast, contrast]), 1), u);

        double Loss(double[] k, double contrast, double step, Field<double> start)
        {
            Field<double> state = TestImages.Copy(start);
            new DampedNewton<double>(1e-13).Solve(Create(k, contrast), start, step, state);
            return state.Values.ToArray().Zip(weights.Values.ToArray(), (a, b) => a * b).Sum();
        }
    }
}
