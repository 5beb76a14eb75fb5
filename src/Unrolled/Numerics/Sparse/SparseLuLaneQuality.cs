using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary><see cref="SparseLuQuality"/> of eight factorizations, one in each lane.</summary>
internal struct SparseLuLaneQuality
{
    private static readonly Vector512<long> _infinite = Vector512.Create(SparseLuQuality.Infinite);

    private Vector512<double> _regular;
    private Vector512<double> _growth;

    /// <summary>Before the first pivot.</summary>
    public static SparseLuLaneQuality Start => new() { _regular = Vector512<double>.AllBitsSet };

    /// <summary>Whether the factorization of a lane has a zero pivot or a number that is not finite.</summary>
    public readonly bool IsSingular(int lane) => ((_regular.ExtractMostSignificantBits() >> lane) & 1) == 0;

    /// <summary>The pivot growth of a lane.</summary>
    public readonly double Growth(int lane) => _growth[lane];

    /// <summary>Takes a column in: its pivot, its largest magnitude and that of the matrix. Returns the inverse pivot, 1 where it is of no use.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Include(Vector512<double> pivot, Vector512<double> largest, Vector512<double> scale)
    {
        Vector512<double> inverse = Vector512<double>.One / pivot;
        Vector512<double> usable = (Vector512.LessThan(largest.AsInt64(), _infinite) & Vector512.LessThan(Vector512.Abs(inverse).AsInt64(), _infinite)).AsDouble();
        _regular &= usable;
        Vector512<double> grown = Vector512.GreaterThan(largest, _growth * scale) & Vector512.GreaterThan(scale, default) & usable;
        if (grown.ExtractMostSignificantBits() != 0)
        {
            _growth = Vector512.ConditionalSelect(grown, largest / scale, _growth);
        }

        return Vector512.ConditionalSelect(usable, inverse, Vector512<double>.One);
    }
}
