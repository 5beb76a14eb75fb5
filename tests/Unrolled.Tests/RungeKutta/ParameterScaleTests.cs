using Unrolled.RungeKutta;
using Xunit;

namespace Unrolled.Tests.RungeKutta;

public class ParameterScaleTests
{
    private static readonly double[] Correction = [0.03, -0.02, 0.05, 0.01, -0.03, 0.02];

    [Fact]
    public void The_factor_is_the_product_of_powers()
    {
        ParameterScale scale = new([0.5, 0, -2], [4, 0, 1.5]);
        Assert.True(scale.DependsOnParameters);
        Assert.Equal(Math.Sqrt(7.0 / 4) / (3.0 / 1.5 * (3.0 / 1.5)), scale.Factor([7, -1, 3]), 1e-15);
        Assert.Equal(1, scale.Factor([4, double.NaN, 1.5]));
        Assert.False(scale.Factor([0, 1, 1]) > 0);
        Assert.False(scale.Factor([1, 1, -1]) > 0);
        Assert.Contains("2 parameters were given, there are 3 exponents", Assert.Throws<ArgumentException>(() => scale.Factor([1, 2])).Message);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.5, -1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0.5, double.PositiveInfinity)]
    public void Exponents_need_positive_references(double exponent, double reference) =>
        Assert.Contains("parameter 0 has the exponent", Assert.Throws<ArgumentException>(() => new ParameterScale([exponent], [reference])).Message);

    [Fact]
    public void As_many_references_as_exponents_are_needed() =>
        Assert.Contains("2 exponents were given for 1 reference", Assert.Throws<ArgumentException>(() => new ParameterScale([1, 2], [1])).Message);

    [Fact]
    public void Exponents_of_zero_leave_the_bits_alone()
    {
        LearnedRungeKutta plain = new(Tableaus.Kutta3, [new(1, Correction), new(2, Correction)], 0.13, new(0, 0.13));
        LearnedRungeKutta zero = new(Tableaus.Kutta3, [new(1, Correction), new(2, Correction)], 0.13, new(0, 0.13)) { Scale = new([0, 0], [1.3, 0]) };
        foreach (double h in new[] { 0.13, 0.07, 0.0031 })
        {
            Assert.Equal(plain.TableauFor(h).Tableau.Parameters.ToArray(), zero.TableauFor(h, [0.9, -3]).Tableau.Parameters.ToArray());
        }
    }

    [Fact]
    public void A_step_in_other_units_is_another_step()
    {
        LearnedRungeKutta method = new(Tableaus.Kutta3, [new(1, Correction)], 0.1, new(0, 0.1)) { Scale = new([1], [2]) };
        double[] fourth = [.. method.TableauFor(0.08, [0.5]).Tableau.Parameters], reference = [.. method.TableauFor(0.08, [2]).Tableau.Parameters];
        Assert.All(fourth.Zip([.. method.TableauFor(0.02).Tableau.Parameters]), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
        Assert.Equal(method.TableauFor(0.08).Tableau.Parameters.ToArray(), reference);
        Assert.NotEqual(fourth, reference);
    }

    [Fact]
    public void The_proven_order_does_not_depend_on_the_scale()
    {
        for (int exponent = 0; exponent <= 3; exponent++)
        {
            LearnedRungeKutta plain = new(Tableaus.Kutta3, Correction, 0.1, exponent, new(0, 0.1));
            LearnedRungeKutta scaled = new(Tableaus.Kutta3, [new(exponent, Correction)], 0.1, new(0, 0.1)) { Scale = new([0.5], [1]) };
            Assert.Equal(plain.ProvenOrder, scaled.ProvenOrder);
        }
    }

    [Fact]
    public void Where_the_scale_has_no_value_the_parent_is_used()
    {
        LearnedRungeKutta method = new(Tableaus.Kutta3, Correction, 0.1, 1, new(0, 0.1));
        LearnedRungeKutta scaled = new(Tableaus.Kutta3, method.Corrections, 0.1, new(0, 0.1)) { Scale = new([0.5], [1]), ValidParameters = [new(0.5, 2)] };
        Assert.Equal(new ChosenTableau(Tableaus.Kutta3, true), scaled.TableauFor(0.1, [0]));
        Assert.Equal(new ChosenTableau(Tableaus.Kutta3, true), scaled.TableauFor(0.1, [3]));
        Assert.Equal(new ChosenTableau(Tableaus.Kutta3, true), scaled.TableauFor(0.2, [1]));
        Assert.False(scaled.TableauFor(0.1, [1]).FellBack);
    }
}
