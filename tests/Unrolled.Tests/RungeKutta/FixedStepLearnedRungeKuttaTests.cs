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
}
