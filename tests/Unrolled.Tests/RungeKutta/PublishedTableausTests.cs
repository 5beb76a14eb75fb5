using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class PublishedTableausTests
{
    [Fact]
    public void DefectsOfTheTunedMethodsAreThePublishedOnes()
    {
        // Conditions b·c, b·c², b·Ac, b·c³, b·(c Ac), b·Ac², b·AAc; half a unit of the printed digit plus six-digit coefficients.
        double[] expected = [-9e-7, 1.4e-5, 1.1e-5, -2.1e-4, -2.1e-5, 1.3e-5, -6.4e-5];
        double[] defects = OrderConditions.Defects(PublishedTableaus.TunedVanDerPol, 4)[1..];
        Assert.All(defects.Zip(expected), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 5e-6));
        Assert.InRange(OrderConditions.Defects(PublishedTableaus.TunedLotkaVolterra, 4)[1..].Max(Math.Abs), 1e-6, 5e-4);
    }

    [Fact]
    public void DefectsOfTheBrusselatorMethodAreThePublishedOnes()
    {
        double[] defects = OrderConditions.Defects(PublishedTableaus.Brusselator0, 3);
        double[] expected = [5e-5, 4e-4, 2e-4];
        Assert.All(defects[1..].Zip(expected), pair => Assert.InRange(Math.Abs(pair.First) / pair.Second, 0.5, 1.5));
    }

    [Fact]
    public void TheVanDerPolMethodsLostOrderTwo()
    {
        Assert.InRange(OrderConditions.Defects(PublishedTableaus.VanDerPol0, 2)[1], -4.5e-3, -1.5e-3);
        Assert.InRange(OrderConditions.Defects(PublishedTableaus.VanDerPol1, 2)[1], -4.5e-3, -1.5e-3);
    }

    /// <summary>Order 3 with two stages on y' = -y² only: 2 a b = 1 and a² b = 1 replace the general conditions.</summary>
    [Fact]
    public void TwoStagesReachOrderThreeOnTheSquareFamilyOnly()
    {
        ButcherTableau method = PublishedTableaus.SquareTwoStages;
        Assert.Equal(2, OrderConditions.OrderOf(method, 1e-14));
        Assert.Equal(3.0, Slope(y => [-y[0] * y[0]], 1 / 3.0), 0.1);
        Assert.Equal(2.0, Slope(y => [-y[0]], Math.Exp(-2)), 0.1);

        double Slope(Func<double[], double[]> f, double exact)
        {
            double Error(int n) => Math.Abs(NaiveIntegrator.Integrate(method, (_, y) => f(y), 0, [1], 2.0 / n, n)[0] - exact);
            return Math.Log(Error(400) / Error(1600)) / Math.Log(4);
        }
    }

    [Fact]
    public void AllAreConsistentAndNoneHasItsClassicalOrder() => Assert.All(
        PublishedTableaus.All.Where(method => method != PublishedTableaus.SquareTwoStages),
        method => Assert.Equal(1, OrderConditions.OrderOf(method, 1e-8)));
}
