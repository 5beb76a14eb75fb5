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
        TrainedIntegrator tuned = trainer.Tune(parent, new FitOptions { Rounds = 6 }).Run();
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
        TrainedIntegrator tuned = trainer.Tune(parent, new FitOptions { Rounds = 5 }).Run();
        TrainedIntegrator extended = trainer.Extend(tuned, 2, new FitOptions { Rounds = 6 }).Run();
        Assert.InRange(tuned.ValidationError / extended.ValidationError, 2, double.PositiveInfinity);
        LearnedTwoStepRungeKutta method = new(Tableaus.Ralston4, 4, 2, extended.Coefficients, new ValidInterval(0.1, 0.3));
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
        IntegratorTrainer trainer = new(SmallFamilies.DrawVanDerPol(32, 1), SmallFamilies.DrawVanDerPol(32, 2), 240);
        TrainedIntegrator parent = trainer.Classical().First(m => m.Name == "RK4");
        TrainedIntegrator learned = trainer.KeepOrder(parent, 3, new FitOptions { Rounds = 8 }).Run();
        Assert.InRange(OrderConditions.Defects(new ButcherTableau("learned", 3, learned.Coefficients), 3).Max(Math.Abs), 0, 2e-13);
        Assert.InRange(parent.ValidationError / learned.ValidationError, 2, double.PositiveInfinity);
        TrainedIntegrator euler = trainer.Classical().First(m => m.Name == "Euler");
        Assert.Throws<ArgumentException>(() => trainer.KeepOrder(euler, 1, new FitOptions()).Run());
    }

    [Fact]
    public void Exact_order_goes_on_with_the_same_bits()
    {
        IntegratorTrainer trainer = new(SmallFamilies.DrawVanDerPol(16, 1), SmallFamilies.DrawVanDerPol(16, 2), 240);
        IntegratorTask task = trainer.KeepOrder(trainer.Classical().First(m => m.Name == "RK4"), 3, new FitOptions { Rounds = 4, StepsPerRound = 3 });
        FitState? half = null;
        TrainedIntegrator whole = task.Run(fit => half = fit.Rounds == 2 ? fit.State : half);
        Assert.Equal(whole.Coefficients, task.Run(null, half).Coefficients);
    }

    [Fact]
    public void Learned_multistep_beats_Adams_Bashforth()
    {
        IntegratorTrainer trainer = new(SmallFamilies.DrawVanDerPol(64, 1), SmallFamilies.DrawVanDerPol(64, 2), 240);
        TrainedIntegrator parent = trainer.AdamsBashforth(5)!, learned = trainer.TuneMultistep(parent, 5, new FitOptions { Rounds = 6 }).Run();
        Assert.InRange(parent.ValidationError / learned.ValidationError, 1.5, double.PositiveInfinity);
        LearnedMultistep method = new(learned.Coefficients, new ValidInterval(0.03, 0.06));
        Assert.InRange(method.Method.Evaluations(learned.Steps), 1, 240);
        Assert.Equal(new AdamsBashforth(5).Weights.ToArray(), method.For(1).Weights.ToArray());
    }

    /// <summary>The rollout that is trained is the method that is run: start, weights, steps.</summary>
    [Fact]
    public void A_multistep_rollout_ends_where_the_method_does()
    {
        TrainingTrajectories trajectories = SmallFamilies.DrawLotkaVolterra(7, 4, 5, 5);
        IntegratorTrainer trainer = new(trajectories, trajectories, 120);
        foreach (int k in new[] { 2, 4, 7 })
        {
            TrainedIntegrator method = trainer.AdamsBashforth(k)!;
            Batch initial = Batch.Zeros(2, 7), parameters = Batch.Zeros(trajectories.Parameters.Length / 7, 7);
            trajectories.InitialValues.CopyTo(initial.Values);
            trajectories.Parameters.CopyTo(parameters.Values);
            Unrolled.Problems.InitialValueProblem problem = new(trajectories.Equation, initial, parameters, trajectories.Horizon);
            Trajectories run = method.Parent.Integrate(problem, method.Steps, new() { Checkpoints = trajectories.Checkpoints });
            Batch reference = Batch.Zeros(trajectories.Checkpoints * 2, 7);
            trajectories.References.CopyTo(reference.Values);
            double[] errors = IntegratorComparison.LargestErrors(run, reference);
            double mean = Math.Exp(errors.Average(Math.Log));
            Assert.InRange(mean / method.ValidationError, Math.Sqrt(0.5) - 1e-9, 1 + 1e-9); // largest component against Euclidean norm
        }
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
