using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class OrderConditionsTests
{
    private static readonly ButcherTableau Arbitrary = new("arbitrary", 1, [0.3, -0.2, 0.9, 0.4, 0.1, 0.35, 0.2, 0.15, -0.3, 0.95]);

    [Fact]
    public void TheFirstEightDefectsAreTheTextbookSums()
    {
        double[] b = Arbitrary.Weights.ToArray(), c = Arbitrary.Nodes.ToArray();
        double[] squares = Array.ConvertAll(c, x => x * x), ac = Apply(c);
        double[] expected =
        [
            b.Sum() - 1, Dot(b, c) - (1.0 / 2), Dot(b, squares) - (1.0 / 3), Dot(b, ac) - (1.0 / 6),
            Dot(b, Array.ConvertAll(c, x => x * x * x)) - (1.0 / 4), Dot(b, [.. c.Zip(ac, (x, y) => x * y)]) - (1.0 / 8),
            Dot(b, Apply(squares)) - (1.0 / 12), Dot(b, Apply(ac)) - (1.0 / 24),
        ];
        Assert.All(OrderConditions.Defects(Arbitrary, 4).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-15));

        static double[] Apply(double[] x) => [.. x.Select((_, i) => Dot(Arbitrary.Row(i).ToArray(), x[..i]))];
        static double Dot(double[] x, double[] y) => x.Zip(y, (u, v) => u * v).Sum();
    }

    [Fact]
    public void ExactDefectsAreTheLimitOfRoundedOnes()
    {
        double[] rounded = OrderConditions.Defects(Arbitrary, 8);
        Assert.All(OrderConditions.ExactDefects(Arbitrary, 8).Zip(rounded), pair => Assert.Equal(pair.First.ToDouble(), pair.Second, 1e-15));
        Assert.Equal(new Rational(1, 24), -OrderConditions.ExactDefects(Tableaus.Kutta3, 4)[^1]);
    }

    [Fact]
    public void TheJacobianIsThatOfCentralDifferences()
    {
        double[] parameters = Arbitrary.Parameters.ToArray();
        double[,] jacobian = OrderConditions.Jacobian(Arbitrary, 6);
        Assert.Equal((RootedTree.CountUpTo(6), parameters.Length), (jacobian.GetLength(0), jacobian.GetLength(1)));
        for (int p = 0; p < parameters.Length; p++)
        {
            const double Step = 1e-5;
            double[] up = (double[])parameters.Clone(), down = (double[])parameters.Clone();
            up[p] += Step;
            down[p] -= Step;
            double[] above = new ElementaryWeights<double>(up, 6).Defects(), below = new ElementaryWeights<double>(down, 6).Defects();
            for (int t = 0; t < above.Length; t++)
            {
                Assert.Equal((above[t] - below[t]) / (2 * Step), jacobian[t, p], 1e-9);
            }
        }
    }

    /// <summary>In fractions the derivatives are exact: those of <c>b·Ac = b2 a21 a10</c> by hand.</summary>
    [Fact]
    public void TheJacobianOfTheChainIsExact()
    {
        Rational[,] jacobian = new ElementaryWeights<Rational>(Tableaus.Kutta3.ExactParameters, 3).Jacobian();

        // The parameters are a10, a20, a21, b0, b1, b2.
        Rational[] expected = [new(1, 3), 0, new(1, 12), 0, 0, 1];
        Assert.Equal(expected, Enumerable.Range(0, 6).Select(p => jacobian[3, p]));
    }

    [Fact]
    public void OrderIsMeasuredToATolerance()
    {
        double[] nudged = Tableaus.RungeKutta4.Parameters.ToArray();
        nudged[0] += 1e-4;
        ButcherTableau tuned = new("nudged", 4, nudged);
        Assert.Equal(1, OrderConditions.OrderOf(tuned, 1e-6));
        Assert.Equal(4, OrderConditions.OrderOf(tuned, 1e-3));
        Assert.Equal(0, OrderConditions.OrderOf(new ButcherTableau("rounded sum", 1, [1, 0.1 + 0.2, 0.7 - 1e-13]), 1e-15));
        Assert.Equal(RootedTree.LargestOrder, OrderConditions.OrderOf(tuned, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => OrderConditions.OrderOf(tuned, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => OrderConditions.Defects(tuned, 11));
    }
}
