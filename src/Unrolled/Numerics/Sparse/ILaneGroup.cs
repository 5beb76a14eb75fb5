using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>A number of each of a group of instances, in one or two registers. Every lane has the bits of the operation on one number.</summary>
/// <typeparam name="L">The group itself.</typeparam>
internal unsafe interface ILaneGroup<L>
    where L : struct, ILaneGroup<L>
{
    /// <summary>How many instances.</summary>
    static abstract int Width { get; }

    /// <summary>The first eight.</summary>
    Vector512<double> First { get; }

    /// <summary>The last eight of sixteen.</summary>
    Vector512<double> Second { get; }

    /// <summary>The opposite numbers.</summary>
    static abstract L operator -(L a);

    /// <summary>The products.</summary>
    static abstract L operator *(L a, L b);

    /// <summary>A group of registers; one of eight instances has no second.</summary>
    static abstract L Create(Vector512<double> first, Vector512<double> second);

    /// <summary>Fused <c>a * b + c</c>.</summary>
    static abstract L MultiplyAdd(L a, L b, L c);

    /// <summary>The larger of a magnitude and that of a number; NaN is the largest of all.</summary>
    static abstract L LargerMagnitude(L magnitude, L a);

    /// <summary>The first numbers from a place on; zeros in the other lanes.</summary>
    static abstract L Load(double* source, int count);

    /// <summary>Writes the first numbers.</summary>
    void Store(double* destination, int count);
}
