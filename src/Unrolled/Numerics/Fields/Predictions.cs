using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>Nothing is known.</summary>
internal readonly struct ZeroPrediction : IPrediction
{
    public static byte Of(int left, int above, int corner) => 0;

    public static Vector256<byte> Of(Vector256<byte> left, Vector256<byte> above, Vector256<byte> corner) => Vector256<byte>.Zero;
}

/// <summary>The byte to the left.</summary>
internal readonly struct LeftPrediction : IPrediction
{
    public static byte Of(int left, int above, int corner) => (byte)left;

    public static Vector256<byte> Of(Vector256<byte> left, Vector256<byte> above, Vector256<byte> corner) => left;
}

/// <summary>The byte above.</summary>
internal readonly struct AbovePrediction : IPrediction
{
    public static byte Of(int left, int above, int corner) => (byte)above;

    public static Vector256<byte> Of(Vector256<byte> left, Vector256<byte> above, Vector256<byte> corner) => above;
}

/// <summary>The mean of left and above, rounded down.</summary>
internal readonly struct MeanPrediction : IPrediction
{
    public static byte Of(int left, int above, int corner) => (byte)((left + above) >> 1);

    public static Vector256<byte> Of(Vector256<byte> left, Vector256<byte> above, Vector256<byte> corner) =>
        (left & above) + Vector256.ShiftRightLogical(left ^ above, 1);
}

/// <summary>Left, above or corner, whichever is nearest to left + above - corner; in this order among equals.</summary>
internal readonly struct PaethPrediction : IPrediction
{
    public static byte Of(int left, int above, int corner)
    {
        int a = Math.Abs(above - corner), b = Math.Abs(left - corner), c = Math.Abs(left + above - corner - corner);
        return (byte)(a <= b && a <= c ? left : b <= c ? above : corner);
    }

    public static Vector256<byte> Of(Vector256<byte> left, Vector256<byte> above, Vector256<byte> corner)
    {
        // Nine bits are not needed: the corner is nearest only if it lies between the other two, and then its distance is the difference of theirs.
        Vector256<byte> a = Distance(above, corner), b = Distance(left, corner);
        Vector256<byte> outside = Vector256.Equals(Vector256.Max(left, corner), left) ^ Vector256.Equals(Vector256.Min(above, corner), above);
        Vector256<byte> c = Distance(a, b) | outside;
        Vector256<byte> other = Vector256.ConditionalSelect(Vector256.Equals(Vector256.Min(b, c), b), above, corner);
        return Vector256.ConditionalSelect(Vector256.Equals(Vector256.Min(a, Vector256.Min(b, c)), a), left, other);
    }

    private static Vector256<byte> Distance(Vector256<byte> x, Vector256<byte> y) => Vector256.Max(x, y) - Vector256.Min(x, y);
}
