using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>A number of each of sixteen instances: half as many indices and branches per number as with eight, and two chains of sums in flight.</summary>
internal readonly unsafe struct LanePair(Vector512<double> first, Vector512<double> second) : ILaneGroup<LanePair>
{
    private const int Half = 8;

    private readonly Vector512<double> _first = first;
    private readonly Vector512<double> _second = second;

    public static int Width => 2 * Half;

    public Vector512<double> First => _first;

    public Vector512<double> Second => _second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair operator -(LanePair a) => new(-a._first, -a._second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair operator *(LanePair a, LanePair b) => new(a._first * b._first, a._second * b._second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair Create(Vector512<double> first, Vector512<double> second) => new(first, second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair MultiplyAdd(LanePair a, LanePair b, LanePair c) =>
        new(Lanes.MultiplyAdd(a._first, b._first, c._first), Lanes.MultiplyAdd(a._second, b._second, c._second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair LargerMagnitude(LanePair magnitude, LanePair a) =>
        new(Lanes.LargerMagnitude(magnitude._first, a._first), Lanes.LargerMagnitude(magnitude._second, a._second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair Load(double* source, int count) =>
        count >= Width ? new(Vector512.Load(source), Vector512.Load(source + Half)) : new(Lanes.LoadFirst(source, count), Lanes.LoadFirst(source + Half, count - Half));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination, int count)
    {
        if (count >= Width)
        {
            _first.Store(destination);
            _second.Store(destination + Half);
        }
        else
        {
            Lanes.StoreFirst(_first, destination, count);
            Lanes.StoreFirst(_second, destination + Half, count - Half);
        }
    }
}
