using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.RungeKutta;
using Xunit;

namespace Unrolled.Tests.Learning;

public class OrderManifoldTests
{
    public static TheoryData<string, int, int> Methods => new()
    {
        // Coordinates: (K+1) s(s+1)/2 numbers less the independent conditions.
        { "Kutta 3", 2, 11 },
        { "Heun 3", 2, 11 },
        { "Ralston 3", 2, 11 },
        { "SSP 3", 2, 11 },
        { "Kutta 3", 3, 16 },
        { "midpoint", 1, 3 },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_point_has_the_order(string name, int degree, int coordinates)
    {
        ButcherTableau parent = Named(name);
        OrderManifold manifold = new(parent.Parameters, parent.Order, degree);
        Assert.Equal(coordinates, manifold.ParameterCount);
        for (ulong seed = 1; seed <= 20; seed++)
        {
            double[] d = SmallFamilies.Uniform(coordinates, seed, -0.1, 0.1);
            LearnedRungeKutta method = Method(parent, degree, manifold.Corrections(d));
            Assert.Equal(parent.Order, method.ProvenOrder);
            Assert.Equal(degree, method.Corrections.Max(c => c.Exponent));
            int n = parent.Parameters.Length;
            double[] terms = new double[manifold.CoefficientCount], tableau = [.. method.TableauFor(0.025).Tableau.Parameters];
            manifold.Map(d, terms);
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(Enumerable.Range(0, degree + 1).Sum(k => Math.Pow(0.25, k) * terms[(k * n) + i]), tableau[i], 1e-14);
            }
        }
    }

    [Fact]
    public void Higher_orders_keep_products_of_terms_too()
    {
        // For order 4 the square of a first power would enter the condition of order 2 with the second power.
        OrderManifold manifold = new(Tableaus.RungeKutta4.Parameters, 4, 3);
        double[] d = SmallFamilies.Uniform(manifold.ParameterCount, 7, -0.05, 0.05);
        LearnedRungeKutta method = Method(Tableaus.RungeKutta4, 3, manifold.Corrections(d));
        Assert.Equal(4, method.ProvenOrder);
        Assert.Contains(method.Corrections, c => c.Exponent == 1);
    }

    [Fact]
    public void The_origin_is_the_parent_bit_for_bit()
    {
        OrderManifold manifold = new(Tableaus.Heun3.Parameters, 3, 2);
        LearnedRungeKutta method = Method(Tableaus.Heun3, 2, manifold.Corrections(new double[11]));
        Assert.Equal(Tableaus.Heun3.Parameters.ToArray(), method.TableauFor(0.05).Tableau.Parameters.ToArray());
    }

    [Theory]
    [InlineData(1e-17)]
    [InlineData(1e-12)]
    public void Corrections_of_any_size_are_consistent(double size)
    {
        foreach (ButcherTableau parent in StepConditionedTrainer.Parents(3))
        {
            OrderManifold manifold = new(parent.Parameters, 3, 2);
            double[] d = SmallFamilies.Uniform(11, 5, -size, size);
            Assert.Equal(3, Method(parent, 2, manifold.Corrections(d)).ProvenOrder);
        }
    }

    [Fact]
    public void The_derivative_is_that_of_differences()
    {
        const double e = 1e-6;
        OrderManifold manifold = new(Tableaus.Kutta3.Parameters, 3, 2);
        double[] d = SmallFamilies.Uniform(11, 3, -0.1, 0.1), right = new double[18], left = new double[18];
        Matrix jacobian = manifold.Jacobian(d);
        for (int j = 0; j < d.Length; j++)
        {
            double[] moved = [.. d];
            moved[j] = d[j] + e;
            manifold.Map(moved, right);
            moved[j] = d[j] - e;
            manifold.Map(moved, left);
            for (int i = 0; i < 18; i++)
            {
                Assert.Equal((right[i] - left[i]) / (2 * e), jacobian[i, j], 1e-8);
            }
        }
    }

    [Fact]
    public void Beyond_its_end_there_are_no_numbers()
    {
        OrderManifold manifold = new(Tableaus.Kutta3.Parameters, 3, 2);
        double[] theta = new double[18];
        manifold.Map([.. Enumerable.Repeat(1e6, 11)], theta);
        Assert.All(theta, t => Assert.False(double.IsFinite(t)));
    }

    private static LearnedRungeKutta Method(ButcherTableau parent, int degree, double[] corrections) =>
        new StepConditionedForm(parent, [.. Enumerable.Range(0, degree + 1)], 0.1, []).Method(corrections, new(0, 0.1));

    private static ButcherTableau Named(string name) => Tableaus.All.First(t => t.Name == name);
}
