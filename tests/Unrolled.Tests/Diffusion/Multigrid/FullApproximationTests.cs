using Unrolled.Diffusion;
using Unrolled.Diffusion.Multigrid;
using Unrolled.Diffusion.Schemes;
using Unrolled.Learning;
using Unrolled.Numerics;

namespace Unrolled.Tests.Diffusion.Multigrid;

public class FullApproximationTests
{
    private static readonly FullApproximationOptions _redBlack = new() { Smoother = Smoother.RedBlack };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Poisson_with_an_exact_coarse_solution_contracts_by_seven(int visits)
    {
        // Two levels: the coarsest grid is solved until its residual is a tenth; many levels in W-cycles come to the same.
        ImplicitDiffusionProblem problem = Problem(64, 64, 1, 1e6, Flux.Linear, 1);
        FullApproximationOptions options = _redBlack with { Visits = visits, MostLevels = visits == 1 ? 2 : int.MaxValue, MostCycles = 8, RelativeTolerance = 0 };
        double[] history = History(CycleCoefficients.Classical(1, 1, 1), options, problem);
        Assert.InRange(Math.Pow(history[8] / history[3], 0.2), 0, 0.15);
    }

    [Fact]
    public void Contraction_does_not_depend_on_the_size()
    {
        double[] factors = [.. new[] { 16, 33, 64, 100 }.Select(size =>
        {
            double[] history = History(CycleCoefficients.Classical(1, 1), new() { MostCycles = 8, RelativeTolerance = 0 }, Problem(size, size, 2, 1000, Flux.Linear, 1));
            return Math.Pow(history[8] / history[3], 0.2);
        })];
        Assert.All(factors, f => Assert.InRange(f, 0.1, 0.45));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 30)]
    [InlineData(17, 3)]
    [InlineData(31, 46)]
    public void The_solution_is_that_of_newton(int rows, int columns)
    {
        ImplicitDiffusionProblem problem = Problem(rows, columns, 3, 20, Flux.Charbonnier, 0.2);
        foreach (FullApproximationOptions options in new[] { new FullApproximationOptions(), _redBlack, _redBlack with { Visits = 2 }, _redBlack with { Start = MultigridStart.Coarsest } })
        {
            Field<double> x = TestImages.Copy(problem.Data), newton = TestImages.Copy(problem.Data);
            MultigridOutcome outcome = new FullApproximationScheme(CycleCoefficients.Classical(1, 1, options.Smoother == Smoother.RedBlack ? 1 : 0.8), options).Solve(problem, x);
            Assert.Equal(Termination.Converged, outcome.Termination);
            var bank = GradientBank.Create<double>(2);
            var flow = new DiffusionFlow<double>(new SymmetricStep<double>(bank, problem.Flux, 1), x);
            new DampedNewton<double>(1e-11).Solve(flow, problem.Data, 20, newton);
            Assert.InRange(TestImages.RelativeError(x, newton), 0, 1e-7);
        }
    }

    [Fact]
    public void Full_multigrid_starts_closer()
    {
        ImplicitDiffusionProblem problem = Problem(64, 64, 4, 300, Flux.Charbonnier, 0.3);
        double given = History(CycleCoefficients.Classical(1, 1, 1), _redBlack, problem)[0];
        double risen = History(CycleCoefficients.Classical(1, 1, 1), _redBlack with { Start = MultigridStart.Coarsest }, problem)[0];
        Assert.True(risen < 0.2 * given, $"{risen:g3} {given:g3}");
    }

    /// <summary>The claim, for the full approximation scheme: trained sweeps and transfers against the classical V(1,1), held-out problems, per work unit.</summary>
    [Fact]
    public void A_trained_cycle_contracts_half_as_much_again_as_the_classical_v_cycle()
    {
        CycleCoefficients trained = CycleTraining.Train(CycleCoefficients.Classical(0, 2, 1), _redBlack, Family(1, 4, 40), 8, 7, 2);
        ImplicitDiffusionProblem[] held = Family(2, 5, 48);
        double classical = PerWorkUnit(CycleCoefficients.Classical(1, 1), new(), held), best = PerWorkUnit(trained, _redBlack, held);
        double untrained = PerWorkUnit(CycleCoefficients.Classical(0, 2, 1), _redBlack, held);
        Assert.True(best > 1.5 * classical, $"{best:g4} against {classical:g4}");
        Assert.True(best > untrained, $"{best:g4} against {untrained:g4} of the same cycle untrained");
    }

    /// <summary>The stronger claim: numbers of its own for the finest level, against untrained cycles over two colors, all with the same savings of work.</summary>
    [Fact]
    public void A_cycle_trained_by_level_contracts_a_quarter_more_than_classical_cycles()
    {
        CycleCoefficients trained = CycleTraining.Train(CycleCoefficients.ClassicalByLevel(0, 2, 2, 1), _redBlack, Family(1, 4, 40), 15, 8, 2);
        ImplicitDiffusionProblem[] held = Family(2, 9, 48);
        double best = PerWorkUnit(trained, _redBlack, held);
        double untrained = PerWorkUnit(CycleCoefficients.Classical(0, 2, 1), _redBlack, held);
        double jacobi = PerWorkUnit(CycleCoefficients.Classical(1, 1), new(), held);
        double classical = new[] { (1, 1), (1, 2), (0, 3), (2, 2) }.Max(n => PerWorkUnit(CycleCoefficients.Classical(n.Item1, n.Item2, 1), _redBlack, held));
        classical = Math.Max(classical, PerWorkUnit(CycleCoefficients.ClassicalByLevel(0, 2, 3, 1), _redBlack, held));
        Assert.True(best > 1.3 * untrained, $"{best:g4} against {untrained:g4} of the same cycle untrained");
        Assert.True(best > 1.25 * classical, $"{best:g4} against {classical:g4} of the best classical cycle");
        Assert.True(best > 3 * jacobi, $"{best:g4} against {jacobi:g4} of V(1,1)");
    }

    [Fact]
    public void Levels_with_the_same_numbers_apart_are_levels_that_share_them()
    {
        ImplicitDiffusionProblem problem = Problem(33, 40, 8, 50, Flux.Charbonnier, 0.2);
        FullApproximationOptions options = _redBlack with { MostCycles = 4, RelativeTolerance = 0 };
        double[] shared = [1.1, 0.95, 0.6, 0.2, 0.05];
        double[] together = History(CycleCoefficients.Classical(0, 2, 1).With(shared), options, problem);
        Assert.Equal(together, History(CycleCoefficients.ClassicalByLevel(0, 2, 2, 1).With([.. shared, .. shared]), options, problem));
        Assert.NotEqual(together, History(CycleCoefficients.ClassicalByLevel(0, 2, 2, 1).With([.. shared, 1.2, 0.95, 0.6, 0.2, 0.05]), options, problem));
        Assert.NotEqual(together, History(CycleCoefficients.ClassicalByLevel(0, 2, 3, 1), options, problem));
    }

    /// <summary>Whatever the numbers of the trained cycle, the answer is at most the tolerance or at most that of the classical scheme.</summary>
    [Fact]
    public void A_safeguarded_cycle_is_never_worse()
    {
        var random = new RandomStream(5);
        var classical = new FullApproximationScheme(CycleCoefficients.Classical(1, 1), new() { MostCycles = 12 });
        int fallbacks = 0;
        for (int trial = 0; trial < 20; trial++)
        {
            ImplicitDiffusionProblem problem = Family((ulong)(10 + trial), 1, 24)[0];
            CycleCoefficients shape = CycleCoefficients.Classical(1, 1);
            double[] wild = [.. shape.Values.ToArray().Select(v => v * Math.Exp(random.NextNormal()))];
            Field<double> x = TestImages.Copy(problem.Data), plain = TestImages.Copy(problem.Data);
            MultigridOutcome guarded = new SafeguardedMultigrid(new FullApproximationScheme(shape.With(wild), new() { MostCycles = 12 }), classical).Solve(problem, x);
            MultigridOutcome alone = classical.Solve(problem, plain);
            Assert.True(guarded.RelativeResidual <= Math.Max(1e-8, alone.RelativeResidual), $"{trial}: {guarded} against {alone}");
            Assert.Equal(guarded.RelativeResidual, Residual(problem, x), 1e-12);
            fallbacks += guarded.Fallbacks;
        }

        Assert.InRange(fallbacks, 3, 20);
    }

    [Fact]
    public void Work_of_a_cycle_is_four_evaluations_and_what_moves_between_them()
    {
        ImplicitDiffusionProblem problem = Problem(128, 128, 6, 10, Flux.Linear, 1);
        var scheme = new FullApproximationScheme(CycleCoefficients.Classical(1, 1), new() { MostCycles = 1, RelativeTolerance = 0 });
        Field<double> x = TestImages.Copy(problem.Data);
        double one = scheme.Solve(problem, x).WorkUnits;
        Assert.InRange(one, 5, 8.5);
    }

    private static ImplicitDiffusionProblem Problem(int rows, int columns, ulong seed, double tau, Flux flux, double contrast)
    {
        Field<double> image = TestImages.PiecewiseSmooth(rows, columns, seed);
        var random = new RandomStream(seed);
        foreach (ref double value in image.Values)
        {
            value += 0.1 * random.NextNormal();
        }

        return new ImplicitDiffusionProblem(image, tau, new FluxActivation<double>(flux, [contrast, contrast]));
    }

    private static ImplicitDiffusionProblem[] Family(ulong seed, int count, int size)
    {
        var random = new RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(k =>
        {
            double tau = Math.Pow(10, random.NextUniform(0.5, 3)), contrast = random.NextUniform(0.1, 0.4);
            return Problem(size, size, (seed * 100) + (ulong)k, tau, k % 3 == 0 ? Flux.Linear : Flux.Charbonnier, contrast);
        })];
    }

    private static double[] History(CycleCoefficients coefficients, FullApproximationOptions options, ImplicitDiffusionProblem problem)
    {
        var history = new List<double>();
        new FullApproximationScheme(coefficients, options).Solve(problem, TestImages.Copy(problem.Data), history);
        return [.. history];
    }

    private static double PerWorkUnit(CycleCoefficients coefficients, FullApproximationOptions options, IEnumerable<ImplicitDiffusionProblem> problems) =>
        problems.Average(problem =>
        {
            MultigridOutcome outcome = new FullApproximationScheme(coefficients, options).Solve(problem, TestImages.Copy(problem.Data));
            double[] history = History(coefficients, options, problem);
            return Math.Log(history[0] / history[^1]) / outcome.WorkUnits;
        });

    private static double Residual(ImplicitDiffusionProblem problem, Field<double> x)
    {
        var flow = new DiffusionFlow<double>(new SymmetricStep<double>(GradientBank.Create<double>(2), problem.Flux, 1), x);
        return new ImplicitResidual<double>(flow, problem.Data, problem.Tau).Evaluate(x);
    }
}
