using System.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class RationalTests
{
    [Theory]
    [InlineData("6/-4", "-3/2")]
    [InlineData("-12", "-12")]
    [InlineData("5.26e-2", "263/5000")]
    [InlineData(".5", "1/2")]
    [InlineData("1.5e2", "150")]
    [InlineData("0.1/0.2", "1/2")]
    [InlineData("0", "0")]
    public void TextsAreReadExactlyAndWrittenInLowestTerms(string text, string expected)
    {
        Assert.Equal(expected, Rational.Parse(text).ToString());
        Assert.Equal(Rational.Parse(text), Rational.Parse(expected));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/3")]
    [InlineData("1//3")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("NaN")]
    public void OtherTextsAreRefused(string text) =>
        Assert.Contains("is not a number", Assert.Throws<FormatException>(() => Rational.Parse(text)).Message);

    [Fact]
    public void ZeroDenominatorsAndRunawayExponentsAreRefused()
    {
        Assert.Contains("\"3/0\" has a zero denominator", Assert.Throws<FormatException>(() => Rational.Parse("3/0")).Message);
        Assert.Contains("exponent 999999999", Assert.Throws<FormatException>(() => Rational.Parse("1e999999999")).Message);
        Assert.Throws<DivideByZeroException>(() => new Rational(1, 0));
        Assert.Throws<DivideByZeroException>(() => Rational.One / Rational.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => Rational.FromDouble(double.NaN));
    }

    [Fact]
    public void ArithmeticIsThatOfFractions()
    {
        Rational a = new(1, 6), b = new(-3, 10);
        Assert.Equal(new Rational(-2, 15), a + b);
        Assert.Equal(new Rational(7, 15), a - b);
        Assert.Equal(new Rational(-1, 20), a * b);
        Assert.Equal(new Rational(-5, 9), a / b);
        Assert.Equal(new Rational(3, 10), Rational.Abs(b));
        Assert.True(b < a && a > b && b <= a && a >= b && a != b);
        Assert.Equal(Rational.Zero, default);
        Assert.Equal(a, default(Rational) + a);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(-1e300)]
    [InlineData(1e-300)]
    [InlineData(3.0)]
    [InlineData(0.0)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    public void DoublesGoThereAndBack(double value) => Assert.Equal(value, Rational.FromDouble(value).ToDouble());

    [Fact]
    public void RoundingIsToNearestTiesToEven()
    {
        Assert.Equal(1.0 / 3, new Rational(1, 3).ToDouble());
        Assert.Equal(35.0 / 384, Rational.Parse("35/384").ToDouble());
        BigInteger big = BigInteger.One << 53;
        Assert.Equal(9007199254740992.0, new Rational(big + 1, 1).ToDouble());
        Assert.Equal(9007199254740996.0, new Rational(big + 3, 1).ToDouble());
        Assert.Equal(9007199254740994.0, new Rational(((big + 1) << 100) + 1, BigInteger.One << 100).ToDouble());
        foreach (string text in (string[])["0.1", "2.675", "-1.23456789012345678e-5", "8.4289382761090128651e30", "0.499999999999999999999"])
        {
            Assert.Equal(double.Parse(text), Rational.Parse(text).ToDouble());
        }
    }
}
