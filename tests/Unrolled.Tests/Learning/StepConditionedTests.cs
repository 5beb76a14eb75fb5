using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Differentiation;
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
    [InlineData("lotka-volterra", 240, "Kutta 3", 7)]
    [InlineData("pendulum", 240, "Kutta 3", 7)]
    [InlineData("pendulum", 120, "Kutta 3", 7)]
    [InlineData("van-der-pol", 240, "Ralston 3", 2.5)]
    [InlineData("brusselator", 120, "Ralston 3", 2.5)]
    [InlineData("brusselator", 60, "Ralston 3", 2.5)]
    public void The_error_is_smaller_at_every_step_and_the_order_is_three(string family, int budget, string parent, double gain)
    {
        TrainingTrajectories heldOut = Draw(family, 400, 3);
        IntegratorTrainer trainer = new(Draw(family, 128, 1), Draw(family, 128, 2), budget);
        TrainedIntegrator found = trainer.ForAllSteps(3).Tune(Named(parent), StepConditionedTrainer.DefaultOptions).Run();
        Assert.Equal(IntegratorKind.StepConditioned, found.Kind);
        Assert.InRange(1 / found.ValidationError, gain, 100);
        LearnedRungeKutta method = Method(found);
        Assert.Equal(3, method.ProvenOrder);
        Assert.Equal(method.ProvenOrder, found.Order);
        InitialValueProblem problem = Problem(heldOut);
        double last = 0, beforeLast = 0;
        foreach (int k in Sweep)
        {
            double learned = Error(new FixedStepLearnedRungeKutta(method), problem, heldOut, k * found.Steps);
            double classical = StepConditionedTrainer.Parents(3).Min(t => Error(new FixedStepRungeKutta(t), problem, heldOut, k * found.Steps));
            Assert.InRange(classical / learned, gain, double.PositiveInfinity);
            (beforeLast, last) = (last, learned);
        }

        Assert.InRange(Math.Log2(beforeLast / last), 2.9, 3.1);
        if (family == "pendulum")
        {
            // The time of the small pendulum is 1/sqrt(w2).
            Assert.InRange(method.Scale.Exponents[0], 0.45, 0.56);
        }
    }

    [Fact]
    public void A_fit_that_gains_nothing_ends_as_its_parent()
    {
        // Beginning with Kutta 3, which loses most of these trajectories at the first step size, the fit stays behind Ralston 3 there.
        StepConditionedTrainer trainer = new IntegratorTrainer(Draw("brusselator", 128, 1), Draw("brusselator", 128, 2), 60).ForAllSteps(3);
        TrainedIntegrator found = trainer.Tune(Tableaus.Kutta3, StepConditionedTrainer.DefaultOptions with { Rounds = 3 }).Run();
        Assert.All(found.Coefficients, c => Assert.Equal(0, c));
        Assert.InRange(found.ValidationError, 1.0001, double.PositiveInfinity);
        Assert.Empty(Method(found).Corrections);
        Assert.False(Method(found).Scale.DependsOnParameters);
        double[] classical = trainer.ClassicalErrors(3);
        double ratio = trainer.Refinements.Select((k, i) => IntegratorTrainer.Error(
            trainer.Validation.Roll(StepFunctions.RungeKutta(trainer.Validation.Equation, 3), k * trainer.Steps), Tableaus.Kutta3.Parameters) / classical[i]).Max();
        Assert.Equal(ratio, found.ValidationError);
    }

    [Fact]
    public void The_search_takes_all_parents_and_the_least_gain_decides()
    {
        IntegratorSearch search = new(new IntegratorTrainer(SmallFamilies.DrawLotkaVolterra(24, 1, 5, 5), SmallFamilies.DrawLotkaVolterra(24, 2, 5, 5), 60), new()
        {
            Form = IntegratorForm.StepConditioned, Stages = 3, Fit = StepConditionedTrainer.DefaultOptions with { Rounds = 2 },
        });
        List<string> phases = [];
        TrainedIntegrator? best = search.Run((phase, _) => phases.Add(phase));
        Assert.Equal(["Kutta 3", "Heun 3", "Ralston 3", "SSP 3"], phases.Distinct().Select(p => p.Replace(" for all steps", string.Empty)));
        Assert.Equal(4, search.Count);
        Assert.Same(search.Found[0], best);
        Assert.Equal(search.Found.OrderBy(m => m.ValidationError), search.Found);
        Assert.All(search.Found, m => Assert.Equal(3, Method(m).ProvenOrder));
    }

    [Fact]
    public void Parents_have_the_highest_order_and_no_twins()
    {
        Assert.Equal(["Kutta 3", "Heun 3", "Ralston 3", "SSP 3"], StepConditionedTrainer.Parents(3).Select(t => t.Name));
        foreach (int stages in Tableaus.All.Select(t => t.EvaluationsPerStep).Distinct())
        {
            IReadOnlyList<ButcherTableau> parents = StepConditionedTrainer.Parents(stages);
            Assert.All(parents, p => Assert.Equal(stages, p.Stages));
            Assert.All(parents, p => Assert.Equal(Tableaus.All.Where(t => t.EvaluationsPerStep == stages).Max(t => t.Order), p.Order));
        }
    }

    [Fact]
    public void Without_a_number_of_stages_it_is_that_of_the_best_tableau_with_two_to_four()
    {
        IntegratorTrainer trainer = new(SmallFamilies.DrawLotkaVolterra(24, 1, 5, 5), SmallFamilies.DrawLotkaVolterra(24, 2, 5, 5), 120);
        IntegratorSearch search = new(trainer, new() { Form = IntegratorForm.StepConditioned });
        int stages = trainer.Classical().First(m => m.Stages is >= 2 and <= 4).Stages;
        Assert.Equal(stages, search.Next!.Origin.Stages);
        Assert.Equal(StepConditionedTrainer.Parents(stages).Count, search.Count);
    }

    [Fact]
    public void A_resumed_fit_has_the_same_bits_for_any_number_of_threads()
    {
        StepConditionedTrainer trainer = new(SmallFamilies.DrawVanDerPol(80, 1, 2, 2), SmallFamilies.DrawVanDerPol(80, 2, 2, 2), 8, [1, 2, 4]);
        FitOptions options = StepConditionedTrainer.DefaultOptions with { Rounds = 5, Threads = 1 };
        FitState? state = null;
        TrainedIntegrator whole = trainer.Tune(Tableaus.Kutta3, options).Run(fit => state = fit.Rounds == 2 ? fit.State : state);
        TrainedIntegrator resumed = trainer.Tune(Tableaus.Kutta3, options with { Threads = 2 }).Run(null, state);
        Assert.NotNull(state);
        Assert.Equal(whole.ValidationError, resumed.ValidationError);
        Assert.Equal(whole.Coefficients, resumed.Coefficients);
        Assert.NotEqual(0, whole.Coefficients[0]);
    }

    [Fact]
    public void A_canceled_fit_returns_the_best_so_far()
    {
        using CancellationTokenSource stop = new();
        StepConditionedTrainer trainer = new(SmallFamilies.DrawVanDerPol(16, 1, 2, 2), SmallFamilies.DrawVanDerPol(16, 2, 2, 2), 8, [1, 2]);
        int rounds = 0;
        TrainedIntegrator method = trainer.Tune(Tableaus.Kutta3, StepConditionedTrainer.DefaultOptions).Run(
            fit =>
            {
                rounds = fit.Rounds;
                stop.Cancel();
            }, null, stop.Token);
        Assert.Equal(1, rounds);
        Assert.Equal(3, Method(method).ProvenOrder);
    }

    [Fact]
    public void Steps_that_miss_the_checkpoints_are_refused()
    {
        TrainingTrajectories set = SmallFamilies.DrawVanDerPol(8, 1, 2, 2);
        Assert.Contains("9 steps", Assert.Throws<ArgumentException>(() => new StepConditionedTrainer(set, set, 9)).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 0]", Assert.Throws<ArgumentException>(() => new StepConditionedTrainer(set, set, 8, [2, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("budget of 5", Assert.Throws<ArgumentException>(() => new IntegratorTrainer(set, set, 5).ForAllSteps(3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_that_are_constant_or_not_positive_have_no_exponent()
    {
        TrainingTrajectories drawn = SmallFamilies.DrawLotkaVolterra(8, 1, 2, 2);
        double[] p = [.. drawn.Parameters];
        p.AsSpan(0, 8).Fill(0.9);
        p[8] = -1;
        StepConditionedTrainer trainer = new(drawn with { Parameters = p }, drawn, 8);
        double[] references = [.. trainer.Form(Tableaus.Kutta3).References];
        Assert.Equal([0, 0], references[..2]);
        Assert.All(references[2..], q => Assert.InRange(q, 0.8, 1.2));
        StepConditionedTrainer told = new(drawn, drawn, 8) { ParameterRanges = [new(0, 1), new(0.5, 2), new(1, 1), new(-1, 1)] };
        Assert.Equal([0, 1, 0, 0], told.Form(Tableaus.Kutta3).References.Select(q => Math.Round(q, 12)));
        TrainedIntegrator fitted = told.Tune(Tableaus.Kutta3, StepConditionedTrainer.DefaultOptions with { Rounds = 2 }).Run();
        Assert.Equal([true, false, true, true], fitted.Coefficients[..4].Select(a => a == 0));
    }

    [Fact]
    public void The_step_of_the_fit_is_that_of_the_method_and_its_derivatives_are_exact()
    {
        Function f = SmallFamilies.LotkaVolterra;
        const double h0 = 0.3, h = 0.2;
        double[] numbers = [0.5, -0.3, 0.2, 0.1, .. SmallFamilies.Uniform(18, 4, -0.05, 0.05)], references = [0.9, 1, 1.1, 0.8], p = [1.1, 0.95, 1.2, 0.85];
        for (int k = 1; k <= 3; k++)
        {
            numbers[3 + (6 * k)] = -(numbers[1 + (6 * k)] + numbers[2 + (6 * k)]);
        }

        LearnedRungeKutta method = new StepConditionedForm(Tableaus.Kutta3, [0, 1, 2], h0, references).Method(numbers, new(0, h0));
        InitialValueProblem problem = new(f, Batch.Of([1.2, 0.7]), Batch.Of(p), h);
        double[] expected = [.. new FixedStepLearnedRungeKutta(method).Integrate(problem, 1).Last.Values];

        Function step = StepFunctions.StepConditioned(f, 3, 2, h0), reverse = step.VectorJacobianProduct("z", "theta");
        double[] theta = [.. numbers], logarithms = [.. p.Zip(references, (x, q) => Math.Log(x / q))], z = new double[2];
        for (int i = 0; i < 6; i++)
        {
            theta[4 + i] += Tableaus.Kutta3.Parameters[i];
        }

        double[] Step(double[] at)
        {
            step.Kernel.Run([new double[] { 1.2, 0.7 }, (double[])[.. p, .. logarithms], at, new[] { h }, new double[1]], [z], new InstanceRange(1));
            return [.. z];
        }

        Assert.All(Step(theta).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
        double[] gradient = new double[22];
        reverse.Kernel.Run(
            [new double[] { 1.2, 0.7 }, (double[])[.. p, .. logarithms], theta, new[] { h }, new double[1], new double[] { 1, 0 }], [new double[2], gradient], new InstanceRange(1));
        for (int q = 0; q < 22; q++)
        {
            double[] above = [.. theta], below = [.. theta];
            above[q] += 1e-5;
            below[q] -= 1e-5;
            Assert.Equal((Step(above)[0] - Step(below)[0]) / 2e-5, gradient[q], 1e-9);
        }
    }

    private static ButcherTableau Named(string name) => StepConditionedTrainer.Parents(3).First(t => t.Name == name);

    private static LearnedRungeKutta Method(TrainedIntegrator found) => found.Form!.Method(found.Coefficients, new(0, found.Form.BaseStep));

    private static InitialValueProblem Problem(TrainingTrajectories set)
    {
        Batch y = Batch.Zeros(set.Equation.Inputs[0].Length, set.Instances), p = Batch.Zeros(set.Equation.Inputs[1].Length, set.Instances);
        set.InitialValues.CopyTo(y.Values);
        set.Parameters.CopyTo(p.Values);
        return new(set.Equation, y, p, set.Horizon);
    }

    /// <summary>The geometric mean of the largest distances over the checkpoints, of runs by the deployed method.</summary>
    private static double Error(IFixedStepMethod method, InitialValueProblem problem, TrainingTrajectories set, int steps)
    {
        Trajectories run = method.Integrate(problem, steps, new() { Checkpoints = set.Checkpoints });
        double[] errors = new double[set.Checkpoints * set.Instances];
        for (int e = 0; e < errors.Length; e++)
        {
            double square = 0;
            for (int i = 0; i < problem.Components; i++)
            {
                int c = e / set.Instances, s = e % set.Instances;
                double difference = run[c, i, s] - set.References[(((c * problem.Components) + i) * set.Instances) + s];
                square += difference * difference;
            }

            errors[e] = Math.Sqrt(square);
        }

        return TrajectoryErrors.GeometricMean(TrajectoryErrors.Largest(errors, set.Instances));
    }

    private static TrainingTrajectories Draw(string family, int instances, ulong seed)
    {
        InitialValueProblem problem = OdeFamilies.Create(family).Draw(instances, new RandomStream(seed));
        return TrainingTrajectories.Compute(
            problem.Function!, problem.InitialValues.Values.ToArray(), problem.Parameters.Values.ToArray(), problem.Horizon,
            IntegratorComparison.DefaultCheckpoints(problem.Horizon), 4000);
    }
}
