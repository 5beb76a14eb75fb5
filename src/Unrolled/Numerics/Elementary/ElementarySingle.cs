using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Unrolled.Numerics;

/// <summary>
/// The exponential of sixteen lanes of <c>float</c>, by IEEE operations and fused multiply-add in a fixed order as in
/// <see cref="ElementaryExponential"/>. Largest error observed below 1 ulp over the whole range with denormals.
/// </summary>
internal static class ElementarySingle
{
    private const float RoundingShift = 12582912f;
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f; // 10 bits: an exponent times it is exact
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>e^x: x = k ln 2 + r with |r| &lt;= ln(2)/2, the Taylor polynomial in r, and a scaling in two factors so that denormal results are rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x)
    {
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-105f)), Vector512.Create(-105f), x);
        x = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(89f)), Vector512.Create(89f), x);
        V k = Lanes.MultiplyAdd(x, Vector512.Create(Log2E), Vector512.Create(RoundingShift)) - Vector512.Create(RoundingShift);
        V high = Lanes.MultiplyAdd(k, Vector512.Create(-Ln2High), x);
        V r = Lanes.MultiplyAdd(k, Vector512.Create(-Ln2Low), high);
        V low = Lanes.MultiplyAdd(k, Vector512.Create(-Ln2Low), high - r);
        V q = Vector512.Create(1f / 5040);
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(1f / 720));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(1f / 120));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(1f / 24));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(1f / 6));
        q = Lanes.MultiplyAdd(q, r, Vector512.Create(0.5f));
        V e = V.One + (r + Lanes.MultiplyAdd(r * r, q, low));
        V bits = Lanes.MultiplyAdd(k, Vector512.Create(0.5f), Vector512.Create(RoundingShift));
        V second = (k - (bits - Vector512.Create(RoundingShift))) + Vector512.Create(RoundingShift);
        return e * PowerOfTwo(bits) * PowerOfTwo(second);
    }

    /// <summary>2^k where the low bits of <paramref name="shifted"/> hold the integer k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V PowerOfTwo(V shifted) => Vector512.ShiftLeft(shifted.AsInt32() + Vector512.Create(127), 23).AsSingle();
}
