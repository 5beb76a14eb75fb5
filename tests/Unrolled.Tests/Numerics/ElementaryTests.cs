using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

/// <summary>Against System.Math, whose own error is up to one unit in the last place: the bounds are the stated ones plus one.</summary>
public class ElementaryTests
{
    private delegate Vector512<double> Unary(Vector512<double> x);

    private static readonly Dictionary<string, (Unary Ours, Func<double, double> Reference, double Low, double High, double Units)> Functions = new()
    {
        ["exp"] = (ElementaryExponential.Exp, Math.Exp, -708, 709.7, 1),
        ["exp denormal"] = (ElementaryExponential.Exp, Math.Exp, -745.2, -708, 1),
        ["log"] = (ElementaryExponential.Log, Math.Log, 1e-3, 1e3, 1),
        ["log near 1"] = (ElementaryExponential.Log, Math.Log, 0.7, 1.4, 1),
        ["log10"] = (ElementaryExponential.Log10, Math.Log10, 1e-3, 1e3, 1),
        ["sinh"] = (ElementaryExponential.Sinh, Math.Sinh, -5, 5, 2),
        ["sinh large"] = (ElementaryExponential.Sinh, Math.Sinh, -710.4, 710.4, 2),
        ["cosh"] = (ElementaryExponential.Cosh, Math.Cosh, -5, 5, 2),
        ["tanh"] = (ElementaryExponential.Tanh, Math.Tanh, -20, 20, 2),
        ["tanh small"] = (ElementaryExponential.Tanh, Math.Tanh, -1, 1, 2),
        ["sin"] = (ElementaryTrigonometric.Sin, Math.Sin, -10, 10, 1),
        ["cos"] = (ElementaryTrigonometric.Cos, Math.Cos, -10, 10, 1),
        ["tan"] = (ElementaryTrigonometric.Tan, Math.Tan, -10, 10, 2),
        ["sin 1e5"] = (ElementaryTrigonometric.Sin, Math.Sin, -1e5, 1e5, 1),
        ["cos 1e9"] = (ElementaryTrigonometric.Cos, Math.Cos, -1e9, 1e9, 1),
        ["sin 1e12"] = (ElementaryTrigonometric.Sin, Math.Sin, -1e12, 1e12, 1),
        ["cos 1e300"] = (ElementaryTrigonometric.Cos, Math.Cos, -1e300, 1e300, 1),
        ["tan 1e22"] = (ElementaryTrigonometric.Tan, Math.Tan, -1e22, 1e22, 2),
        ["asin"] = (ElementaryInverse.Asin, Math.Asin, -1, 1, 1.5),
        ["acos"] = (ElementaryInverse.Acos, Math.Acos, -1, 1, 1.5),
        ["atan"] = (ElementaryInverse.Atan, Math.Atan, -5, 5, 1.5),
        ["atan large"] = (ElementaryInverse.Atan, Math.Atan, -1e4, 1e4, 1.5),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void IsWithinTheStatedUnitsInTheLastPlace(string name)
    {
        (Unary ours, Func<double, double> reference, double low, double high, double units) = Functions[name];
        Random random = new(7);
        const int samples = 20_000;
        for (int i = 0; i < samples; i += 8)
        {
            double[] x = new double[8];
            for (int lane = 0; lane < 8; lane++)
            {
                x[lane] = low + ((high - low) * (lane % 2 == 0 ? (i + lane) / (double)samples : random.NextDouble()));
            }

            Vector512<double> y = ours(Vector512.Create(x));
            for (int lane = 0; lane < 8; lane++)
            {
                AssertNear(reference(x[lane]), y[lane], units + 1, $"{name}({x[lane]:R})");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void HandlesBordersAsSystemMathDoes(string name)
    {
        (Unary ours, Func<double, double> reference, _, _, double units) = Functions[name];
        double[] borders =
        [
            0.0, -0.0, 1, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, -double.Epsilon, 1e-310, -1e-310,
            1e-20, -1e-20, double.MaxValue, double.MinValue, 0.5, -0.5, 2, -2, 1e-8, 709.782712893384, 709.7827128933841, 710.475860073944,
            -745.1332191019412, 10, 100, 1000, 1e22, 1073741824, 1073741825, Math.PI, Math.PI / 2, Math.PI / 4,
        ];
        foreach (double x in borders)
        {
            AssertNear(reference(x), ours(Vector512.Create(x))[3], units + 1, $"{name}({x:R})");
        }
    }

    /// <summary>Every 1009th float from the smallest to the largest argument whose exponential is neither 0 nor infinite.</summary>
    [Fact]
    public void TheSingleExponentialIsWithinOneUnit()
    {
        for (int sign = 0; sign < 2; sign++)
        {
            for (int bits = 0; BitConverter.Int32BitsToSingle(bits) < 104; bits += 1009)
            {
                float x = sign == 0 ? BitConverter.Int32BitsToSingle(bits) : -BitConverter.Int32BitsToSingle(bits);
                double expected = Math.Exp(x);
                float nearest = (float)expected, actual = ElementarySingle.Exp(Vector512.Create(x))[5];
                double unit = float.IsInfinity(nearest) ? double.PositiveInfinity : MathF.BitIncrement(nearest) - nearest;
                Assert.True(nearest == actual || Math.Abs(actual - expected) <= unit, $"exp({x:R}): expected {expected:R}, got {actual:R}");
            }
        }

        float[] borders = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f, float.MaxValue, float.MinValue];
        Assert.All(borders, x => Assert.Equal((float)Math.Exp(x), ElementarySingle.Exp(Vector512.Create(x))[2]));
    }

    [Fact]
    public void PowerIsWithinOneUnitAndKeepsTheIeeeTable()
    {
        Random random = new(3);
        for (int i = 0; i < 20_000; i++)
        {
            double x = Math.Exp((random.NextDouble() - 0.5) * (i % 2 == 0 ? 4 : 200)), y = (random.NextDouble() - 0.5) * (i % 3 == 0 ? 6 : 14);
            AssertNear(Math.Pow(x, y), Scalar(ElementaryPower.Power, x, y), 2, $"pow({x:R}, {y:R})");
        }

        double[] borders = [0.0, -0.0, 1, -1, 2, -2, 3, 0.5, -0.5, 2.5, 1e300, -1e300, 5e-324, 9007199254740993, double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1074, 1023.5];
        foreach (double x in borders)
        {
            foreach (double y in borders)
            {
                AssertNear(Math.Pow(x, y), Scalar(ElementaryPower.Power, x, y), 2, $"pow({x:R}, {y:R})");
                AssertNear(Math.Atan2(x, y), Scalar(ElementaryInverse.Atan2, x, y), 3, $"atan2({x:R}, {y:R})");
            }
        }
    }

    [Fact]
    public void Atan2IsWithinTwoUnits()
    {
        Random random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            double scale = Math.Exp((random.NextDouble() - 0.5) * 600);
            double y = (random.NextDouble() - 0.5) * scale, x = (random.NextDouble() - 0.5) * scale * Math.Exp((random.NextDouble() - 0.5) * 20);
            AssertNear(Math.Atan2(y, x), Scalar(ElementaryInverse.Atan2, y, x), 3, $"atan2({y:R}, {x:R})");
        }
    }

    [Fact]
    public void TheDoubleNearestToAMultipleOfHalfPiIsReducedCorrectly()
    {
        double x = Math.ScaleB(6381956970095103, 797); // Muller, Elementary Functions, table of worst cases: cos x = -4.68716592425462761e-19
        Assert.Equal(-4.687165924254628e-19, ElementaryTrigonometric.Cos(Vector512.Create(x))[0]);
    }

    [Fact]
    public void PowersOfTenHaveExactLogarithms()
    {
        for (int n = -5; n <= 22; n++)
        {
            double x = double.Parse($"1e{n}", System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(n, ElementaryExponential.Log10(Vector512.Create(x))[0]);
        }
    }

    private static double Scalar(Func<Vector512<double>, Vector512<double>, Vector512<double>> f, double a, double b) =>
        f(Vector512.Create(a), Vector512.Create(b))[2];

    private static void AssertNear(double expected, double actual, double units, string what)
    {
        bool same = expected.Equals(actual) && double.IsNegative(expected) == double.IsNegative(actual);
        bool exact = double.IsNaN(expected) || double.IsInfinity(expected) || expected == 0;
        if (!same && !(double.IsNaN(expected) && double.IsNaN(actual)))
        {
            double error = exact ? double.PositiveInfinity : Math.Abs(actual - expected) / (Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected));
            Assert.True(error <= units, $"{what}: expected {expected:R}, got {actual:R}, {error} units");
        }
    }
}
