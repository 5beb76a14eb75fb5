using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Numerics;

/// <summary>
/// x^y of eight lanes as e^(y ln x), with the logarithm carried in two doubles. Largest error observed below 1 ulp; the special
/// cases are those of IEEE 754 section 9.2.1 (pow).
/// </summary>
internal static class ElementaryPower
{
    // Never inlined: with a constant operand, .NET 10 folds the comparisons of masks below to wrong constants under AVX-512.
    /// <summary>x raised to y; NaN for a negative x with a y that is not an integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static V Power(V x, V y)
    {
        V a = Vector512.Abs(x);
        V infinity = Vector512.Create(double.PositiveInfinity);
        (V high, V low) = ElementaryExponential.LogExtended(a);
        V product = y * high;
        V error = Lanes.MultiplyAdd(y, high, -product) + (y * low);
        V moderate = Vector512.LessThan(Vector512.Abs(product), Vector512.Create(1000.0));
        V result = ElementaryExponential.ScaledExp(product, Vector512.ConditionalSelect(moderate, error, V.Zero), V.Zero);

        // |x| is 0, 1 or infinite, or y is infinite: 0, 1 or infinity by the side of one on which x lies and the sign of y.
        V large = Vector512.Equals(Vector512.GreaterThan(a, V.One).AsInt64(), Vector512.GreaterThan(y, V.Zero).AsInt64()).AsDouble();
        V limit = Vector512.ConditionalSelect(large, infinity, V.Zero);
        limit = Vector512.ConditionalSelect(Vector512.Equals(a, V.One), V.One, limit);
        V border = Vector512.Equals(a, V.Zero) | Vector512.Equals(a, V.One) | Vector512.Equals(a, infinity)
            | Vector512.Equals(Vector512.Abs(y), infinity);
        result = Vector512.ConditionalSelect(border, limit, result);

        // The sign: an odd integer y keeps that of x; a negative finite x needs an integer y.
        V integer = Vector512.Equals(Vector512.Floor(y), y);
        V half = y * Vector512.Create(0.5);
        V odd = Vector512.AndNot(integer, Vector512.Equals(Vector512.Floor(half), half));
        V signed = Vector512.CopySign(result, x);
        result = Vector512.ConditionalSelect(odd, signed, result);
        V outside = Vector512.AndNot(Vector512.LessThan(x, V.Zero) & Vector512.LessThan(a, infinity), integer);
        result = Vector512.ConditionalSelect(outside, Vector512.Create(double.NaN), result);

        V one = Vector512.Equals(x, V.One) | Vector512.Equals(y, V.Zero);
        V number = Vector512.Equals(x, x) & Vector512.Equals(y, y);
        result = Vector512.ConditionalSelect(number, result, Vector512.Create(double.NaN));
        return Vector512.ConditionalSelect(one, V.One, result);
    }
}
