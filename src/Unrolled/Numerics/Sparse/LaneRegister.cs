using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>A number of each of eight instances.</summary>
internal readonly unsafe struct LaneRegister(Vector512<double> numbers) : ILaneGroup<LaneRegister>
{
    private readonly Vector512<double> _numbers = numbers;

    public static int Width => 8;

    public Vector512<double> First => _numbers;

    public Vector512<double> Second => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneRegister operator -(LaneRegister a) => new(-a._numbers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneRegister operator *(LaneRegister a, LaneRegister b) => new(a._numbers * b._numbers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneRegister Create(Vector512<double> first, Vector512<double> second) => new(first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneRegister MultiplyAdd(LaneRegister a, LaneRegister b, LaneRegister c) => new(Lanes.MultiplyAdd(a._numbers, b._numbers, c._numbers));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneRegister LargerMagnitude(LaneRegister magnitude, LaneRegister a) => new(Lanes.LargerMagnitude(magnitude._numbers, a._numbers));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneRegister Load(double* source, int count) => new(count >= Width ? Vector512.Load(source) : Lanes.LoadFirst(source, count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination, int count)
    {
        if (count >= Width)
        {
            _numbers.Store(destination);
        }
        else
        {
            Lanes.StoreFirst(_numbers, destination, count);
        }
    }
}
