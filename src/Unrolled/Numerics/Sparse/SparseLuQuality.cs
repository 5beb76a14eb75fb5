using System.Runtime.CompilerServices;

namespace Unrolled.Numerics;

/// <summary>What a sparse factorization learns about its pivots on the way.</summary>
/// <param name="SmallestPivot">The smallest magnitude on the diagonal of U; NaN when one is not a number.</param>
/// <param name="Growth">max over the columns of (largest entry met during elimination) / (largest entry of A); NaN when one is not finite.</param>
/// <param name="IsSingular">Whether a pivot has no finite inverse, or an entry is not finite.</param>
internal record struct SparseLuQuality(double SmallestPivot, double Growth, bool IsSingular)
{
    /// <summary>The bits of infinity: magnitudes at or above are not finite.</summary>
    public const long Infinite = 0x7FF0000000000000;

    /// <summary>Before the first column.</summary>
    public static SparseLuQuality Start => new(double.PositiveInfinity, 0, false);

    /// <summary>The bits of |x|: they compare as integers, with what is not finite above all else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Magnitude(double x) => BitConverter.DoubleToInt64Bits(x) & long.MaxValue;

    /// <summary>Adds a column. Returns what its candidates are multiplied with: the inverse of the pivot, or 1 where it cannot serve.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Include(double pivot, long largest, long scale)
    {
        SmallestPivot = Math.Min(SmallestPivot, Math.Abs(pivot));
        double inverse = 1 / pivot;
        if (largest >= Infinite || Magnitude(inverse) >= Infinite)
        {
            IsSingular = true;
            Growth = largest >= Infinite ? double.NaN : Growth;
            return 1;
        }

        double size = BitConverter.Int64BitsToDouble(largest), unit = BitConverter.Int64BitsToDouble(scale);
        if (size > Growth * unit && unit > 0)
        {
            Growth = size / unit;
        }

        return inverse;
    }
}
