using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Numerics;

/// <summary>
/// Exponential, logarithms and hyperbolic functions of eight lanes. Only IEEE operations and fused multiply-add are used, always in
/// the same order, so every instruction set gives the same bits; a scalar is one lane.
/// Largest error observed: exp, log, log10 below 1 ulp, sinh, cosh, tanh below 2 ulp, over the whole range with denormals.
/// NaN, infinities and signed zeros follow IEEE 754 section 9.2.
/// </summary>
internal static class ElementaryExponential
{
    /// <summary>Adding it rounds to an integer, whose low bits are then the low bits of the sum.</summary>
    internal const double RoundingShift = 6755399441055744.0;

    private const double Log2E = 1.4426950408889634;
    private const double Ln2High = 0.6931471805592082; // 40 bits: an exponent times it is exact
    private const double Ln2Low = 7.371002565167799e-13;

    /// <summary>e^x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x) => ScaledExp(x, V.Zero, V.Zero);

    /// <summary>Natural logarithm; -infinity at zero, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log(V x)
    {
        (V k, V m) = Split(x);
        V f = m - V.One;
        V s = f / (f + Vector512.Create(2.0));
        V z = s * s;
        V tail = z * Lanes.MultiplyAdd(z, LogSeries(z), Vector512.Create(2.0 / 3.0));
        V half = Vector512.Create(0.5) * f * f;
        V low = Lanes.MultiplyAdd(s, half + tail, k * Vector512.Create(Ln2Low));
        V result = Lanes.MultiplyAdd(k, Vector512.Create(Ln2High), f - (half - low));
        return LogBorders(x, result);
    }

    /// <summary>Decimal logarithm; exact at the powers of ten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log10(V x)
    {
        const double high = 0.4342944819032518, low = 1.098319650216765e-17;
        (V log, V correction) = LogExtended(x);
        V product = log * Vector512.Create(high);
        V error = Lanes.MultiplyAdd(log, Vector512.Create(high), -product);
        error += Lanes.MultiplyAdd(correction, Vector512.Create(high), log * Vector512.Create(low));
        return LogBorders(x, product + error);
    }

