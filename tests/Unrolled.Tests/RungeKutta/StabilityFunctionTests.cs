using System.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class StabilityFunctionTests
{
    public static TheoryData<string> Names => new(Tableaus.All.Select(tableau => tableau.Name));

    [Theory]
    [InlineData("Euler", 2, 0)]
    [InlineData("midpoint", 2, 0)]
    [InlineData("Heun 2", 2, 0)]
    [InlineData("Ralston 2", 2, 0)]
    [InlineData("Kutta 3", 2.5127453266, 1.7320508076)]
    [InlineData("SSP 3", 2.5127453266, 1.7320508076)]
    [InlineData("Bogacki-Shampine 3(2)", 2.5127453266, 1.7320508076)]
    [InlineData("RK4", 2.7852935634, 2.8284271247)]
    [InlineData("3/8 rule", 2.7852935634, 2.8284271247)]
    [InlineData("Ralston 4", 2.7852935634, 2.8284271247)]
    public void LimitsAreTheKnownOnes(string name, double real, double imaginary)
    {
        StabilityFunction stability = StabilityFunction.Of(Tableaus.All.Single(tableau => tableau.Name == name));
        Assert.Equal(real, stability.RealLimit(), 1e-9);
        Assert.Equal(imaginary, stability.ImaginaryLimit(), 1e-9);
    }

    /// <summary>The limits against the plainest search: small steps until the first growth.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void LimitsAgreeWithAScan(string name)
    {
        StabilityFunction stability = StabilityFunction.Of(Tableaus.All.Single(tableau => tableau.Name == name));
        Assert.Equal(Scan(x => new Complex(-x, 0)), stability.RealLimit(), 2e-4);
        double imaginary = stability.ImaginaryLimit();
        Assert.True(imaginary == 0 || Math.Abs(Scan(y => new Complex(0, y)) - imaginary) < 2e-4, $"{imaginary}");

        double Scan(Func<double, Complex> axis)
        {
            double x = 0.2;
            while (stability.Magnitude(axis(x)) <= 1 + 1e-14)
            {
                x += 1e-4;
            }

            return x;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CoefficientsAreTheExponentialUpToTheOrder(string name)
    {
        ButcherTableau tableau = Tableaus.All.Single(t => t.Name == name);
        ReadOnlySpan<double> coefficients = StabilityFunction.Of(tableau).Coefficients;
        Assert.Equal(tableau.Stages + 1, coefficients.Length);
        double factorial = 1;
        for (int k = 1; k <= tableau.Order; k++)
        {
            factorial *= k;
            Assert.Equal(1 / factorial, coefficients[k], 1e-15);
        }
    }

    [Fact]
    public void ValuesAreThoseOfAStepOnTheTestEquation()
    {
        StabilityFunction stability = StabilityFunction.Of(Tableaus.RungeKutta4);
        Complex z = new(-0.7, 1.3);
        Complex expected = 1 + z + (z * z / 2) + (z * z * z / 6) + (z * z * z * z / 24);
        Assert.True(Complex.Abs(expected - stability.Evaluate(z)) < 1e-15);
        Assert.Equal(Complex.Abs(expected), stability.Magnitude(z), 1e-15);
    }

    /// <summary>Chebyshev polynomials touch ±1 inside their interval, which ends at 2 s²: nothing may stop at a tangency.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void TangenciesAreNotLimits(int degree)
    {
        // T_s(1 + z/s²) by its recurrence on coefficients.
        double[] previous = [1], current = [1, 1.0 / (degree * degree)];
        for (int k = 2; k <= degree; k++)
        {
            var next = new double[k + 1];
            for (int i = 0; i < current.Length; i++)
            {
                next[i] += 2 * current[i];
                next[i + 1] += 2 * current[i] / (degree * degree);
            }

            for (int i = 0; i < previous.Length; i++)
            {
                next[i] -= previous[i];
            }

            (previous, current) = (current, next);
        }

        Assert.Equal(2.0 * degree * degree, new StabilityFunction(current).RealLimit(), 1e-6);
    }

    [Fact]
    public void AGrowthAllowanceWidensTheLimits()
    {
        StabilityFunction euler = StabilityFunction.Of(Tableaus.Euler);
        Assert.Equal(2.1, euler.RealLimit(0.1), 1e-12);
        Assert.Equal(Math.Sqrt((1.1 * 1.1) - 1), euler.ImaginaryLimit(0.1), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => euler.RealLimit(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => euler.ImaginaryLimit(-0.1));
    }

    [Fact]
    public void GrowthAtTheOriginMeansNoInterval()
    {
        Assert.Equal(0, new StabilityFunction([1, -1]).RealLimit());
        Assert.Equal(0, new StabilityFunction([1, 1, 0.5 - 1e-9]).ImaginaryLimit());
        Assert.Equal(Math.Sqrt(4e-9), new StabilityFunction([1, 1, 0.5 + 5e-10]).ImaginaryLimit(), 1e-7);
    }

    [Fact]
    public void OtherPolynomialsAreRefused()
    {
        Assert.Contains("1 were given, the first is 1", Assert.Throws<ArgumentException>(() => new StabilityFunction([1])).Message);
        Assert.Contains("the first is 2", Assert.Throws<ArgumentException>(() => new StabilityFunction([2, 1])).Message);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => new StabilityFunction([1, double.NaN])).Message);
    }
}
