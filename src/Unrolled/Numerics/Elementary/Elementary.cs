using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Numerics;

/// <summary>
/// The elementary operations that have no single machine instruction with one meaning everywhere: minimum, maximum, sign and
/// comparison, defined so that a plain conditional of C, C# or Python repeats their bits.
/// </summary>
internal static class Elementary
{
    /// <summary>a if a &lt; b or a is NaN, else b: a NaN on either side is returned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Minimum(V a, V b) => Vector512.ConditionalSelect(Vector512.LessThan(a, b) | ~Vector512.Equals(a, a), a, b);

    /// <summary>a if a &gt; b or a is NaN, else b: a NaN on either side is returned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Maximum(V a, V b) => Vector512.ConditionalSelect(Vector512.GreaterThan(a, b) | ~Vector512.Equals(a, a), a, b);

    /// <summary>1 above zero, -1 below, x itself at zeros and NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sign(V x) => Vector512.ConditionalSelect(
        Vector512.GreaterThan(Vector512.Abs(x), V.Zero), Vector512.CopySign(V.One, x), x);

    /// <summary>1 where a &lt; b, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Less(V a, V b) => Vector512.LessThan(a, b) & V.One;

    /// <summary>x where the condition is not zero, else y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Select(V condition, V x, V y) => Vector512.ConditionalSelect(Vector512.Equals(condition, V.Zero), y, x);
}
