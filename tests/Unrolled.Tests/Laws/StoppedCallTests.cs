using Unrolled.Deployment.Fields;
using Unrolled.Diffusion;
using Unrolled.Diffusion.Multigrid;
using Unrolled.Diffusion.Schemes;
using Unrolled.Krylov;
using Unrolled.Learning;
using Unrolled.Learning.Rules;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Deployment.Fields;
using Unrolled.Tests.Diffusion;
using Unrolled.Tests.Learning;

namespace Unrolled.Tests.Laws;

/// <summary>Long calls end at a token: at once where it is canceled already, and before their end where it is canceled on the way.</summary>
public class StoppedCallTests
{
    private static readonly Field<double> _image = TestImages.PiecewiseSmooth(24, 20, 1);

    private static readonly Dictionary<string, Action<CancellationToken>> _calls = new()
    {
        ["smooth image"] = t => DiffusionFilter.Smooth(new double[8, 9], 5, t),
        ["smooth signal"] = t => DiffusionFilter.Smooth([1.0, 2, 3, 5], 5, t),
        ["denoise"] = t => DiffusionFilter.Denoise(new double[,] { { 1, 2 }, { 3, 5 } }, 0.1, t),
        ["inpaint"] = t => DiffusionFilter.Inpaint(new double[,] { { 1, 2 }, { 3, 5 } }, new[,] { { true, true }, { false, true } }, t),
        ["filter"] = t => new DiffusionFilter().Apply(_image, 3, t),
        ["full approximation"] = t => Scheme(FullApproximationOptions()).Solve(Implicit(), TestImages.Copy(_image), null, t),
        ["full multigrid"] = t => Scheme(FullApproximationOptions() with { Start = MultigridStart.Coarsest }).Solve(Implicit(), TestImages.Copy(_image), null, t),
        ["safeguarded multigrid"] = t => new SafeguardedMultigrid(Scheme(FullApproximationOptions()), Scheme(FullApproximationOptions())).Solve(Implicit(), TestImages.Copy(_image), t),
        ["inpainting multigrid"] = t => InpaintingMultigrid.Homogeneous().Solve(TestImages.Copy(_image), TestImages.Mask(480, 0.3, 2), cancellationToken: t),
        ["compression"] = t => KrylovCompression.Of(KrylovCompressionTests.Draw("diffusion", 4), 5, t),
        ["linear training"] = t => _ = new LinearTraining(FixedMatrixFamily.FiveByFive(), new() { InnerEvaluations = 3, Instances = 4 }, null, t),
        ["classical integrators"] = t => Trainer().Classical(t),
        ["search of integrators"] = t => _ = new IntegratorSearch(Trainer(), null, t),
        ["errors of parents"] = t => Trainer().ForAllSteps(2).ClassicalErrors(2, t),
        ["trajectories"] = t => TrainingTrajectories.Compute(SmallFamilies.Square, [1], [1], 1, 1, 40, t),
        ["enumeration"] = t => SmallLearnerEnumeration.Count(SmallTaskKind.ParityOfTwo, 1, new RandomStream(1), t),
        ["learned denoiser"] = t => ExampleDenoisers.Symmetric(new()).Denoise(new Field<float>(1, 1, 8, 8), 0.1, t),
    };

    private static readonly Dictionary<string, IDiffusionScheme<double>> _schemes = new()
    {
        ["explicit"] = new ExplicitScheme<double>(0.25),
        ["FSI"] = new FastSemiIterative<double>(0.25),
        ["FED"] = new FastExplicitDiffusion<double>(0.25, 12),
        ["Du Fort-Frankel"] = new DuFortFrankel<double>(20, 2, 0.25),
        ["extrapolated"] = new ExtrapolatedScheme<double>([.. Enumerable.Repeat(1.0, 20)]),
        ["AOS"] = new AdditiveOperatorSplitting<double>(20),
        ["Picard"] = new ImplicitScheme<double>(4, new PicardIteration<double>(8)),
        ["lagged"] = new ImplicitScheme<double>(4, new LaggedDiffusivity<double>()),
        ["Newton"] = new ImplicitScheme<double>(4, new DampedNewton<double>()),
    };

    public static TheoryData<string> Calls => [.. _calls.Keys];

    public static TheoryData<string> Schemes => [.. _schemes.Keys];

