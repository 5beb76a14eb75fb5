using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class FixedStepTests
{
    private static readonly InitialValueProblem Swing = new(
        Function.ParseEquations("dy = y*log(z)\ndz = -z*log(y)", []), Swinging(0), Batch.Zeros(0, 1), 6);

    private static readonly InitialValueProblem Driven = new(
        Function.ParseEquations("dy = cos(t)*z\ndz = -sin(t)*z", []), Batch.Of([1 - Math.Exp(1) + Math.Exp(1), Math.Exp(1)]), Batch.Zeros(0, 1), 6);

    public static TheoryData<string> Names => new(Methods.Select(m => m.Name));

    private static IEnumerable<IFixedStepMethod> Methods =>
        [.. Tableaus.All.Select(t => new FixedStepRungeKutta(t)), .. Enumerable.Range(1, 8).Select(k => new FixedStepMultistep(new AdamsBashforth(k)))];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_slope_is_the_order_on_an_autonomous_problem(string name)
    {
        // y = exp(sin t), z = exp(cos t)
        (IFixedStepMethod method, int order, int[] steps) = Find(name);
        double slope = Slope(steps, n => Worst(method.Integrate(Horizon(Swing, name), n, new() { Checkpoints = name == "DOP853" ? 2 : 6 }), t => [Math.Exp(Math.Sin(t)), Math.Exp(Math.Cos(t))]));
        Assert.InRange(slope, order - 0.3, order + 0.5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_slope_is_the_order_on_a_problem_that_depends_on_time(string name)
    {
        // z' = -sin(t) z, z = exp(cos t); y' = cos(t) z has no closed form: check z alone.
        (IFixedStepMethod method, int order, int[] steps) = Find(name);
        double slope = Slope(steps, n => Worst(method.Integrate(Horizon(Driven, name), n, new() { Checkpoints = name == "DOP853" ? 2 : 6 }), t => [double.NaN, Math.Exp(Math.Cos(t))]));
        Assert.InRange(slope, order - 0.3, order + 0.9);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bits_do_not_depend_on_chunks_threads_or_neighbors(string name)
    {
        (IFixedStepMethod method, _, _) = Find(name);
        InitialValueProblem problem = OdeFamilies.Create("van-der-pol").Draw(1003, new RandomStream(3)).WithHorizon(2);
        double[] all = method.Integrate(problem, 12, new() { Checkpoints = 3, Threads = 1 }).States.Values.ToArray();
        Assert.Equal(all, method.Integrate(problem, 12, new() { Checkpoints = 3, Threads = 2, ChunkInstances = 40 }).States.Values.ToArray());
        Assert.Equal(all, method.Integrate(problem, 12, new() { Checkpoints = 3, ChunkInstances = 17 }).States.Values.ToArray());
        Trajectories alone = method.Integrate(problem.Select([1002]), 12, new() { Checkpoints = 3 });
        Assert.Equal(all.Where((_, i) => i % 1003 == 1002), alone.States.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_interpreter_and_stages_one_by_one_and_a_method_give_the_bits_of_the_compiled_step(string name)
    {
        (IFixedStepMethod method, _, _) = Find(name);
        InitialValueProblem problem = OdeFamilies.Create("pendulum").Draw(21, new RandomStream(5)).WithHorizon(2);
        Function f = problem.Function!;
        double[] compiled = method.Integrate(problem, 14).States.Values.ToArray();
        InitialValueProblem byMethod = new(
            (y, p, t, dy) => f.Kernel.Evaluate(y.Values, p.Values, t[0], dy.Values, y.Instances), problem.InitialValues, problem.Parameters, 2);
        Assert.Equal(compiled, method.Integrate(byMethod, 14).States.Values.ToArray());
        if (method is FixedStepRungeKutta rk)
        {
            Kernel interpreted = Kernel.Interpreted(RungeKuttaStep.Compose(f, rk.Tableau.WithoutFirstSameAsLast()));
            Assert.Equal(compiled, rk.Integrate(problem, 14, interpreted, null).States.Values.ToArray());
            Assert.Equal(compiled, rk.Integrate(problem, 14, null, null).States.Values.ToArray());
        }
        else if (method is FixedStepMultistep multistep)
        {
            Kernel interpreted = Kernel.Interpreted(MultistepStep.Compose(f, multistep.Weights.Length));
            Assert.Equal(compiled, multistep.Integrate(problem, 14, interpreted, null).States.Values.ToArray());
            Assert.Equal(compiled, multistep.Integrate(problem, 14, null, null).States.Values.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Evaluations_are_counted_exactly(string name)
    {
        (IFixedStepMethod method, _, _) = Find(name);
        int calls = 0;
        InitialValueProblem counted = new(
            (y, p, t, dy) =>
            {
                calls++;
                y.CopyTo(dy);
            },
            Batch.Of([1]), Batch.Zeros(0, 1), 1);
        foreach (int steps in (int[])[8, 30])
        {
            calls = 0;
            Trajectories result = method.Integrate(counted, steps);
            Assert.Equal(calls, method.Evaluations(steps));
            Assert.Equal(calls, result.Outcomes[0].Evaluations);
            Assert.Equal(steps, result.Outcomes[0].Steps);
        }

        int within = method.StepsWithin(240, 10);
        Assert.Equal(0, within % 10);
        Assert.True(method.Evaluations(within) <= 240 && method.Evaluations(within + 10) > 240);
    }

    [Fact]
    public void Contracted_steps_differ_by_rounding_alone()
    {
        InitialValueProblem problem = Unrolled.Problems.Families.OdeFamilies.Create("van-der-pol").Draw(21, new RandomStream(3));
        foreach (IFixedStepMethod method in new IFixedStepMethod[] { new FixedStepRungeKutta(Tableaus.RungeKutta4), new FixedStepMultistep(new AdamsBashforth(3)) })
        {
            Trajectories written = method.Integrate(problem, 400), fused = method.Integrate(problem, 400, new() { Rounding = StepRounding.Contracted });
            Assert.NotEqual(written.Last.Values.ToArray(), fused.Last.Values.ToArray());
            Assert.All(written.Last.Values.ToArray().Zip(fused.Last.Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
            Trajectories alone = method.Integrate(problem.Select([5]), 400, new() { Rounding = StepRounding.Contracted, Threads = 1 });
            Assert.Equal(fused.Last[0, 5], alone.Last[0, 0]);
        }
    }

    [Fact]
    public void Learned_numbers_that_equal_the_classical_ones_give_their_bits()
    {
        InitialValueProblem problem = OdeFamilies.Create("lotka-volterra").Draw(50, new RandomStream(1));
        foreach (ButcherTableau classical in Tableaus.All)
        {
            ButcherTableau learned = new("learned", 1, classical.Parameters);
            Assert.Equal(
                new FixedStepRungeKutta(classical).Integrate(problem, 40).States.Values.ToArray(),
                new FixedStepRungeKutta(learned).Integrate(problem, 40).States.Values.ToArray());
        }
    }

    [Fact]
    public void An_instance_that_blows_up_is_reported_and_disturbs_nobody()
    {
        InitialValueProblem good = OdeFamilies.Create("square").Draw(30, new RandomStream(1)).WithHorizon(4);
        Batch y = Batch.Zeros(1, 30), p = Batch.Zeros(1, 30);
        good.InitialValues.CopyTo(y);
        good.Parameters.CopyTo(p);
        p[0, 7] = -10; // y' = 10 y^2 is infinite before t = 0.1
        InitialValueProblem mixed = new(good.Function!, y, p, 4);
        FixedStepRungeKutta rk4 = new(Tableaus.RungeKutta4);
        Trajectories reference = rk4.Integrate(good, 400, new() { Checkpoints = 20 }), result = rk4.Integrate(mixed, 400, new() { Checkpoints = 20 });
        Assert.Equal(IntegrationTermination.NonFinite, result.Outcomes[7].Termination);
        Assert.Equal(29, result.CompletedCount);
        Assert.True(double.IsFinite(result.Last[0, 7]));
        for (int s = 0; s < 30; s++)
        {
            for (int c = 0; c < 20 && s != 7; c++)
            {
                Assert.Equal(reference[c, 0, s], result[c, 0, s]);
            }
        }

        IntegrationException thrown = Assert.Throws<IntegrationException>(() => result.EnsureCompleted());
        Assert.StartsWith("1 of 30 instances did not complete; instance 7: a number became infinite or undefined", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Last_states_are_those_of_the_last_good_checkpoint()
    {
        // y' = p y^2 with y = 1 is infinite at 1/p: instance 0 before the first checkpoint, instance 1 before the third, the others never.
        Batch y = Batch.Zeros(1, 20), p = Batch.Zeros(1, 20);
        y.Values.Fill(1);
        p.Values.Fill(-1);
        (p[0, 0], p[0, 1]) = (10, 0.45);
        InitialValueProblem problem = new(Function.ParseEquations("dy = p*y^2", ["p"]), y, p, 4);
        FixedStepRungeKutta rk4 = new(Tableaus.RungeKutta4);
        Trajectories result = rk4.Integrate(problem, 400, new() { Checkpoints = 4, ChunkInstances = 8, Threads = 2 });
        Assert.Equal(18, result.CompletedCount);
        Assert.False(result.Completed);
        Assert.Equal((0, 1), (result.Outcomes[0].Time, result.Last[0, 0]));
        Assert.Equal((2, result[1, 0, 1]), (result.Outcomes[1].Time, result.Last[0, 1]));
        Assert.True(double.IsNaN(result[0, 0, 0]) && double.IsNaN(result[3, 0, 0]) && double.IsNaN(result[2, 0, 1]) && double.IsFinite(result[1, 0, 1]));
        Assert.Equal(result.Row(3, 0)[2..].ToArray(), result.Last.Row(0)[2..].ToArray());

        p.Values.Fill(-1);
        Trajectories all = rk4.Integrate(problem, 400, new() { Checkpoints = 4, ChunkInstances = 8, Threads = 2 });
        Assert.True(all.Completed);
        Assert.Equal(20, all.CompletedCount);
        Assert.Equal(all.Row(3, 0).ToArray(), all.Last.Row(0).ToArray());
        Assert.Equal(20, all.Outcomes.Length);
        Assert.All(all.Outcomes.ToArray(), o => Assert.Equal(new IntegrationOutcome(IntegrationTermination.Completed, 4, 1600, 400, 0), o));
        Assert.Same(all, all.EnsureCompleted());
    }

    [Fact]
    public void A_canceled_run_keeps_its_last_states()
    {
        using CancellationTokenSource source = new();
        InitialValueProblem problem = OdeFamilies.Create("linear").Draw(3, new RandomStream(1));
        IntegrationOptions options = new() { Checkpoints = 4, Observer = (in IntegrationReport r) => source.Cancel() };
        Trajectories result = new FixedStepRungeKutta(Tableaus.Heun2).Integrate(problem, 400, options, source.Token);
        Assert.All(result.Outcomes.ToArray(), o => Assert.Equal(IntegrationTermination.Canceled, o.Termination));
        Assert.Equal(112, result.Outcomes[0].Steps);
        Assert.Equal(224, result.Outcomes[0].Evaluations);
        Assert.True(double.IsFinite(result[0, 0, 0]) && double.IsNaN(result[1, 0, 0]) && double.IsFinite(result.Last[0, 2]));
        Assert.Equal(0.28, result.Outcomes[0].Time, 12);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        InitialValueProblem problem = OdeFamilies.Create("van-der-pol").Draw(64, new RandomStream(1));
        InitialValueProblem byMethod = new((y, p, t, dy) => y.CopyTo(dy), problem.InitialValues, problem.Parameters, 1e-3);
        foreach (IFixedStepMethod method in (IFixedStepMethod[])[new FixedStepRungeKutta(Tableaus.RungeKutta4), new FixedStepMultistep(new AdamsBashforth(6))])
        {
            foreach (InitialValueProblem each in (InitialValueProblem[])[problem, byMethod])
            {
                IntegrationOptions options = new() { Threads = 1, Memory = new SolverMemory() };
                method.Integrate(each, 500, options);

                // A step that allocates does so every time; code that is compiled anew between two runs changes them once.
                long least = Enumerable.Range(0, 5).Min(_ => Math.Abs(
                    Allocated(() => method.Integrate(each, 1500, options)) - Allocated(() => method.Integrate(each, 500, options))));
                Assert.Equal(0, least);
            }
        }
    }

    [Fact]
    public void Callers_faults_are_named()
    {
        FixedStepRungeKutta rk4 = new(Tableaus.RungeKutta4);
        Assert.Contains("RK4 was asked for 15 steps with 10 checkpoints", Assert.Throws<ArgumentException>(() => rk4.Integrate(Swing, 15, new() { Checkpoints = 10 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new FixedStepMultistep(new AdamsBashforth(7)).Integrate(Swing, 5));
        Assert.Throws<ArgumentException>(() => new FixedStepMultistep("half", [0.5]));
        Assert.Throws<ArgumentException>(() => Swing.WithHorizon(0));
        Assert.Throws<ArgumentException>(() => new InitialValueProblem(Swing.Function!, Batch.Of([1]), Batch.Zeros(0, 1), 1));
        Assert.Contains("initial value 1 of instance 0 is NaN", Assert.Throws<ArgumentException>(
            () => new InitialValueProblem(Swing.Function!, Batch.Of([1, double.NaN]), Batch.Zeros(0, 1), 1)).Message, StringComparison.Ordinal);
    }

    private static (IFixedStepMethod Method, int Order, int[] Steps) Find(string name)
    {
        IFixedStepMethod method = Methods.Single(m => m.Name == name);
        int order = method is FixedStepRungeKutta rk ? rk.Tableau.Order : ((FixedStepMultistep)method).Weights.Length;
        bool oneStep = method is FixedStepRungeKutta;
        return (method, order, oneStep ? (order >= 8 ? [12, 14, 16, 20] : [144, 180, 216, 288]) : order >= 7 ? [240, 300, 360, 480] : [480, 600, 720, 960]);
    }

    // Order 8 reaches rounding before its slope settles on a long interval.
    private static InitialValueProblem Horizon(InitialValueProblem problem, string name) => name == "DOP853" ? problem.WithHorizon(2) : problem;

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Batch Swinging(double t) => Batch.Of([Math.Exp(Math.Sin(t)), Math.Exp(Math.Cos(t))]);

    private static double Worst(Trajectories result, Func<double, double[]> solution)
    {
        double worst = 0;
        for (int c = 0; c < result.Times.Length; c++)
        {
            double[] exact = solution(result.Times[c]);
            for (int i = 0; i < exact.Length; i++)
            {
                worst = double.IsNaN(exact[i]) ? worst : Math.Max(worst, Math.Abs(result[c, i, 0] - exact[i]));
            }
        }

        return worst;
    }

    private static double Slope(int[] steps, Func<int, double> error)
    {
        double[] x = Array.ConvertAll(steps, n => -Math.Log(n)), y = Array.ConvertAll(steps, n => Math.Log(error(n)));
        double meanX = x.Average(), meanY = y.Average();
        return x.Zip(y, (u, v) => (u - meanX) * (v - meanY)).Sum() / x.Sum(u => (u - meanX) * (u - meanX));
    }
}
