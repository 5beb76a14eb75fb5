using System.Globalization;
using System.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>
/// An exact fraction <c>p/q</c> of unbounded integers: <c>q &gt; 0</c>, <c>gcd(p, q) = 1</c>, so that equal numbers have
/// equal parts. Coefficients of classical methods and residuals of order conditions are exact in it, and every finite
/// <see cref="double"/> is one of its values (<see cref="FromDouble"/>).
/// </summary>
/// <remarks>One operation costs a few products of integers and a greatest common divisor; the parts grow without limit.</remarks>
public readonly struct Rational :
    IEquatable<Rational>,
    IComparable<Rational>,
    IAdditionOperators<Rational, Rational, Rational>,
    ISubtractionOperators<Rational, Rational, Rational>,
    IMultiplyOperators<Rational, Rational, Rational>,
    IDivisionOperators<Rational, Rational, Rational>,
    IUnaryNegationOperators<Rational, Rational>,
    IComparisonOperators<Rational, Rational, bool>,
    IAdditiveIdentity<Rational, Rational>,
    IMultiplicativeIdentity<Rational, Rational>
{
    /// <summary>Exponents beyond those of a double are refused, so that a short text cannot ask for a huge integer.</summary>
    private const int LargestExponent = 400;

    // Zero stands for one, so that default(Rational) is the number 0 = 0/1.
    private readonly BigInteger _denominator;

    /// <summary>The fraction <paramref name="numerator"/> / <paramref name="denominator"/> in lowest terms.</summary>
    /// <exception cref="DivideByZeroException">The denominator is zero.</exception>
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
        {
            throw new DivideByZeroException($"{numerator}/0 is not a number.");
        }

        BigInteger divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        _denominator = denominator / divisor;
    }

    /// <inheritdoc/>
    public static Rational AdditiveIdentity => default;

    /// <inheritdoc/>
    public static Rational MultiplicativeIdentity => new(1, 1);

    /// <summary>The number 0.</summary>
    public static Rational Zero => AdditiveIdentity;

    /// <summary>The number 1.</summary>
    public static Rational One => MultiplicativeIdentity;

    /// <summary>The numerator <c>p</c>, which carries the sign.</summary>
    public BigInteger Numerator { get; }

    /// <summary>The denominator <c>q &gt; 0</c>.</summary>
    public BigInteger Denominator => _denominator.IsZero ? BigInteger.One : _denominator;

    /// <summary>The sign of the number: -1, 0 or 1.</summary>
    public int Sign => Numerator.Sign;

    /// <summary>An integer is a fraction.</summary>
    public static implicit operator Rational(int value) => new(value, 1);

    /// <inheritdoc/>
    public static Rational operator +(Rational left, Rational right) =>
        new((left.Numerator * right.Denominator) + (right.Numerator * left.Denominator), left.Denominator * right.Denominator);

    /// <inheritdoc/>
    public static Rational operator -(Rational left, Rational right) => left + -right;

    /// <inheritdoc/>
    public static Rational operator -(Rational value) => new(-value.Numerator, value.Denominator);

    /// <inheritdoc/>
    public static Rational operator *(Rational left, Rational right) =>
        new(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    /// <inheritdoc/>
    public static Rational operator /(Rational left, Rational right) =>
        new(left.Numerator * right.Denominator, left.Denominator * right.Numerator);

    /// <inheritdoc/>
    public static bool operator ==(Rational left, Rational right) => left.Equals(right);

    /// <inheritdoc/>
    public static bool operator !=(Rational left, Rational right) => !left.Equals(right);

    /// <inheritdoc/>
    public static bool operator <(Rational left, Rational right) => left.CompareTo(right) < 0;

    /// <inheritdoc/>
    public static bool operator >(Rational left, Rational right) => left.CompareTo(right) > 0;

    /// <inheritdoc/>
    public static bool operator <=(Rational left, Rational right) => left.CompareTo(right) <= 0;

    /// <inheritdoc/>
    public static bool operator >=(Rational left, Rational right) => left.CompareTo(right) >= 0;

    /// <summary>The absolute value.</summary>
    public static Rational Abs(Rational value) => value.Sign < 0 ? -value : value;

    /// <summary>The number that a text says exactly: an integer, a fraction <c>-5/48</c>, or a decimal <c>5.26e-2</c>.</summary>
    /// <exception cref="FormatException">The text is none of these, its denominator is zero, or its exponent is beyond ±400.</exception>
    public static Rational Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int slash = text.IndexOf('/');
        if (slash < 0)
        {
            return ParseDecimal(text);
        }

        Rational denominator = ParseDecimal(text[(slash + 1)..]);
        return denominator.Sign == 0
            ? throw new FormatException($"\"{text}\" has a zero denominator.")
            : ParseDecimal(text[..slash]) / denominator;
    }

    /// <summary>The value of a double, without rounding.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The double is infinite or not a number.</exception>
    public static Rational FromDouble(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, $"{value} is not a fraction.");
        }

        if (value == 0)
        {
            return Zero;
        }

        int exponent = Math.Max(Math.ILogB(value), -1022) - 52;
        BigInteger significand = (BigInteger)Math.ScaleB(value, -exponent);
        return exponent >= 0 ? new(significand << exponent, 1) : new(significand, BigInteger.One << -exponent);
    }

    /// <summary>The nearest double, ties to even; subnormal results may be off by one last bit.</summary>
    public double ToDouble()
    {
        // A quotient of 55 or 56 bits with a sticky last bit rounds to the 53 bits of a double as the exact quotient does.
        BigInteger magnitude = BigInteger.Abs(Numerator);
        int shift = 55 - (int)(magnitude.GetBitLength() - Denominator.GetBitLength());
        BigInteger quotient = shift >= 0
            ? BigInteger.DivRem(magnitude << shift, Denominator, out BigInteger remainder)
            : BigInteger.DivRem(magnitude, Denominator << -shift, out remainder);
        long bits = (long)quotient | (remainder.IsZero ? 0L : 1L);
        return Sign * Math.ScaleB(bits, -shift);
    }

    /// <inheritdoc/>
    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <inheritdoc/>
    public bool Equals(Rational other) => Numerator == other.Numerator && Denominator == other.Denominator;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Numerator, Denominator);

    /// <summary>The text <c>p</c> or <c>p/q</c>, which <see cref="Parse"/> reads back.</summary>
    public override string ToString() => Denominator.IsOne ? Numerator.ToString(CultureInfo.InvariantCulture) : $"{Numerator}/{Denominator}";

    private static Rational ParseDecimal(string text)
    {
        const NumberStyles Integer = NumberStyles.AllowLeadingSign;
        int e = text.IndexOfAny(['e', 'E']);
        string mantissa = e < 0 ? text : text[..e];
        int exponent = 0;
        int point = mantissa.IndexOf('.');
        int decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        if ((e >= 0 && !int.TryParse(text[(e + 1)..], Integer, CultureInfo.InvariantCulture, out exponent))
            || !BigInteger.TryParse(point < 0 ? mantissa : mantissa.Remove(point, 1), Integer, CultureInfo.InvariantCulture, out BigInteger digits))
        {
            throw new FormatException($"\"{text}\" is not a number; an integer, a fraction such as -5/48 or a decimal such as 5.26e-2 is expected.");
        }

        if (exponent is < -LargestExponent or > LargestExponent)
        {
            throw new FormatException($"\"{text}\" has the exponent {exponent}; at most {LargestExponent} in magnitude is accepted.");
        }

        exponent -= decimals;
        BigInteger power = BigInteger.Pow(10, Math.Abs(exponent));
        return exponent >= 0 ? new(digits * power, 1) : new(digits, power);
    }
}