    [Theory]
    [MemberData(nameof(Calls))]
    public void ACanceledTokenStopsTheCall(string call)
    {
        _calls[call](CancellationToken.None);
        Assert.ThrowsAny<OperationCanceledException>(() => _calls[call](new CancellationToken(canceled: true)));
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void ASchemeStopsOnTheWay(string scheme)
    {
        using var all = new CancelingFlux();
        Advance(scheme, all);
        Assert.True(all.Uses >= 8, $"{all.Uses}");
        using var half = new CancelingFlux(all.Uses / 2);
        Assert.ThrowsAny<OperationCanceledException>(() => Advance(scheme, half));
        Assert.InRange(half.Uses, all.Uses / 2, (all.Uses / 2) + 2);
    }

    [Fact]
    public void ACycleIsNotBegunAfterTheEnd()
    {
        using var source = new CancellationTokenSource();
        var history = new CancelingHistory(source, at: 4);
        Field<double> x = TestImages.Copy(_image), reference = TestImages.Copy(_image);
        Assert.ThrowsAny<OperationCanceledException>(() => Scheme(FullApproximationOptions()).Solve(Implicit(), x, history, source.Token));
        Assert.Equal(4, history.Count);
        Scheme(FullApproximationOptions() with { MostCycles = 3 }).Solve(Implicit(), reference);
        Assert.Equal(reference.Values.ToArray(), x.Values.ToArray());
    }

    [Fact]
    public void AProductIsNotMadeAfterTheEnd()
    {
        using var source = new CancellationTokenSource();
        LinearSystem systems = KrylovCompressionTests.Draw("diffusion", 4);
        var a = new CountingOperator(systems.Operator) { Counted = n => Stop(source, n == 3) };
        Assert.ThrowsAny<OperationCanceledException>(() => KrylovCompression.Of(new LinearSystem(a, systems.RightHandSide), 9, source.Token));
        Assert.Equal(3, a.Products);
    }

    [Theory]
    [InlineData(LinearTrainer.Gradient)]
    [InlineData(LinearTrainer.Convex)]
    public void AStoppedTrainingGoesOnWithTheSameBits(LinearTrainer trainer)
    {
        var options = new LinearTrainingOptions { InnerEvaluations = 3, Instances = 8, Trainer = trainer, Starts = 2, AdamSteps = 60, BfgsSteps = 20 };
        using var whole = new LinearTraining(FixedMatrixFamily.FiveByFive(), options);
        using var stopped = new LinearTraining(FixedMatrixFamily.FiveByFive(), options);
        bool more = true;
        while (more)
        {
            Assert.ThrowsAny<OperationCanceledException>(() => stopped.Advance(new CancellationToken(canceled: true)));
            more = whole.Advance();
            Assert.Equal(more, stopped.Advance());
        }

        Assert.Equal(whole.Method.Weights.ToArray(), stopped.Method.Weights.ToArray());
        Assert.Equal(whole.Curve, stopped.Curve);
        Assert.Equal(whole.ByDegree.Count, stopped.ByDegree.Count);
    }

    private static void Stop(CancellationTokenSource source, bool now)
    {
        if (now)
        {
            source.Cancel();
        }
    }

    private static void Advance(string scheme, CancelingFlux flux)
    {
        Field<double> u = TestImages.Copy(_image);
        var flow = new DiffusionFlow<double>(new SymmetricStep<double>(GradientBank.Create<double>(2), flux, 1), u);
        _schemes[scheme].Advance(flow, u, 10, flux.Token);
    }

    private static ImplicitDiffusionProblem Implicit() => new(_image, 20, new FluxActivation<double>(Flux.Charbonnier, [0.1, 0.1]));

    private static FullApproximationOptions FullApproximationOptions() => new() { MostCycles = 12, RelativeTolerance = 0 };

    private static FullApproximationScheme Scheme(FullApproximationOptions options) => new(CycleCoefficients.Classical(1, 1), options);

    private static IntegratorTrainer Trainer()
    {
        var trajectories = TrainingTrajectories.Compute(SmallFamilies.Square, [1, 1.2], [1, 0.8], 1, 2, 100);
        return new IntegratorTrainer(trajectories, trajectories, 24);
    }

    /// <summary>A list that cancels when it has so many numbers.</summary>
    private sealed class CancelingHistory(CancellationTokenSource source, int at) : System.Collections.ObjectModel.Collection<double>
    {
        protected override void InsertItem(int index, double item)
        {
            base.InsertItem(index, item);
            Stop(source, Count == at);
        }
    }
}
