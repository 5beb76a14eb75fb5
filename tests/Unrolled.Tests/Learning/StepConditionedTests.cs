using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;
using Xunit;

namespace Unrolled.Tests.Learning;

public class StepConditionedTests
{
    private static readonly int[] Sweep = [1, 2, 3, 4, 6, 8, 12, 16, 32, 64];

    [Theory]
    [InlineData("lotka-volterra", 120, "Kutta 3", 5)]
    [InlineData("lotka-volterra", 240, "Kutta 3", 5)]
    [InlineData("pendulum", 240, "Kutta 3", 3.8)]
    [InlineData("van-der-pol", 480, "SSP 3", 1.6)]
    [InlineData("brusselator", 120, "Ralston 3", 2.5)]
    public void The_error_is_smaller_at_every_step_and_the_order_is_three(string family, int budget, string parent, double gain)
    {
        TrainingTrajectories training = Draw(family, 128, 1), validation = Draw(family, 128, 2), heldOut = Draw(family, 400, 3);
        int steps = budget / 3 / training.Checkpoints * training.Checkpoints;
        StepConditionedTrainer trainer = new(training, validation, steps);
        LearnedRungeKutta method = trainer.Tune(
            StepConditionedTrainer.Parents(3).First(t => t.Name == parent), StepConditionedTrainer.DefaultOptions with { Rounds = 20 }).Method;
        Assert.Equal(3, method.ProvenOrder);
        double last = 0, beforeLast = 0;
        foreach (int k in Sweep)
        {
            Rollout rollout = heldOut.Roll(StepFunctions.RungeKutta(heldOut.Equation, 3), k * steps);
            double learned = IntegratorTrainer.Error(rollout, method.TableauFor(method.BaseStep / k).Tableau.Parameters);
            double classical = StepConditionedTrainer.Parents(3).Min(t => IntegratorTrainer.Error(rollout, t.Parameters));
            Assert.InRange(classical / learned, gain, double.PositiveInfinity);
            (beforeLast, last) = (last, learned);
        }

        Assert.InRange(Math.Log2(beforeLast / last), 2.9, 3.1);
    }

    [Fact]
    public void The_least_gain_decides_between_parents()
    {
        StepConditionedTrainer trainer = new(SmallFamilies.DrawLotkaVolterra(24, 1, 5, 5), SmallFamilies.DrawLotkaVolterra(24, 2, 5, 5), 20, [1, 4]);
        List<string> names = [];
        IReadOnlyList<ConditionedIntegrator> all = trainer.Train(3, StepConditionedTrainer.DefaultOptions with { Rounds = 3 }, (name, _) => names.Add(name));
        Assert.Equal(["Kutta 3", "Heun 3", "Ralston 3", "SSP 3"], names.Distinct());
        Assert.Equal(all.OrderByDescending(m => m.Gains.Min()), all);
        Assert.All(all, m => Assert.Equal(m.Gains.Min(), 1 / m.ValidationError, 1e-9 / m.ValidationError));
        Assert.All(all, m => Assert.Equal(3, m.Method.ProvenOrder));
    }

    [Fact]
    public void A_resumed_fit_has_the_same_bits_for_any_number_of_threads()
    {
        StepConditionedTrainer trainer = new(SmallFamilies.DrawVanDerPol(80, 1, 2, 2), SmallFamilies.DrawVanDerPol(80, 2, 2, 2), 8, [1, 2, 4]);
        FitOptions options = StepConditionedTrainer.DefaultOptions with { Rounds = 5, Threads = 1 };
        FitState? state = null;
        ConditionedIntegrator whole = trainer.Tune(Tableaus.Kutta3, options, fit => state = fit.Rounds == 2 ? fit.State : state);
        ConditionedIntegrator resumed = trainer.Tune(Tableaus.Kutta3, options with { Threads = 2 }, null, state);
        Assert.NotNull(state);
        Assert.Equal(whole.ValidationError, resumed.ValidationError);
        Assert.Equal(whole.Method.Corrections.SelectMany(c => c.Delta), resumed.Method.Corrections.SelectMany(c => c.Delta));
    }

    [Fact]
    public void A_canceled_fit_returns_the_best_so_far()
    {
        using CancellationTokenSource stop = new();
        StepConditionedTrainer trainer = new(SmallFamilies.DrawVanDerPol(16, 1, 2, 2), SmallFamilies.DrawVanDerPol(16, 2, 2, 2), 8, [1, 2]);
        int rounds = 0;
        ConditionedIntegrator method = trainer.Tune(Tableaus.Kutta3, StepConditionedTrainer.DefaultOptions, fit =>
        {
            rounds = fit.Rounds;
            stop.Cancel();
        }, null, stop.Token);
        Assert.Equal(1, rounds);
        Assert.Equal(3, method.Method.ProvenOrder);
    }

    [Fact]
    public void Steps_that_miss_the_checkpoints_are_refused()
    {
        TrainingTrajectories set = SmallFamilies.DrawVanDerPol(8, 1, 2, 2);
        Assert.Contains("9 steps", Assert.Throws<ArgumentException>(() => new StepConditionedTrainer(set, set, 9)).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 0]", Assert.Throws<ArgumentException>(() => new StepConditionedTrainer(set, set, 8, [2, 0])).Message, StringComparison.Ordinal);
    }

    private static TrainingTrajectories Draw(string family, int instances, ulong seed)
    {
        InitialValueProblem problem = OdeFamilies.Create(family).Draw(instances, new RandomStream(seed));
        return TrainingTrajectories.Compute(
            problem.Function!, problem.InitialValues.Values.ToArray(), problem.Parameters.Values.ToArray(), problem.Horizon,
            IntegratorComparison.DefaultCheckpoints(problem.Horizon), 4000);
    }
}
