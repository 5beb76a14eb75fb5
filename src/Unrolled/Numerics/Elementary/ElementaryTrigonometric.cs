using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Numerics;

/// <summary>
/// Sine, cosine and tangent of eight lanes with the same bits on every instruction set; a scalar is one lane. The argument is
/// reduced by multiples of pi/2 held in three doubles up to 2^30 and by exact integer arithmetic beyond, so the accuracy does not
/// depend on the size of x. Largest error observed: sin and cos below 1 ulp, tan below 2 ulp. NaN at infinities.
/// </summary>
internal static class ElementaryTrigonometric
{
    private const double Tiny = 7.450580596923828e-09; // 2^-27: sin x = tan x = x to the last bit

    /// <summary>Sine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sin(V x)
    {
        Vector512<long> quadrant = Reduce(x, out V r, out V low);
        V result = SineOfQuadrant(quadrant, r, low);
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(Tiny)), x, result);
    }

    /// <summary>Cosine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cos(V x)
    {
        Vector512<long> quadrant = Reduce(x, out V r, out V low);
        return SineOfQuadrant(quadrant + Vector512<long>.One, r, low);
    }

    /// <summary>Sine and cosine with the bits of <see cref="Sin"/> and <see cref="Cos"/>, the reduction shared and left out for small angles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (V Sine, V Cosine) SinCos(V x)
    {
        V size = Vector512.Abs(x);
        V tiny = Vector512.LessThan(size, Vector512.Create(Tiny));

        // Below pi/4 the reduction changes nothing, so a register of small angles may go without.
        if (Vector512.LessThanAll(size, Vector512.Create(0.78)))
        {
            return (Vector512.ConditionalSelect(tiny, x, Sine(x, V.Zero)), Cosine(x, V.Zero));
        }

        Vector512<long> quadrant = Reduce(x, out V r, out V low);
        V sine = Sine(r, low), cosine = Cosine(r, low), odd = OddQuadrant(quadrant);
        V first = Signed(quadrant, Vector512.ConditionalSelect(odd, cosine, sine));
        V second = Signed(quadrant + Vector512<long>.One, Vector512.ConditionalSelect(odd, sine, cosine));
        return (Vector512.ConditionalSelect(tiny, x, first), second);
    }

    /// <summary>Tangent, as the quotient of sine and cosine of the reduced argument.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tan(V x)
    {
        Vector512<long> quadrant = Reduce(x, out V r, out V low);
        V sine = Sine(r, low), cosine = Cosine(r, low);
        V odd = OddQuadrant(quadrant);
        V result = Vector512.ConditionalSelect(odd, -cosine, sine) / Vector512.ConditionalSelect(odd, sine, cosine);
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(Tiny)), x, result);
    }

    /// <summary>x = quadrant pi/2 + r + low with |r| &lt;= pi/4; only the two low bits of the quadrant have a meaning.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Reduce(V x, out V r, out V low)
    {
        const double shift = ElementaryExponential.RoundingShift;
        const double high = 1.5707963267948966, middle = 6.123233995736766e-17, rest = -1.4973849048591698e-33;
        V rounded = Lanes.MultiplyAdd(x, Vector512.Create(0.6366197723675814), Vector512.Create(shift));
        V n = rounded - Vector512.Create(shift);
        V product = n * Vector512.Create(high);
        V error = Lanes.MultiplyAdd(n, Vector512.Create(high), -product);
        (V a, V aLow) = ElementaryExponential.TwoSum(x - product, -error);
        V second = n * Vector512.Create(middle);
        V secondError = Lanes.MultiplyAdd(n, Vector512.Create(middle), -second);
        (V b, V bLow) = ElementaryExponential.TwoSum(a, -second);
        V sum = Lanes.MultiplyAdd(n, Vector512.Create(-rest), aLow + bLow - secondError);
        r = b + sum;
        low = (b - r) + sum;
        Vector512<long> quadrant = rounded.AsInt64();
        V far = Vector512.GreaterThan(Vector512.Abs(x), Vector512.Create(1073741824.0));
        return far == V.Zero ? quadrant : ReduceFar(x, far, quadrant, ref r, ref low);
    }

    /// <summary>The rare lanes beyond 2^30, one at a time.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<long> ReduceFar(V x, V far, Vector512<long> quadrant, ref V r, ref V low)
    {
        for (int lane = 0; lane < V.Count; lane++)
        {
            if (far.AsInt64()[lane] != 0)
            {
                int q = ElementaryLargeArgument.Reduce(x[lane], out double laneHigh, out double laneLow);
                quadrant = quadrant.WithElement(lane, q);
                r = r.WithElement(lane, laneHigh);
                low = low.WithElement(lane, laneLow);
            }
        }

        return quadrant;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V OddQuadrant(Vector512<long> quadrant) =>
        Vector512.Equals(quadrant & Vector512<long>.One, Vector512<long>.One).AsDouble();

    /// <summary>sin(quadrant pi/2 + r + low).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SineOfQuadrant(Vector512<long> quadrant, V r, V low) =>
        Signed(quadrant, Vector512.ConditionalSelect(OddQuadrant(quadrant), Cosine(r, low), Sine(r, low)));

    /// <summary>The value, negated in the third and fourth quadrant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Signed(Vector512<long> quadrant, V value) =>
        (value.AsInt64() ^ Vector512.ShiftLeft(quadrant & Vector512.Create(2L), 62)).AsDouble();

    /// <summary>sin(r + low), |r| at most pi/4: the Taylor shape with fitted coefficients plus cos(r) low.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Sine(V r, V low)
    {
        V z = r * r;
        V p = Vector512.Create(-7.586636867766497e-13);
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(1.6058530596390244e-10));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-2.5052106225992787e-08));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(2.7557319219320575e-06));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.0001984126984126504));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.008333333333333331));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.16666666666666666));
        V correction = Lanes.MultiplyAdd(z * Vector512.Create(-0.5), low, low);
        return r + Lanes.MultiplyAdd(r * z, p, correction);
    }

    /// <summary>cos(r + low), |r| at most pi/4; 1 - z/2 is kept with its rounding error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Cosine(V r, V low)
    {
        V z = r * r;
        V p = Vector512.Create(4.7458384041586735e-14);
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-1.1470460319067341e-11));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(2.0876755787491707e-09));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-2.755731922139249e-07));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(2.4801587301584632e-05));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(-0.0013888888888888887));
        p = Lanes.MultiplyAdd(p, z, Vector512.Create(0.041666666666666664));
        V half = z * Vector512.Create(0.5);
        V main = V.One - half;
        V error = (V.One - main) - half;
        return main + (error + Lanes.MultiplyAdd(z * z, p, -(r * low)));
    }
}
