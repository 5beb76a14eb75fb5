using Unrolled.RungeKutta;
using Xunit;

namespace Unrolled.Tests.RungeKutta;

public class LearnedRungeKuttaTests
{
    private static readonly double[] Correction = [0.03, -0.02, 0.05, 0.01, -0.03, 0.02];

    [Fact]
    public void No_correction_is_the_parent_bit_for_bit()
    {
        foreach (ButcherTableau parent in Tableaus.All)
        {
            LearnedRungeKutta method = new(parent, new double[parent.Parameters.Length], 0.1, 2, new(0, 1));
            ChosenTableau chosen = method.TableauFor(0.037);
            Assert.False(chosen.FellBack);
            Assert.Equal(parent.Parameters.ToArray(), chosen.Tableau.Parameters.ToArray());
            Assert.Equal(parent.Order, method.ProvenOrder);
        }
    }

    [Fact]
    public void No_corrections_are_the_parent_bit_for_bit()
    {
        double[] zero = new double[6];
        StepCorrection[][] all = [[], [new(0, zero), new(1, zero), new(2, zero)]];
        foreach (StepCorrection[] corrections in all)
        {
            LearnedRungeKutta method = new(Tableaus.Ssp3, corrections, 0.1, new(0, 1));
            Assert.Equal(Tableaus.Ssp3.Parameters.ToArray(), method.TableauFor(0.037).Tableau.Parameters.ToArray());
            Assert.Equal(3, method.ProvenOrder);
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    public void The_exponent_decides_the_proven_order(int exponent, int order) =>
        Assert.Equal(order, new LearnedRungeKutta(Tableaus.Kutta3, Correction, 0.1, exponent, new(0, 0.1)).ProvenOrder);

    [Fact]
    public void A_fixed_correction_breaks_the_order() =>
        Assert.Equal(1, new LearnedRungeKutta(Tableaus.Kutta3, Correction, 0.1, 0, new(0.06, 0.2)).ProvenOrder);

    [Fact]
    public void Defect_polynomials_are_the_defects_of_every_member()
    {
        double[] other = [0.2, -0.1, 0.3, -0.2, 0.1, 0.1];
        LearnedRungeKutta method = new(Tableaus.Kutta3, [new(2, Correction), new(3, other)], 0.1, new(0, 0.2));
        double[][] polynomials = method.DefectPolynomials(4);
        foreach (double h in new[] { 0.1, 0.05, 0.013 })
        {
            double[] defects = OrderConditions.Defects(method.TableauFor(h).Tableau, 4);
            double epsilon = h / 0.1;
            for (int t = 0; t < defects.Length; t++)
            {
                double value = 0;
                for (int m = polynomials[t].Length - 1; m >= 0; m--)
                {
                    value = (value * epsilon) + polynomials[t][m];
                }

                Assert.Equal(defects[t], value, 1e-15);
            }
        }
    }

    [Fact]
    public void A_first_power_is_proven_only_along_the_conditions_of_lower_order()
    {
        // b.c changes by b'.dc + db'.c: the first direction keeps it to first order, the second does not.
        double[] keeps = [0.1, 0.1, 0.1, -0.05, 0, 0.05], breaks = [0.1, 0.1, 0.1, 0.05, 0, -0.05];
        double change = (0.1 * 2 / 3) + (0.2 / 6);
        keeps[5] = -change;
        keeps[3] = change;
        Assert.Equal(3, new LearnedRungeKutta(Tableaus.Kutta3, [new(1, keeps), new(2, breaks)], 0.1, new(0, 0.1)).ProvenOrder);
        Assert.Equal(2, new LearnedRungeKutta(Tableaus.Kutta3, [new(1, breaks), new(2, keeps)], 0.1, new(0, 0.1)).ProvenOrder);
    }

    [Fact]
    public void Outside_its_interval_it_is_the_parent_and_says_so()
    {
        LearnedRungeKutta method = new(Tableaus.Kutta3, Correction, 0.1, 2, new(0.05, 0.2)) { ValidParameters = [new(1, 2)] };
        Assert.Equal(new ChosenTableau(Tableaus.Kutta3, true), method.TableauFor(0.01));
        Assert.Equal(new ChosenTableau(Tableaus.Kutta3, true), method.TableauFor(0.1, [2.5]));
        Assert.False(method.TableauFor(0.1, [1.5]).FellBack);
    }

    [Fact]
    public void Corrections_that_lose_consistency_are_refused() =>
        Assert.Throws<ArgumentException>(() => new LearnedRungeKutta(Tableaus.Kutta3, [0.0, 0, 0, 0.1, 0, 0], 0.1, 2, new(0, 1)));
}
