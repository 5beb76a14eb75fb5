using Unrolled.Diffusion;
using Unrolled.Diffusion.Networks;
using Unrolled.Differentiation;
using Unrolled.Learning;
using Unrolled.Learning.Fields;
using Unrolled.Learning.Rules;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;
using Unrolled.Tests.Laws;
using Unrolled.Tests.Numerics;

namespace Unrolled.Tests.Learning;

/// <summary>Every trainer that shares its work ends with the same bits on any number of ranks, on each of them.</summary>
public class RankTests
{
    private static readonly Dictionary<string, Func<IRanks, double[]>> Trainers = new()
    {
        ["network for signals"] = Network,
        ["prefix sums"] = PrefixSums,
        ["rollouts"] = Rollouts,
        ["rollouts with a memory"] = RolloutsWithMemory,
        ["exact order"] = ExactOrder,
        ["single steps"] = SingleSteps,
        ["all steps"] = AllSteps,
        ["loss of a rollout"] = LossOfRollout,
        ["nonlinear solver"] = NonlinearSolver,
        ["loss of a nonlinear solver"] = LossOfNonlinearSolver,
        ["loss of a linear solver"] = LossOfLinearSolver,
        ["rule search"] = Rules,
    };

    public static TheoryData<string> Names => [.. Trainers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void AnyNumberOfRanksGivesTheSameBits(string name)
    {
        Func<IRanks, double[]> train = Trainers[name];
        double[] alone = train(Ranks.Alone);
        Assert.Contains(alone, v => v != 0 && double.IsFinite(v));
        foreach (int count in (int[])[1, 2, 3, 5])
        {
            (double[] Numbers, int Exchanges)[] seen = ThreadRanks.Run(count, r => (train(r), r.Exchanges));
            Assert.All(seen, s => Assert.Equal(alone, s.Numbers));
            Assert.All(seen, s => Assert.True(count == 1 || s.Exchanges > 0, "nothing was shared"));
        }
    }

    /// <summary>One rank is asked to stop in the middle of a round: all of them leave the search at the same restart.</summary>
    [Fact]
    public void AStopOfOneRankKeepsWhatAllHaveDone()
    {
        RuleSearchOptions options = RuleSearchOptions.For(RuleForm.Gates) with { Evaluations = 400, Restarts = 40, Threads = 1, RestartsPerRound = 2 };
        using var stop = new CancellationTokenSource();
        RuleSearchState[] seen = ThreadRanks.Run(
            3,
            r =>
            {
                using var search = new RuleSearch(new RuleSpace(RuleForm.Gates), 2, options with { Ranks = r }, Validation);
                search.Round();
                if (r.Rank == 1)
                {
                    stop.Cancel();
                }

                search.Round();
                return search.State;
            },
            rank => rank == 1 ? stop.Token : default);
        Assert.All(seen, s => Assert.Equal(seen[0].Restarts, s.Restarts));
        Assert.All(seen, s => Assert.Equal(seen[0].Best, s.Best));
        Assert.Equal(8, seen[0].Restarts); // a whole round, and of the second what comes before the restarts of rank 1
    }

    private static RuleValidation Validation => new([new ParityTask(5, 10, new RandomStream(11)), new ParityTask(12, 20, new RandomStream(12))]);

    private static FitOptions Fit(IRanks ranks) => new() { Rounds = 2, StepsPerRound = 2, Threads = 1, Ranks = ranks };

    private static double[] Finish(IFitRounds fit)
    {
        using (fit)
        {
            fit.Round();
            return [.. fit.State.Parameters, fit.State.Damping, fit.BestError, .. fit.BestCoefficients()];
        }
    }

    private static double[] Network(IRanks ranks)
    {
        var family = new DenoisingFamily(new PiecewiseSignals(32), new GaussianNoise(Distribution.Parse("0.2")));
        var network = new SymmetricNetwork(new() { Blocks = 2, Filters = 3, KernelRows = 1, KernelColumns = 5, Flux = FluxShape.Of(Flux.PeronaMalik), Levels = new(0.2) });
        List<Field<float>> clean = [], noisy = [];
        for (int i = 0; i < 4; i++)
        {
            var batch = new NoisyFields(1, 1, 32);
            family.DrawInstance(batch, 0, new RandomStream(77).Split((ulong)i));
            clean.Add(batch.Clean);
            noisy.Add(batch.Noisy);
        }

        return Finish(new FieldFit(
            network, new SymmetricVariables(network), network.InitialParameters(new RandomStream(1)), family, new FieldValidation(clean, noisy, [0.2, 0.2, 0.2, 0.2], 2, ranks),
            new FieldFitOptions { Iterations = 6, BatchSize = 7, PatchRows = 1, PatchColumns = 32, Rounds = 2, Threads = 2, Ranks = ranks }));
    }

    private static double[] PrefixSums(IRanks ranks) => Finish(new PrefixSumFit(new PrefixSumNetwork(8, 4), new PrefixSumFitOptions
    {
        Bits = 6, BatchSize = 27, Updates = 6, Rounds = 2, WarmUp = 2, ValidationBits = [8], ValidationStrings = 8, Iterations = 4, Skipped = 2, Threads = 2, Ranks = ranks,
    }));

    private static (TrainingTrajectories Training, TrainingTrajectories Validation) Sets { get; } =
        (SmallFamilies.DrawVanDerPol(150, 1, 2, 2), SmallFamilies.DrawVanDerPol(70, 2, 2, 2));

    private static IntegratorTrainer Trainer => new(Sets.Training, Sets.Validation, 24);

    private static TrainedIntegrator Classical(string name) => Trainer.Classical().First(m => m.Name == name);

    private static double[] Rollouts(IRanks ranks) => Finish(Trainer.Tune(Classical("Kutta 3"), Fit(ranks)).Begin(null));

    private static double[] RolloutsWithMemory(IRanks ranks) => Finish(Trainer.Extend(Classical("Kutta 3"), 2, Fit(ranks)).Begin(null));

    private static double[] ExactOrder(IRanks ranks) => Finish(Trainer.KeepOrder(Classical("Kutta 3"), 2, Fit(ranks)).Begin(null));

    private static double[] SingleSteps(IRanks ranks) => Finish(Trainer.FitOneStep(Classical("Kutta 3"), new OneStepOptions(), Fit(ranks)).Begin(null));

    private static double[] AllSteps(IRanks ranks) => Finish(Trainer.ForAllSteps(2).Tune(StepConditionedTrainer.Parents(2)[0], Fit(ranks)).Begin(null));

    private static double[] Gradient(IObjective loss, double[] theta)
    {
        double[] gradient = new double[theta.Length];
        double value = loss.Evaluate(theta, gradient);
        return [value, .. gradient];
    }

    private static double[] LossOfRollout(IRanks ranks)
    {
        using RolloutLoss loss = new(Sets.Training.Roll(StepFunctions.RungeKutta(SmallFamilies.VanDerPol, 3), 8), 2, ranks);
        return Gradient(loss, Tableaus.Kutta3.Parameters.ToArray());
    }

    private static double[] NonlinearSolver(IRanks ranks)
    {
        NonlinearFamily family = NonlinearGallery.WideChandrasekhar();
        return Finish(new SolverFit(
            family.Draw(70, new RandomStream(1)), family.Draw(40, new RandomStream(2)), LearnedForm.Direct, SolverStarts.Number(1, 2, 1, 2, new RandomStream(3)),
            new SolverFitOptions { UnrolledSteps = 2, Stretches = 2, Fit = Fit(ranks) }));
    }

    private static double[] LossOfNonlinearSolver(IRanks ranks)
    {
        Function f = Function.ParseResidual("0 = x + 0.2*sin(y) - p\n0 = y + 0.3/(1 + x*x) - q", ["x", "y"], ["p", "q"]);
        const int n = 145;
        Batch p = Batch.Zeros(2, n), x = Batch.Zeros(2, n);
        SmallFamilies.Uniform(2 * n, 1, -1, 1).CopyTo(p.Values);
        SmallFamilies.Uniform(2 * n, 2, -1, 1).CopyTo(x.Values);
        using SolverLoss loss = new(f, p, x, LearnedForm.Direct, 2, [4, 16], 2, ranks);
        return Gradient(loss, [0.3, -0.2, 0.1]);
    }

    private static double[] LossOfLinearSolver(IRanks ranks)
    {
        using UnrolledLinearLoss loss = new(UnrolledSystems.Create("dense", 5, 133), 4, [4, 16], threads: 2, ranks: ranks);
        return Gradient(loss, UnrolledSystems.Weights(4));
    }

    private static double[] Rules(IRanks ranks)
    {
        RuleSearchOptions options = RuleSearchOptions.For(RuleForm.Gates) with { Evaluations = 300, Restarts = 20, Threads = 2, RestartsPerRound = 3, Ranks = ranks };
        using var search = new RuleSearch(new RuleSpace(RuleForm.Gates), 2, options, Validation);
        search.Run();
        RuleSearchState s = search.State;
        return [s.Restarts, s.Evaluations, s.OverFits, s.BestScore, .. s.Best.Select(g => (double)g), .. s.Found?.Select(g => (double)g) ?? []];
    }
}
