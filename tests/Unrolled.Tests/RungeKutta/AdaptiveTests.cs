using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class AdaptiveTests
{
    // y = exp(sin t), z = exp(cos t)
    private static readonly InitialValueProblem Swing = new(
        Function.ParseEquations("dy = y*log(z)\ndz = -sin(t)*z", []), Batch.Of([1, Math.Exp(1)]), Batch.Zeros(0, 1), 6);

    public static TheoryData<string> Names => new(Tableaus.All.Where(t => t.ErrorEstimators.Length > 0).Select(t => t.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_error_follows_the_tolerance(string name)
    {
        double[] tolerances = [1e-5, 1e-7, 1e-9], errors = Array.ConvertAll(tolerances, r => Worst(Method(name, r).Integrate(Swing, new() { Checkpoints = 6 })));
        for (int i = 0; i < errors.Length; i++)
        {
            Assert.InRange(errors[i], 1e-4 * tolerances[i], 300 * tolerances[i]);
        }

        double slope = Math.Log(errors[0] / errors[2]) / Math.Log(1e4);
        Assert.InRange(slope, 0.7, 1.3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Dense_output_is_as_good_as_the_steps_within_a_factor_and_steps_do_not_depend_on_it(string name)
    {
        Trajectories coarse = Method(name, 1e-7).Integrate(Swing), fine = Method(name, 1e-7).Integrate(Swing, new() { Checkpoints = 600 });
        Assert.Equal(coarse[0, 0, 0], fine[599, 0, 0]);
        Assert.Equal(coarse.Outcomes[0].Steps, fine.Outcomes[0].Steps);
        Assert.InRange(Worst(fine), 0, 1e-4);
        Trajectories stepped = new AdaptiveRungeKutta(Tableaus.All.Single(t => t.Name == name), 1e-7, 1e-7) { CheckpointHandling = CheckpointHandling.Stepped }
            .Integrate(Swing, new() { Checkpoints = 60 });
        Assert.InRange(Worst(stepped), 0, 3e-5);
        Assert.True(stepped.Outcomes[0].Steps >= 60);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Evaluations_are_counted_exactly_for_functions_and_methods(string name)
    {
        int calls = 0;
        BatchRightHandSide f = (y, p, t, dy) =>
        {
            calls++;
            for (int s = 0; s < y.Instances; s++)
            {
                dy[0, s] = Math.Cos(5 * t[s]) * y[0, s];
            }
        };
        InitialValueProblem counted = new(f, Batch.Of([1]), Batch.Zeros(0, 1), 6);
        foreach (int checkpoints in (int[])[1, 7])
        {
            calls = 0;
            Trajectories result = Method(name, 1e-6).Integrate(counted, new() { Checkpoints = checkpoints });
            Assert.Equal(calls, result.Outcomes[0].Evaluations);
        }

        IntegrationOutcome outcome = Method(name, 1e-6).Integrate(counted).Outcomes[0];
        ButcherTableau tableau = Tableaus.All.Single(t => t.Name == name);
        Assert.Equal(1 + ((outcome.Steps + outcome.RejectedSteps) * (long)tableau.EvaluationsPerStep), outcome.Evaluations);
        Assert.Equal(Math.Exp(Math.Sin(30) / 5), Method(name, 1e-9).Integrate(counted).Last[0, 0], 7);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bits_do_not_depend_on_groups_threads_or_neighbors(string name)
    {
        InitialValueProblem problem = OdeFamilies.Create("van-der-pol").Draw(150, new RandomStream(3));
        Trajectories all = Method(name, 1e-4).Integrate(problem, new() { Checkpoints = 3, Threads = 1 });
        Trajectories cut = Method(name, 1e-4).Integrate(problem, new() { Checkpoints = 3, Threads = 2, ChunkInstances = 11 });
        Trajectories reversed = Method(name, 1e-4).Integrate(problem.Select([.. Enumerable.Range(0, 150).Reverse()]), new() { Checkpoints = 3 });
        Assert.Equal(all.States.Values.ToArray(), cut.States.Values.ToArray());
        Assert.Equal(all.Outcomes.ToArray(), cut.Outcomes.ToArray());
        Assert.Equal(all.Outcomes.ToArray(), reversed.Outcomes.ToArray().Reverse());
        for (int s = 0; s < 150; s++)
        {
            Assert.Equal(all[2, 1, s], reversed[2, 1, 149 - s]);
        }
    }

    [Fact]
    public void A_method_gives_the_bits_of_the_function()
    {
        InitialValueProblem problem = OdeFamilies.Create("pendulum").Draw(77, new RandomStream(5));
        Function f = problem.Function!;
        InitialValueProblem byMethod = new((y, p, t, dy) => f.Kernel.Evaluate(y.Values, p.Values, t[0], dy.Values, y.Instances), problem.InitialValues, problem.Parameters, 10);
        Assert.Equal(Method("DOP853", 1e-6).Integrate(problem).States.Values.ToArray(), Method("DOP853", 1e-6).Integrate(byMethod).States.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_instance_that_blows_up_is_reported_and_disturbs_nobody(string name)
    {
        Function f = Function.ParseEquations("dy = a*y^2", ["a"]);
        Batch y = Batch.Zeros(1, 20), p = Batch.Zeros(1, 20);
        y.Values.Fill(1);
        p.Values.Fill(-0.5);
        Trajectories good = Method(name, 1e-6).Integrate(new(f, y, p, 4));
        p[0, 7] = 1; // infinite at t = 1
        Trajectories mixed = Method(name, 1e-6).Integrate(new(f, y, p, 4));
        Assert.Contains(mixed.Outcomes[7].Termination, (IntegrationTermination[])[IntegrationTermination.StepTooSmall, IntegrationTermination.NonFinite]);
        Assert.InRange(mixed.Outcomes[7].Time, 0.99, 1.01);
        Assert.True(double.IsFinite(mixed.Last[0, 7]) && double.IsNaN(mixed[0, 0, 7]));
        for (int s = 0; s < 20; s++)
        {
            Assert.True(s == 7 || (mixed[0, 0, s] == good[0, 0, s] && mixed.Outcomes[s] == good.Outcomes[s]));
        }
    }

    [Fact]
    public void A_stiff_instance_meets_the_step_limit_alone()
    {
        Function f = Function.ParseEquations("dy = -k*(y - cos(t))", ["k"]);
        Batch y = Batch.Zeros(1, 3), p = Batch.Zeros(1, 3);
        (p[0, 0], p[0, 1], p[0, 2]) = (1, 1e6, 2);
        Trajectories result = new AdaptiveRungeKutta(Tableaus.DormandPrince) { MaximumSteps = 500 }.Integrate(new(f, y, p, 10));
        Assert.Equal(IntegrationTermination.StepLimit, result.Outcomes[1].Termination);
        Assert.Equal(500, result.Outcomes[1].Steps + result.Outcomes[1].RejectedSteps);
        Assert.Equal(2, result.CompletedCount);
        Assert.Contains("stiff", Assert.Throws<IntegrationException>(() => result.EnsureCompleted()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_of_time_and_cancellation_end_a_run()
    {
        InitialValueProblem problem = OdeFamilies.Create("van-der-pol").Draw(100, new RandomStream(3));
        Trajectories late = Method("DOP853", 1e-6).Integrate(problem, new() { TimeLimit = TimeSpan.Zero });
        Assert.All(late.Outcomes.ToArray(), o => Assert.Equal(IntegrationTermination.TimeLimit, o.Termination));
        Assert.Equal(problem.InitialValues.Values.ToArray(), late.Last.Values.ToArray());
        Trajectories canceled = Method("DOP853", 1e-6).Integrate(problem, null, new CancellationToken(true));
        Assert.All(canceled.Outcomes.ToArray(), o => Assert.Equal(IntegrationTermination.Canceled, o.Termination));
    }

    [Fact]
    public void Undefined_at_the_start_is_not_a_solution()
    {
        Trajectories result = Method("DOP853", 1e-6).Integrate(new(Function.ParseEquations("dy = log(y)", []), Batch.Of([-1]), Batch.Zeros(0, 1), 1));
        Assert.Equal(IntegrationTermination.NonFinite, result.Outcomes[0].Termination);
    }

    [Fact]
    public void A_rest_state_takes_few_steps() =>
        Assert.InRange(Method("DOP853", 1e-6).Integrate(new(Function.ParseEquations("dy = 0*y", []), Batch.Of([0]), Batch.Zeros(0, 1), 1)).Outcomes[0].Steps, 1, 15);

    [Fact]
    public void A_step_allocates_nothing()
    {
        InitialValueProblem problem = OdeFamilies.Create("van-der-pol").Draw(100, new RandomStream(1));
        IntegrationOptions options = new() { Threads = 1, Memory = new SolverMemory() };
        AdaptiveRungeKutta coarse = Method("DOP853", 1e-3), fine = Method("DOP853", 1e-10);
        coarse.Integrate(problem, options);
        fine.Integrate(problem, options);

        // A step that allocates does so every time; code that is compiled anew between two runs changes them once.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Math.Abs(
            Allocated(() => coarse.Integrate(problem, options)) - Allocated(() => fine.Integrate(problem, options)))));
    }

    [Fact]
    public void Callers_faults_are_named()
    {
        Assert.Contains("RK4 has 0 error estimates", Assert.Throws<ArgumentException>(() => new AdaptiveRungeKutta(Tableaus.RungeKutta4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new AdaptiveRungeKutta(Tableaus.DormandPrince, 0, 0));
        Assert.Throws<ArgumentException>(() => new AdaptiveRungeKutta(Tableaus.DormandPrince, -1, 1));
    }

    private static AdaptiveRungeKutta Method(string name, double tolerance) => new(Tableaus.All.Single(t => t.Name == name), tolerance, tolerance);

    private static double Worst(Trajectories result)
    {
        double worst = 0;
        for (int c = 0; c < result.Times.Length; c++)
        {
            double t = result.Times[c];
            worst = Math.Max(worst, Math.Max(Math.Abs(result[c, 0, 0] - Math.Exp(Math.Sin(t))), Math.Abs(result[c, 1, 0] - Math.Exp(Math.Cos(t)))));
        }

        return worst;
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
