using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Numerics;

/// <summary>
/// Inverse trigonometric functions of eight lanes with the same bits on every instruction set; a scalar is one lane. Largest error
/// observed: asin, acos, atan below 1.5 ulp, atan2 below 2 ulp. NaN outside [-1, 1] for asin and acos.
/// </summary>
internal static class ElementaryInverse
{
    private const double HalfPi = 1.5707963267948966;
    private const double HalfPiLow = 6.123233995736766e-17;

    /// <summary>Arc sine: an odd polynomial up to 1/2, pi/2 - 2 asin(sqrt((1 - |x|)/2)) beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Asin(V x)
    {
        V a = Vector512.Abs(x);
        V outer = Vector512.GreaterThan(a, Vector512.Create(0.5));
        V z = Vector512.ConditionalSelect(outer, (V.One - a) * Vector512.Create(0.5), a * a);
        V series = z * ArcSineSeries(z);
        V inside = Lanes.MultiplyAdd(x, series, x);
        (V root, V rootLow) = Root(z);
        V twice = root + root;
        V high = Vector512.Create(HalfPi) - twice;
        V low = (Vector512.Create(HalfPi) - high) - twice;
        low += Vector512.Create(HalfPiLow) - (Lanes.MultiplyAdd(twice, series, rootLow + rootLow));
        return Vector512.ConditionalSelect(outer, Vector512.CopySign(high + low, x), inside);
    }

    /// <summary>Arc cosine, in [0, pi].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Acos(V x)
    {
        V a = Vector512.Abs(x);
        V outer = Vector512.GreaterThan(a, Vector512.Create(0.5));
        V z = Vector512.ConditionalSelect(outer, (V.One - a) * Vector512.Create(0.5), a * a);
        V series = z * ArcSineSeries(z);
        V first = Vector512.Create(HalfPi) - x;
        V firstLow = (Vector512.Create(HalfPi) - first) - x;
        V inside = first + (firstLow + Lanes.MultiplyAdd(-x, series, Vector512.Create(HalfPiLow)));
        (V root, V rootLow) = Root(z);
        V twice = root + root;
        V correction = Lanes.MultiplyAdd(twice, series, rootLow + rootLow);
        V right = twice + correction;
        V left = Vector512.Create(2 * HalfPi) - twice;
        V leftLow = (Vector512.Create(2 * HalfPi) - left) - twice;
        left += leftLow + (Vector512.Create(2 * HalfPiLow) - correction);
        V outside = Vector512.ConditionalSelect(Vector512.LessThan(x, V.Zero), left, right);
        return Vector512.ConditionalSelect(outer, outside, inside);
    }

    /// <summary>Arc tangent, in [-pi/2, pi/2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Atan(V x)
    {
        V value = AtanOfQuotient(Vector512.Abs(x), V.One);
        return Vector512.CopySign(value, x);
    }

    // Never inlined, like Power, because an operand may be a constant.
    /// <summary>The angle of the point (x, y), in [-pi, pi].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static V Atan2(V y, V x)
    {
        V infinity = Vector512.Create(double.PositiveInfinity);
        V a = Vector512.Abs(y), b = Vector512.Abs(x);
        V both = Vector512.Equals(a, infinity) & Vector512.Equals(b, infinity);
        a = Vector512.ConditionalSelect(both, V.One, a);
        b = Vector512.ConditionalSelect(both, V.One, b);
        b = Vector512.ConditionalSelect(Vector512.Equals(a, V.Zero) & Vector512.Equals(b, V.Zero), V.One, b);

        // Scaled into the middle of the range, so that quotients and sums below neither overflow nor lose denormal bits.
        V large = Vector512.GreaterThan(Vector512.Max(a, b), Vector512.Create(1e280));
        V scale = Vector512.ConditionalSelect(large, Vector512.Create(5.421010862427522e-20), Vector512.Create(18446744073709551616.0));
        V angle = AtanOfQuotient(a * scale, b * scale);
        V mirrored = Vector512.Create(2 * HalfPi) - (angle - Vector512.Create(2 * HalfPiLow));
        V negative = Vector512.LessThan(Vector512.CopySign(V.One, x), V.Zero);
        V result = Vector512.CopySign(Vector512.ConditionalSelect(negative, mirrored, angle), y);
        V number = Vector512.Equals(x, x) & Vector512.Equals(y, y);
        return Vector512.ConditionalSelect(number, result, Vector512.Create(double.NaN));
    }

    /// <summary>
    /// atan(a/b) for a, b >= 0 with one division: b/a beyond tan(3 pi/8), (a - b)/(a + b) beyond tan(pi/8), each with its
    /// multiple of pi/4, so that the polynomial sees at most tan(pi/8).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V AtanOfQuotient(V a, V b)
    {
        V upper = Vector512.GreaterThan(a, b * Vector512.Create(2.414213562373095));
        V middle = Vector512.AndNot(Vector512.GreaterThan(a, b * Vector512.Create(0.4142135623730951)), upper);
        V zero = V.Zero;
        V numerator = Vector512.ConditionalSelect(upper, -b, Vector512.ConditionalSelect(middle, a - b, a));
        V denominator = Vector512.ConditionalSelect(upper, a, Vector512.ConditionalSelect(middle, a + b, b));
        V high = Vector512.ConditionalSelect(upper, Vector512.Create(HalfPi), Vector512.ConditionalSelect(middle, Vector512.Create(HalfPi / 2), zero));
        V low = Vector512.ConditionalSelect(upper, Vector512.Create(HalfPiLow), Vector512.ConditionalSelect(middle, Vector512.Create(HalfPiLow / 2), zero));
        V t = numerator / denominator;
        V z = t * t;
        V p = Vector512.Create(-0.013915657148793118);
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.03063316224194981));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.0410432655905283));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.04719367881728647));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.052580373028164366));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.058819248144534424));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.06666641989928918));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.07692306734642303));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.09090909066971314));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.11111111110754082));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.14285714285711512));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.19999999999999993));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.3333333333333333));
        return high + (t + Lanes.MultiplyAdd(t * z, p, low));
    }

    /// <summary>sqrt(z) as a sum of two doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V Root, V Low) Root(V z)
    {
        V root = Vector512.Sqrt(z);
        V low = Lanes.MultiplyAdd(-root, root, z) / (root + root);
        return (root, Vector512.ConditionalSelect(Vector512.Equals(root, V.Zero), V.Zero, low));
    }

    /// <summary>(asin(s)/s - 1)/s^2 with z = s^2 up to 1/4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ArcSineSeries(V z)
    {
        V p = Vector512.Create(0.02963502626354855);
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.019277545928584557));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.019579201619744684));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.0030350071727267623));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.009322101501082774));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.00962140274734483));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.011566511821890942));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.013963775787848137));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.017352816768546473));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.022372157435623815));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.030381944475693704));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.04464285714255019));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.07500000000000119));
        return Lanes.MultiplyAdd(p, z, Vector512.Create(0.16666666666666666));
    }
}
