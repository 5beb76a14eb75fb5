using Unrolled.Diffusion;
using Unrolled.Diffusion.Multigrid;
using Unrolled.Diffusion.Schemes;
using Unrolled.Learning;
using Unrolled.Numerics;

namespace Unrolled.Tests.Diffusion.Multigrid;

public class InpaintingTests
{
    /// <summary>The claim: 5 % of 256 x 256, relative residual 1e-8, everything counted, against FSI with the best of four cycle lengths.</summary>
    [Fact]
    public void Multigrid_needs_a_fifth_of_the_work_of_fast_semi_iterative_cycles()
    {
        Field<double> image = TestImages.PiecewiseSmooth(256, 256, 1);
        bool[] known = TestImages.Mask(256 * 256, 0.05, 7);
        Field<double> u = TestImages.Masked(image, known), start = TestImages.Copy(u);
        MultigridOutcome outcome = InpaintingMultigrid.Homogeneous().Solve(u, known);
        Assert.Equal(Termination.Converged, outcome.Termination);
        Assert.InRange(Residual(u, start, known), 0, 1e-8);
        Assert.All(Enumerable.Range(0, known.Length).Where(i => known[i]), i => Assert.Equal(image.Values[i], u.Values[i]));

        int best = new[] { 15, 20, 25, 40 }.Min(length => SemiIterativeEvaluations(start, known, length, 1e-8));
        Assert.InRange(outcome.WorkUnits, 0, 40);
        Assert.True(best >= 5 * outcome.WorkUnits, $"{best} evaluations against {outcome.WorkUnits:f1} work units");
    }

    /// <summary>The claim: on held-out masks and images a trained cycle contracts 1.5 times more per work unit than the same V-cycle untrained.</summary>
    [Fact]
    public void A_trained_cycle_contracts_half_as_much_again()
    {
        InpaintingCycle trained = CycleTraining.Train(InpaintingCycle.Classical, Family(1, 3, 48), 8, 7);
        foreach ((Field<double> start, bool[] known) in Family(9, 3, 72))
        {
            double classical = PerWorkUnit(InpaintingCycle.Classical, start, known), better = PerWorkUnit(trained, start, known);
            Assert.True(better > 1.5 * classical, $"{better:g4} against {classical:g4}");
            Assert.True(PerWorkUnit(InpaintingCycle.Trained, start, known) > 1.5 * classical);
        }

        static double PerWorkUnit(InpaintingCycle cycle, Field<double> start, bool[] known)
        {
            // Ten cycles against three: the setup, the start and the check fall out.
            var history = new List<double>();
            InpaintingMultigrid scheme = InpaintingMultigrid.Homogeneous(cycle);
            double shorter = scheme.Solve(TestImages.Copy(start), known, 0, 2).WorkUnits;
            double longer = scheme.Solve(TestImages.Copy(start), known, 0, 8, history).WorkUnits;
            return Math.Log(history[2] / history[8]) / (longer - shorter);
        }
    }

    [Fact]
    public void ATrainingCanBeCanceled() => Assert.ThrowsAny<OperationCanceledException>(
        () => CycleTraining.Train(InpaintingCycle.Classical, Family(2, 3, 20), 2, 5, 1, new CancellationToken(canceled: true)));

    [Fact]
    public void Training_is_deterministic_whatever_the_threads()
    {
        double[] one = CycleTraining.Train(InpaintingCycle.Classical, Family(2, 3, 20), 2, 5, 1).Values;
        double[] three = CycleTraining.Train(InpaintingCycle.Classical, Family(2, 3, 20), 2, 5, 3).Values;
        Assert.Equal(one, three);
        Assert.NotEqual(InpaintingCycle.Classical.Values, one);
    }

    [Theory]
    [InlineData(1, 1, 1.0)]
    [InlineData(1, 9, 0.4)]
    [InlineData(9, 1, 0.4)]
    [InlineData(2, 2, 0.6)]
    [InlineData(31, 17, 0.05)]
    [InlineData(33, 64, 0.3)]
    [InlineData(40, 40, 0.002)]
    public void Every_size_and_density_is_solved(int rows, int columns, double density)
    {
        Field<double> image = TestImages.PiecewiseSmooth(rows, columns, 3);
        bool[] known = TestImages.Mask(rows * columns, density, 4);
        known[0] = true;
        Field<double> u = TestImages.Masked(image, known), start = TestImages.Copy(u);
        MultigridOutcome outcome = InpaintingMultigrid.Homogeneous().Solve(u, known);
        Assert.Equal(Termination.Converged, outcome.Termination);
        Assert.InRange(Residual(u, start, known), 0, 1e-8);
        Assert.InRange(u.Values.ToArray().Max(), double.MinValue, Enumerable.Range(0, known.Length).Where(i => known[i]).Max(i => image.Values[i]) + 1e-6);
    }

    [Fact]
    public void A_nonlinear_flux_reaches_the_steady_state_of_its_own_flow()
    {
        Field<double> image = TestImages.PiecewiseSmooth(48, 48, 5);
        bool[] known = TestImages.Mask(48 * 48, 0.1, 6);
        Field<double> u = TestImages.Masked(image, known), f = u.ZerosLike();
        DiffusionFlow<double> flow = TestImages.Flow(u, Flux.Charbonnier, 0.2, known);
        flow.Evaluate(u, f);
        double first = TestImages.Norm(f);
        MultigridOutcome outcome = new InpaintingMultigrid(flow.Block.Flux).Solve(u, known);
        flow.Evaluate(u, f);
        Assert.Equal(Termination.Converged, outcome.Termination);
        Assert.Equal(outcome.RelativeResidual, TestImages.Norm(f) / first, 1e-12);
        Assert.InRange(outcome.RelativeResidual, 0, 1e-8);
    }

    [Fact]
    public void Nothing_known_is_refused() => Assert.Contains(
        "no pixel", Assert.Throws<ArgumentException>(() => InpaintingMultigrid.Homogeneous().Solve(new Field<double>(1, 1, 4, 4), new bool[16])).Message, StringComparison.Ordinal);

    private static List<(Field<double> Image, bool[] Known)> Family(ulong seed, int count, int size) =>
        [.. Enumerable.Range(0, count).Select(k =>
        {
            bool[] known = TestImages.Mask(size * size, 0.05, (seed * 100) + (ulong)k);
            return (TestImages.Masked(TestImages.PiecewiseSmooth(size, size, (seed * 100) + (ulong)k), known), known);
        })];

    private static double Residual(Field<double> u, Field<double> start, bool[] known)
    {
        DiffusionFlow<double> flow = TestImages.Flow(u, Flux.Linear, 1, known);
        Field<double> f = u.ZerosLike();
        flow.Evaluate(start, f);
        double first = TestImages.Norm(f);
        flow.Evaluate(u, f);
        return first > 0 ? TestImages.Norm(f) / first : TestImages.Norm(f);
    }

    private static int SemiIterativeEvaluations(Field<double> start, bool[] known, int length, double tolerance)
    {
        Field<double> u = TestImages.Copy(start);
        DiffusionFlow<double> flow = TestImages.Flow(u, Flux.Linear, 1, known);
        var skip = new Extrapolation<double>(u);
        double first = 0;
        while (true)
        {
            skip.Restart(u);
            for (int l = 0; l < length; l++)
            {
                flow.Evaluate(u, skip.Flow);
                double norm = TestImages.Norm(skip.Flow);
                first = first > 0 ? first : norm;
                if (norm <= tolerance * first)
                {
                    return flow.Evaluations;
                }

                skip.Step(u, FastSemiIterative<double>.Alpha(l), 0.2499);
            }
        }
    }
}
