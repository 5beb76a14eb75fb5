using Unrolled.Krylov;
using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Learning;

public class LinearTrainingTests
{
    private static readonly LinearTrainingOptions Paper = new()
    {
        InnerEvaluations = 4, OuterIterations = 3, Loss = LinearLoss.Absolute, Instances = 10_000,
    };

    /// <summary>The acceptance numbers of the paper's example, held out, by both trainers.</summary>
    [Theory]
    [InlineData(LinearTrainer.Convex)]
    [InlineData(LinearTrainer.Gradient)]
    public void BothTrainersReachThePublishedOptimum(LinearTrainer trainer)
    {
        using var training = new LinearTraining(FixedMatrixFamily.FiveByFive(), Paper with { Trainer = trainer });
        while (training.Advance())
        {
        }

        Assert.Equal(1, training.Fraction);
        Assert.Equal(4.7e-4, training.Loss, 0.03 * 4.7e-4);
        LinearSystem unseen = FixedMatrixFamily.FiveByFive().Draw(4000, new RandomStream(99));
        double[] expected = [1.06e-2, 4.1e-5, 1.9e-7];
        for (int k = 1; k <= 3; k++)
        {
            double mean = Solver.Solve(training.Method, unseen, StoppingCriterion.Iterations(k)).Outcomes.ToArray().Average(o => o.Residual);
            Assert.Equal(expected[k - 1], mean, 0.05 * expected[k - 1]);
        }
    }

    /// <summary>Stopped after every slice of the run and resumed in a new training: same bits as without a stop.</summary>
    [Fact]
    public void AResumedTrainingEndsWithTheSameBits()
    {
        LinearTrainingOptions options = Paper with { Trainer = LinearTrainer.Gradient, Instances = 50, Starts = 2, AdamSteps = 450, BfgsSteps = 700 };
        using var whole = new LinearTraining(FixedMatrixFamily.FiveByFive(), options);
        var states = new List<IReadOnlyDictionary<string, double[]>> { whole.State };
        var phases = new List<string> { whole.Phase };
        while (whole.Advance())
        {
            states.Add(whole.State);
            phases.Add(whole.Phase);
        }

        Assert.Contains(phases, p => p.Contains("start 2") && p.Contains("Adam"));
        Assert.Contains(states, s => s["counts"][3] > 0); // one of the cuts is in the middle of L-BFGS
        foreach (IReadOnlyDictionary<string, double[]> state in states)
        {
            using var resumed = new LinearTraining(FixedMatrixFamily.FiveByFive(), options) { State = state };
            while (resumed.Advance())
            {
            }

            Assert.Equal(whole.Loss, resumed.Loss);
            Assert.Equal(whole.Method.Weights, resumed.Method.Weights);
            Assert.Equal(whole.Curve, resumed.Curve);
        }
    }

    [Fact]
    public void AStateIsACopy()
    {
        LinearTrainingOptions options = Paper with { Trainer = LinearTrainer.Gradient, Instances = 20, Starts = 1, AdamSteps = 400, BfgsSteps = 100 };
        using var training = new LinearTraining(FixedMatrixFamily.FiveByFive(), options);
        training.Advance();
        IReadOnlyDictionary<string, double[]> state = training.State;
        var before = state.ToDictionary(s => s.Key, s => s.Value.ToArray());
        while (training.Advance())
        {
        }

        Assert.All(before, s => Assert.Equal(s.Value, state[s.Key]));
    }

    [Fact]
    public void EveryDegreeOfAConvexTrainingIsAMethod()
    {
        using var training = new LinearTraining(new DiffusionFamily(grid: 8), new LinearTrainingOptions { InnerEvaluations = 12, OuterIterations = 1, Instances = 20 });
        Assert.False(training.Advance());
        Assert.Equal(Enumerable.Range(1, 12), training.ByDegree.Select(m => m.InnerEvaluations));
        Assert.Equal(training.Curve.OrderByDescending(p => p.Loss), training.Curve);
        (double low, double high) = training.Spectrum!.Value;
        LinearSystem unseen = new DiffusionFamily(grid: 8).Draw(10, new RandomStream(5));
        foreach (LearnedKrylov method in training.ByDegree)
        {
            Assert.All(Enumerable.Range(0, 1000), i => Assert.True(Math.Abs(method.ResidualPolynomial(low + ((high - low) * i / 999))) < 1));
            Assert.All(Solver.Solve(method, unseen, StoppingCriterion.Iterations(1)).Outcomes.ToArray(), o => Assert.True(o.RelativeResidual < 1));
        }
    }

    /// <summary>The geometric mean is what it says: no worse than that of least squares.</summary>
    [Fact]
    public void TheGeometricLossServesTheTypicalSystem()
    {
        var family = new DiffusionFamily(grid: 12);
        LinearSystem training = family.Draw(40, new RandomStream(1).Split("training"));
        double Mean(LinearLoss loss)
        {
            using var run = new LinearTraining(family, new LinearTrainingOptions { InnerEvaluations = 12, OuterIterations = 1, Instances = 40, Loss = loss });
            run.Advance();
            return Solver.Solve(run.Method, training, StoppingCriterion.Iterations(1)).Outcomes.ToArray().Average(o => Math.Log(o.RelativeResidual));
        }

        Assert.True(Mean(LinearLoss.Geometric) <= Mean(LinearLoss.Relative));
    }
}
