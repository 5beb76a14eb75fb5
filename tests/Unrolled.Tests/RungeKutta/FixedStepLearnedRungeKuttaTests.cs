using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class FixedStepLearnedRungeKuttaTests
{
    private static readonly double[] Correction = [0.03, -0.02, 0.05, 0.01, -0.03, 0.02];

    private static readonly InitialValueProblem Problem = OdeFamilies.Create("van-der-pol").Draw(21, new RandomStream(3));

    [Fact]
    public void Without_corrections_it_is_the_parent_bit_for_bit_and_costs_as_much()
    {
        foreach (ButcherTableau parent in Tableaus.All)
        {
            FixedStepLearnedRungeKutta method = new(new(parent, [], 1, new(0, 100)));
            FixedStepRungeKutta classical = new(parent);
            Assert.Equal(classical.Evaluations(120), method.Evaluations(120));
            Assert.Equal(classical.Evaluations(120), method.At(0.1).Evaluations(120));

            // The nodes of a learned tableau are sums of doubles; this equation has no time.
            Assert.Equal(classical.Integrate(Problem, 120).Last.Values.ToArray(), method.Integrate(Problem, 120).Last.Values.ToArray());
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(173)]
    public void A_run_has_the_tableau_of_its_step_size(int steps)
    {
        double h = Problem.Horizon / steps;
        LearnedRungeKutta learned = new(Tableaus.Kutta3, [new(1, Correction), new(3, Correction)], h * 1.5, new(0, h * 1.5));
        FixedStepRungeKutta expected = new(learned.TableauFor(h).Tableau);
        Assert.NotEqual(Tableaus.Kutta3.Parameters.ToArray(), expected.Tableau.Parameters.ToArray());
        Assert.Equal(expected.Integrate(Problem, steps).Last.Values.ToArray(), new FixedStepLearnedRungeKutta(learned).Integrate(Problem, steps).Last.Values.ToArray());
    }

    [Fact]
    public void Outside_its_step_sizes_it_is_the_parent_bit_for_bit()
    {
        double h = Problem.Horizon / 100;
        FixedStepLearnedRungeKutta method = new(new(Tableaus.Kutta3, Correction, h / 2, 2, new(0, h / 2)));
        double[] parent = [.. new FixedStepRungeKutta(Tableaus.Kutta3).Integrate(Problem, 100).Last.Values];
        Assert.Equal(parent, method.Integrate(Problem, 100).Last.Values.ToArray());
        Assert.NotEqual([.. new FixedStepRungeKutta(Tableaus.Kutta3).Integrate(Problem, 200).Last.Values], method.Integrate(Problem, 200).Last.Values.ToArray());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    public void The_order_of_convergence_is_the_proven_one(int exponent, int order)
    {
        // dx = -x + time has the solution t - 1 + 2 exp(-t) from 1.
        var family = new Settings("test", "family");
        family.Set("equations", "dx = t - x");
        family.Section("initial").Set("x", "uniform(1, 1)");
        family.Set("horizon", "1");
        InitialValueProblem problem = OdeFamilies.Create(family).Draw(1, new RandomStream(1));
        FixedStepLearnedRungeKutta method = new(new(Tableaus.Kutta3, Correction, 0.1, exponent, new(0, 0.1)));
        Assert.Equal(order, method.Method.ProvenOrder);
        double[] errors = [.. new[] { 160, 320 }.Select(n => Math.Abs(method.Integrate(problem, n).Last[0, 0] - (2 * Math.Exp(-1))))];
        Assert.InRange(Math.Log2(errors[0] / errors[1]), order - 0.1, order + 0.1);
    }

    [Fact]
    public void A_last_stage_that_corrections_leave_alone_costs_nothing()
    {
        double[] kept = new double[10], changed = new double[10];
        (kept[0], changed[5], changed[4]) = (0.1, 0.1, -0.1);
        Assert.Equal(300, new FixedStepLearnedRungeKutta(new(Tableaus.BogackiShampine, kept, 0.1, 1, new(0, 1))).Evaluations(100));
        Assert.Equal(400, new FixedStepLearnedRungeKutta(new(Tableaus.BogackiShampine, changed, 0.1, 1, new(0, 1))).Evaluations(100));
    }

    public static TheoryData<string> Equations => new()
    {
        "dx = y\ndy = mu*(1 - x^2)*y - x",
        "dx = y\ndy = 1/(3 + t) - mu*x*sin(t)",

        // Too large to compile with the whole step.
        $"dx = y\ndy = {string.Join(" + ", Enumerable.Range(1, 200).Select(i => $"0.01*sin({i}*t + mu*x)*cos({i}*y)"))}",
    };

    [Theory]
    [MemberData(nameof(Equations))]
    public void Instances_of_a_batch_have_the_bits_that_they_have_alone(string equations)
    {
        InitialValueProblem problem = Scaled(equations, 21);
        FixedStepLearnedRungeKutta method = new(new(Tableaus.Kutta3, [new(1, Correction), new(2, Correction)], 0.1, new(0, 0.1))
        {
            Scale = new([0.5, 0], [1.4, 0]), ValidParameters = [new(1, 1.9), new(0, 9)],
        });
        Trajectories all = method.Integrate(problem, 40, new() { Threads = 2, ChunkInstances = 8 });
        Assert.True(all.Completed);
        int fellBack = 0;
        for (int s = 0; s < problem.Instances; s++)
        {
            InitialValueProblem one = problem.Select([s]);
            ChosenTableau chosen = method.Method.TableauFor(2.0 / 40, one.Parameters.Values);
            double[] alone = [.. method.Integrate(one, 40).Last.Values];
            Assert.Equal(alone, new[] { all.Last[0, s], all.Last[1, s] });
            Assert.Equal((double[])[.. new FixedStepRungeKutta(chosen.Tableau).Integrate(one, 40).Last.Values], alone);
            fellBack += chosen.FellBack ? 1 : 0;
        }

        Assert.InRange(fellBack, 1, 10);
    }

    [Fact]
    public void A_right_hand_side_as_a_method_has_the_bits_of_the_same_equations()
    {
        InitialValueProblem equations = Scaled("dx = y\ndy = 1/(3 + t) - mu*x", 11);
        InitialValueProblem method = new(
            (y, p, t, dy) =>
            {
                for (int s = 0; s < y.Instances; s++)
                {
                    dy[0, s] = y[1, s];
                    dy[1, s] = (1 / (3 + t[s])) - (p[0, s] * y[0, s]);
                }
            }, equations.InitialValues, equations.Parameters, equations.Horizon);
        FixedStepLearnedRungeKutta integrator = new(new(Tableaus.Kutta3, [new(1, Correction)], 0.1, new(0, 0.1)) { Scale = new([0.5, 0], [1.4, 0]) });
        Assert.Equal((double[])[.. integrator.Integrate(equations, 40).Last.Values], integrator.Integrate(method, 40).Last.Values.ToArray());
    }

    [Fact]
    public void Exponents_for_other_parameters_are_refused()
    {
        FixedStepLearnedRungeKutta method = new(new(Tableaus.Kutta3, [new(1, Correction)], 1, new(0, 1)) { Scale = new([0.5, 1], [1, 1]) });
        Assert.Contains("exponents for 2 parameters, the problem has 1", Assert.Throws<ArgumentException>(() => method.Integrate(Problem, 100)).Message);
    }

    [Fact]
    public void A_last_stage_that_is_left_out_stays_so_with_exponents()
    {
        double[] kept = new double[10];
        kept[0] = 0.1;
        InitialValueProblem problem = Scaled("dx = y\ndy = -mu*x", 5);
        FixedStepLearnedRungeKutta method = new(new(Tableaus.BogackiShampine, [new(1, kept)], 0.1, new(0, 0.1)) { Scale = new([0.5, 0], [1.4, 0]) });
        Trajectories run = method.Integrate(problem, 40);
        Assert.Equal(120, run.Outcomes[0].Evaluations);
        for (int s = 0; s < 5; s++)
        {
            InitialValueProblem one = problem.Select([s]);
            double[] expected = [.. new FixedStepRungeKutta(method.Method.TableauFor(0.05, one.Parameters.Values).Tableau).Integrate(one, 40).Last.Values];
            Assert.Equal(expected, new[] { run.Last[0, s], run.Last[1, s] });
        }
    }

    /// <summary>Equations with the parameters mu from 1 to 2 and another, which they do not use, over a horizon of 2.</summary>
    private static InitialValueProblem Scaled(string equations, int instances)
    {
        Function f = Function.ParseEquations(equations, ["mu", "other"]);
        Batch y = Batch.Zeros(2, instances), p = Batch.Zeros(2, instances);
        RandomStream stream = new(4);
        for (int s = 0; s < instances; s++)
        {
            (y[0, s], y[1, s], p[0, s], p[1, s]) = (stream.NextUniform(-1, 1), stream.NextUniform(-1, 1), stream.NextUniform(1, 2), 3);
        }

        return new(f, y, p, 2);
    }
}
