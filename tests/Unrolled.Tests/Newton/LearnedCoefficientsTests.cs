using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Tests.Laws;

namespace Unrolled.Tests.Newton;

/// <summary>Weights as polynomials in the coordinates of a family.</summary>
public class LearnedCoefficientsTests
{
    [Theory]
    [InlineData(0, 5, 1)]
    [InlineData(1, 6, 7)]
    [InlineData(2, 3, 10)]
    [InlineData(3, 2, 10)]
    [InlineData(4, 1, 5)]
    [InlineData(3, 0, 1)]
    public void The_number_of_polynomials_is_a_binomial_coefficient(int coordinates, int degree, int count)
    {
        Assert.Equal(count, LearnedCoefficients.BasisLengthFor(coordinates, degree));
        Assert.Equal(degree == 0 || coordinates == 0, new LearnedCoefficients(1, coordinates, degree, new double[count]).AreConstant);
    }

    [Fact]
    public void Two_coordinates_give_every_product_of_chebyshev_polynomials_up_to_the_degree()
    {
        var c = new LearnedCoefficients(1, 2, 3, new double[10]);
        Batch place = Batch.Zeros(2, 1), basis = Batch.Zeros(10, 1);
        (double x, double y) = (0.3, -0.7);
        (place[0, 0], place[1, 0]) = (x, y);
        c.Basis(place, basis);
        double T(int k, double z) => Math.Cos(k * Math.Acos(z));
        double[] expected = [.. Enumerable.Range(0, 4).SelectMany(i => Enumerable.Range(0, 4 - i).Select(j => T(i, x) * T(j, y))).Order()];
        double[] found = [.. basis.Values.ToArray().Order()];
        Assert.All(expected.Zip(found), p => Assert.Equal(p.First, p.Second, 1e-14));
    }

    [Fact]
    public void Polynomial_weights_act_as_the_constant_weights_at_their_place()
    {
        NonlinearSystem family = NonlinearGallery.WideChandrasekhar().Draw(5, new RandomStream(1));
        var polynomial = new LearnedCoefficients(2, 1, 2, [-0.9, 0.1, 0.05, -0.6, -0.2, 0.1, -0.7, 0.3, -0.1]);
        Solution together = Solver.Solve(new LearnedSolver(polynomial), family, StoppingCriterion.Iterations(2));
        for (int s = 0; s < 5; s++)
        {
            double p = family.Coordinates!.Value[0, s], t2 = (2 * p * p) - 1;
            ReadOnlySpan<double> v = polynomial.Values;
            var constant = new LearnedCoefficients(v[0] + (v[1] * p) + (v[2] * t2), v[3] + (v[4] * p) + (v[5] * t2), v[6] + (v[7] * p) + (v[8] * t2));
            Solution alone = Solver.Solve(new LearnedSolver(constant), family.Select([s]), StoppingCriterion.Iterations(2));
            for (int i = 0; i < 10; i++)
            {
                Assert.Equal(alone.Iterate[i, 0], together.Iterate[i, s], 1e-13);
            }
        }
    }

    [Fact]
    public void Numbers_and_coordinates_that_do_not_fit_are_refused_with_both_counts()
    {
        string count = Assert.Throws<ArgumentException>(() => new LearnedCoefficients(2, 1, 2, new double[8])).Message;
        Assert.Contains("there are 8 numbers; 2 evaluations with degree 2 in 1 coordinates need 3 x 3", count, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LearnedCoefficients(-1, -1, -1).With([1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearnedCoefficients(0, 0, 0, []));
        string coordinates = Assert.Throws<ArgumentException>(() => new LearnedCoefficients(1, 2, 1, new double[3]).Basis(Batch.Zeros(1, 4), Batch.Zeros(3, 4))).Message;
        Assert.Contains("the problem has 1 coordinates, the weights depend on 2", coordinates, StringComparison.Ordinal);
    }
}