    /// <summary>(e^x - e^-x)/2; an odd polynomial below one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sinh(V x)
    {
        V a = Vector512.Abs(x);
        V z = Vector512.Min(a, V.One);
        z *= z;
        V p = Vector512.Create(8.309171941866942e-18);
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(2.8112909646770106e-15));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(7.647165414593481e-13));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(1.605904382690051e-10));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(2.505210838547607e-08));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(2.7557319223985825e-06));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.0001984126984126984));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.008333333333333333));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.16666666666666666));
        V small = Lanes.MultiplyAdd(x * z, p, x);
        V half = ScaledExp(a, V.Zero, Vector512.Create(-1.0));
        V large = Vector512.CopySign(half - (Vector512.Create(0.25) / half), x);
        return Vector512.ConditionalSelect(Vector512.LessThan(a, V.One), small, large);
    }

    /// <summary>(e^x + e^-x)/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cosh(V x)
    {
        V half = ScaledExp(Vector512.Abs(x), V.Zero, Vector512.Create(-1.0));
        return half + (Vector512.Create(0.25) / half);
    }

    /// <summary>Hyperbolic tangent; an odd polynomial below 0.55, else 1 - 2/(e^2x + 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh(V x)
    {
        V a = Vector512.Abs(x);
        V z = Vector512.Min(a, Vector512.Create(0.55));
        z *= z;
        V p = Vector512.Create(7.874274345344419e-06);
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-3.372080112046316e-05));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(9.455133052924858e-05));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.0002384727248015252));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.0005899052969492733));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.001455819097151351));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.0035921267699626346));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.0088632354631468));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.021869488534073906));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.05396825396822037));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.1333333333333331));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.3333333333333333));
        V small = Lanes.MultiplyAdd(x * z, p, x);
        V power = Exp(a + a);
        V large = V.One - (Vector512.Create(2.0) / (power + V.One));
        return Vector512.CopySign(Vector512.ConditionalSelect(Vector512.LessThan(a, Vector512.Create(0.55)), small, large), x);
    }

    /// <summary>
    /// 2^shift e^(x + correction) for an integer shift: x = k ln 2 + r with |r| &lt;= ln(2)/2, a polynomial in r, and a scaling in
    /// two factors so that denormal results are rounded once.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V ScaledExp(V x, V correction, V shift)
    {
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-750.0)), Vector512.Create(-750.0), x);
        x = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(712.0)), Vector512.Create(712.0), x);
        V k = Lanes.MultiplyAdd(x, Vector512.Create(Log2E), Vector512.Create(RoundingShift)) - Vector512.Create(RoundingShift);
        V high = Lanes.MultiplyAdd(k, Vector512.Create(-Ln2High), x);
        V r = Lanes.MultiplyAdd(k, Vector512.Create(-Ln2Low), high);
        V low = Lanes.MultiplyAdd(k, Vector512.Create(-Ln2Low), high - r) + correction;
        V q = Vector512.Create(2.0914686967466912e-09);
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(2.5105217004720745e-08));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(2.755727364311234e-07));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(2.7557255400206422e-06));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(2.480158732554774e-05));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(0.00019841269874820627));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(0.0013888888888883748));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(0.008333333333326136));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(0.04166666666666667));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(0.1666666666666667));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(0.5));
        V square = r * r;
        V correctionOfPower = Lanes.MultiplyAdd(low, Lanes.MultiplyAdd(square, q, r), low);
        V e = V.One + (r + Lanes.MultiplyAdd(square, q, correctionOfPower));
        k += shift;
        V bits = Lanes.MultiplyAdd(k, Vector512.Create(0.5), Vector512.Create(RoundingShift));
        V first = bits - Vector512.Create(RoundingShift);
        V second = (k - first) + Vector512.Create(RoundingShift);
        return e * PowerOfTwo(bits) * PowerOfTwo(second);
    }

    /// <summary>ln x as an unevaluated sum of two doubles good to about 2^-65 of its value, for positive finite x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (V High, V Low) LogExtended(V x)
    {
        const double thirdsHigh = 0.6666666666666666, thirdsLow = 3.700743415417188e-17;
        (V k, V m) = Split(x);
        V f = m - V.One;
        V d = f + Vector512.Create(2.0);
        V dLow = f - (d - Vector512.Create(2.0));
        V s = f / d;
        V sLow = (Lanes.MultiplyAdd(-s, d, f) - (s * dLow)) / d;
        V z = s * s;
        V zLow = Lanes.MultiplyAdd(s, s, -z) + ((s + s) * sLow);

        // a = 2/3 + z (2/5 + ...), b = z a, c = s b: log m = 2 s + c
        V rest = z * LogSeries(z);
        V a = rest + Vector512.Create(thirdsHigh);
        V aLow = (Vector512.Create(thirdsHigh) - a) + rest + Vector512.Create(thirdsLow);
        V b = z * a;
        V bLow = Lanes.MultiplyAdd(z, a, -b) + Lanes.MultiplyAdd(z, aLow, zLow * a);
        V c = s * b;
        V cLow = Lanes.MultiplyAdd(s, b, -c) + Lanes.MultiplyAdd(s, bLow, sLow * b);

        (V sum, V error) = TwoSum(k * Vector512.Create(Ln2High), s + s);
        (V total, V error2) = TwoSum(sum, c);
        V low = error + error2 + Lanes.MultiplyAdd(k, Vector512.Create(Ln2Low), sLow + sLow + cLow);
        V high = total + low;
        return (high, (total - high) + low);
    }

    /// <summary>a + b exactly, as the rounded sum and its error (Knuth).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (V Sum, V Error) TwoSum(V a, V b)
    {
        V sum = a + b;
        V part = sum - a;
        return (sum, (a - (sum - part)) + (b - part));
    }

    /// <summary>2^k where the low bits of <paramref name="shifted"/> hold the integer k (see <see cref="RoundingShift"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V PowerOfTwo(V shifted) =>
        Vector512.ShiftLeft(shifted.AsInt64() + Vector512.Create(1023L), 52).AsDouble();

    /// <summary>x = 2^k m with m in [sqrt(1/2), sqrt(2)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V Exponent, V Mantissa) Split(V x)
    {
        const double two54 = 18014398509481984.0, two52 = 4503599627370496.0;
        V denormal = Vector512.LessThan(x, Vector512.Create(2.2250738585072014e-308));
        x = Vector512.ConditionalSelect(denormal, x * Vector512.Create(two54), x);
        Vector512<long> bits = x.AsInt64();
        Vector512<long> moved = bits + Vector512.Create(0x3FF0000000000000L - 0x3FE6A09E667F3BCDL);
        Vector512<long> exponent = Vector512.ShiftRightLogical(moved, 52);
        V k = (exponent | Vector512.Create(two52).AsInt64()).AsDouble() - Vector512.Create(two52 + 1023.0);
        k -= Vector512.ConditionalSelect(denormal, Vector512.Create(54.0), V.Zero);
        V m = (bits - Vector512.ShiftLeft(exponent - Vector512.Create(1023L), 52)).AsDouble();
        return (k, m);
    }

    /// <summary>(log m - 2 s - 2/3 s^3)/s^5 with s = (m - 1)/(m + 1) and z = s^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogSeries(V z)
    {
        V p = Vector512.Create(0.11724327060846747);
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.11706126464563398));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.1333480879881234));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.1538459488700718));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.18181818336099848));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.22222222221652765));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.2857142857142937));
        return Lanes.MultiplyAdd(p, z, Vector512.Create(0.4));
    }

    /// <summary>Puts the values at zero, infinity, below zero and NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogBorders(V x, V result)
    {
        result = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(double.PositiveInfinity)), result, x);
        result = Vector512.ConditionalSelect(Vector512.LessThan(x, V.Zero), Vector512.Create(double.NaN), result);
        return Vector512.ConditionalSelect(Vector512.Equals(x, V.Zero), Vector512.Create(double.NegativeInfinity), result);
    }
}
