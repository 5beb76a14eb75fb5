using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

/// <summary>Observed order: the slope of log error over log step, on a nonlinear system that depends on time.</summary>
public class ConvergenceTests
{
    public static TheoryData<string> Names => new(Tableaus.All.Select(tableau => tableau.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSlopeIsTheOrder(string name)
    {
        ButcherTableau tableau = Tableaus.All.Single(t => t.Name == name);

        // Steps as coarse as the order allows, so that the error stays above rounding.
        (double horizon, int[] steps) = tableau.Order >= 8 ? (2.0, (int[])[4, 5, 6, 8]) : (6.0, [24, 30, 36, 48]);
        double slope = Slope(steps, Worst);
        Assert.InRange(slope, tableau.Order - 0.2, tableau.Order + 0.2);

        // The largest error at the times 1, 2, ..., horizon with n steps for each unit of time.
        double Worst(int n)
        {
            double[] y = Solution(0);
            double worst = 0;
            for (int t = 0; t < horizon; t++)
            {
                y = NaiveIntegrator.Integrate(tableau, Swing, t, y, 1.0 / n, n);
                worst = Math.Max(worst, Distance(y, Solution(t + 1)));
            }

            return worst;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheLocalSlopeOfTheInterpolantIsItsOrderPlusOne(string name)
    {
        ButcherTableau tableau = Tableaus.All.Single(t => t.Name == name);
        int[] steps = tableau.DenseOutput.Order >= 7 ? [12, 16, 20, 24] : [64, 96, 128, 192];
        double slope = Slope(steps, n => Worst(2.0 / n));
        Assert.InRange(slope, tableau.DenseOutput.Order + 0.7, tableau.DenseOutput.Order + 1.2);

        // Over several starts and fractions, so that an error that changes its sign somewhere does not decide.
        double Worst(double h) => (
            from t in (double[])[0, 0.7, 1.4, 2.1, 2.8]
            from theta in (double[])[0.2, 0.4, 0.6, 0.8]
            select Distance(NaiveIntegrator.Interpolate(tableau, Swing, t, Solution(t), h, theta), Solution(t + (theta * h)))).Max();
    }

    [Fact]
    public void LosingTheOrderShowsInTheSlope()
    {
        double[] nudged = Tableaus.RungeKutta4.Parameters.ToArray();
        nudged[0] += 1e-2;
        ButcherTableau broken = new("broken", 4, nudged);
        double slope = Slope([256, 384, 512, 768], n => Distance(NaiveIntegrator.Integrate(broken, Swing, 0, Solution(0), 2.0 / n, n), Solution(2)));
        Assert.InRange(slope, 0.8, 1.4);
    }

    // y = exp(sin t), z = exp(cos t): smooth, nonlinear, coupled and dependent on time.
    private static double[] Solution(double t) => [Math.Exp(Math.Sin(t)), Math.Exp(Math.Cos(t))];

    private static double[] Swing(double t, double[] y) => [y[0] * Math.Log(y[1]), -y[1] * Math.Log(y[0])];

    private static double Distance(double[] x, double[] y) => x.Zip(y, (u, v) => Math.Abs(u - v)).Max();

    private static double Slope(int[] steps, Func<int, double> error)
    {
        double[] x = Array.ConvertAll(steps, n => -Math.Log(n)), y = Array.ConvertAll(steps, n => Math.Log(error(n)));
        double meanX = x.Average(), meanY = y.Average();
        return x.Zip(y, (u, v) => (u - meanX) * (v - meanY)).Sum() / x.Sum(u => (u - meanX) * (u - meanX));
    }
}
