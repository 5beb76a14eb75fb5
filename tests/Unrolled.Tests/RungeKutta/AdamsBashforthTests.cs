using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class AdamsBashforthTests
{
    [Theory]
    [InlineData(1, "1")]
    [InlineData(2, "3/2 -1/2")]
    [InlineData(3, "23/12 -4/3 5/12")]
    [InlineData(4, "55/24 -59/24 37/24 -3/8")]
    [InlineData(5, "1901/720 -1387/360 109/30 -637/360 251/720")]
    [InlineData(6, "4277/1440 -2641/480 4991/720 -3649/720 959/480 -95/288")]
    public void WeightsAreTheTabulatedOnes(int steps, string expected)
    {
        AdamsBashforth method = new(steps);
        Assert.Equal(expected, string.Join(' ', method.ExactWeights.ToArray()));
        Assert.Equal($"AB{steps}", method.Name);
        Assert.Equal(method.ExactWeights.ToArray().Select(weight => weight.ToDouble()), method.Weights.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(12)]
    public void PolynomialsUpToTheOrderAreIntegratedExactlyAndNoMore(int steps)
    {
        // y' = t^(q-1) from t = 0 to 1: the sum of β_j (-j)^(q-1) is 1/q.
        AdamsBashforth method = new(steps);
        for (int q = 1; q <= steps + 1; q++)
        {
            Rational sum = 0;
            for (int j = 0; j < steps; j++)
            {
                sum += method.ExactWeights[j] * new Rational(System.Numerics.BigInteger.Pow(-j, q - 1), 1);
            }

            Assert.Equal(q <= steps, sum == new Rational(1, q));
        }

        double[] defects = MultistepConditions.Defects(method.Weights, steps + 1);
        Assert.All(defects[..steps], d => Assert.InRange(Math.Abs(d), 0, 1e-14));
        Assert.InRange(Math.Abs(defects[steps]), 1e-6, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(21)]
    public void OtherNumbersOfStepsAreRefused(int steps) => Assert.Throws<ArgumentOutOfRangeException>(() => new AdamsBashforth(steps));
}
