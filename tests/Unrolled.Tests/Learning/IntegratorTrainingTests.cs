using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.RungeKutta;
using Xunit;

namespace Unrolled.Tests.Learning;

public class IntegratorTrainingTests
{
    [Fact]
    public void Tuned_six_stages_beat_their_parent_on_held_out_trajectories()
    {
        IntegratorTrainer trainer = new(SmallFamilies.DrawVanDerPol(48, 1), SmallFamilies.DrawVanDerPol(48, 2), 240);
        TrainedIntegrator parent = trainer.Classical().First(m => m.Name.StartsWith("Tsitouras", StringComparison.Ordinal));
        TrainedIntegrator tuned = trainer.Tune(parent, new FitOptions { Rounds = 6 });
        TrainingTrajectories heldOut = SmallFamilies.DrawVanDerPol(100, 3);
        Rollout rollout = heldOut.Roll(StepFunctions.RungeKutta(SmallFamilies.VanDerPol, 6), parent.Steps);
        double before = IntegratorTrainer.Error(rollout, parent.Coefficients), after = IntegratorTrainer.Error(rollout, tuned.Coefficients);
        Assert.InRange(before / after, 15, double.PositiveInfinity);
    }

    [Fact]
    public void Memory_makes_four_stages_better()
    {
        IntegratorTrainer trainer = new(SmallFamilies.DrawVanDerPol(64, 1), SmallFamilies.DrawVanDerPol(64, 2), 240);
        TrainedIntegrator parent = trainer.Classical().First(m => m.Name == "Ralston 4");
        TrainedIntegrator tuned = trainer.Tune(parent, new FitOptions { Rounds = 5 });
        TrainedIntegrator extended = trainer.Extend(tuned, 2, new FitOptions { Rounds = 6 });
        Assert.InRange(tuned.ValidationError / extended.ValidationError, 2, double.PositiveInfinity);
        LearnedTwoStepRungeKutta method = new(parent.Parent, 4, 2, extended.Coefficients, new ValidInterval(0.1, 0.3));
        Assert.Equal(4, method.FirstStep.Stages);
    }

    [Fact]
    public void A_resumed_fit_has_the_same_bits()
    {
        TrainingTrajectories training = SmallFamilies.DrawVanDerPol(16, 1, 2, 2), validation = SmallFamilies.DrawVanDerPol(16, 2, 2, 2);
        Rollout Roll(TrainingTrajectories t) => t.Roll(StepFunctions.RungeKutta(SmallFamilies.VanDerPol, 3), 8);
        ReweightedFit Fit(FitState? state) => new(
            [Roll(training)], [Roll(validation)], Tableaus.Kutta3.Parameters, [AffineResiduals.KeepSumOfLast(6, 3)],
            new FitOptions { StepsPerRound = 3, Threads = 1 }, state);
        using ReweightedFit whole = Fit(null), first = Fit(null);
        for (int k = 0; k < 4; k++)
        {
            whole.Round();
            _ = k >= 2 || first.Round();
        }

        using ReweightedFit second = Fit(first.State);
        second.Round();
        second.Round();
        Assert.Equal(whole.State.Parameters, second.State.Parameters);
        Assert.Equal(whole.State.Damping, second.State.Damping);
        Assert.Equal(whole.BestError, second.BestError);
    }

    [Fact]
    public void Exact_order_is_kept_on_the_manifold()
    {
        TrainingTrajectories training = SmallFamilies.DrawVanDerPol(32, 1), validation = SmallFamilies.DrawVanDerPol(32, 2);
        LearnedRungeKutta method = OrderManifoldTrainer.Fit(training, validation, Tableaus.RungeKutta4, 3, 60, new FitOptions { Rounds = 8 });
        Assert.Equal(3, method.ProvenOrder);
        Rollout rollout = validation.Roll(StepFunctions.RungeKutta(SmallFamilies.VanDerPol, 4), 60);
        double learned = IntegratorTrainer.Error(rollout, method.TableauFor(method.BaseStep).Tableau.Parameters);
        Assert.InRange(IntegratorTrainer.Error(rollout, Tableaus.RungeKutta4.Parameters) / learned, 2, double.PositiveInfinity);
    }

    [Fact]
    public void Learned_multistep_beats_Adams_Bashforth()
    {
        TrainingTrajectories training = SmallFamilies.DrawVanDerPol(64, 1), validation = SmallFamilies.DrawVanDerPol(64, 2);
        ButcherTableau start = Tableaus.DormandPrince;
        (LearnedMultistep method, int steps, double error) = MultistepTrainer.Fit(training, validation, 240, 5, start, new FitOptions { Rounds = 6 });
        Assert.InRange(method.Evaluations(steps), 1, 240);
        double classical = IntegratorTrainer.Error(MultistepTrainer.Roll(validation, 5, start, steps), new AdamsBashforth(5).Weights);
        Assert.InRange(classical / error, 1.5, double.PositiveInfinity);
        Assert.Equal(new AdamsBashforth(5).Weights.ToArray(), method.WeightsFor(10 * method.ValidSteps.High).ToArray());
    }

    [Fact]
    public void Two_stages_reach_order_three_on_the_square_family()
    {
        double[] y = SmallFamilies.Uniform(200, 1, 1, 3), a = SmallFamilies.Uniform(200, 2, 0.1, 0.5);
        Rollout[] terms = OneStepObjective.TaylorTerms(SmallFamilies.Square, 2, 3, y, a);
        RolloutResiduals[] residuals = [.. terms.Select(t => new RolloutResiduals(t, 1))];
        LevenbergMarquardt lm = new(new StackedResiduals(residuals), Tableaus.Heun2.Parameters);
        lm.Minimize(200, 0);
        Array.ForEach(residuals, r => r.Dispose());
        Assert.Equal(2, lm.Parameters[0], 1e-8);
        Assert.Equal(0.75, lm.Parameters[1], 1e-8);
        Assert.Equal(0.25, lm.Parameters[2], 1e-8);
        TrainingTrajectories check = TrainingTrajectories.Compute(SmallFamilies.Square, y, a, 1, 1);
        double[] errors = [.. new[] { 16, 32, 64, 128 }.Select(n =>
            IntegratorTrainer.Error(check.Roll(StepFunctions.RungeKutta(SmallFamilies.Square, 2), n), lm.Parameters))];
        Assert.InRange(Math.Log2(errors[2] / errors[3]), 2.9, 3.1);
    }
}
