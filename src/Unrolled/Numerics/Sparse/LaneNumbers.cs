using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>Numbers read for a group of instances at once.</summary>
/// <typeparam name="L">The group.</typeparam>
internal interface ILaneNumbers<L>
{
    /// <summary>Number <paramref name="place"/> of every instance.</summary>
    L this[nint place] { get; }
}

/// <summary>One number for all instances.</summary>
internal readonly unsafe struct SharedNumbers<L>(double* numbers) : ILaneNumbers<L>
    where L : struct, ILaneGroup<L>
{
    private readonly double* _numbers = numbers;

    public L this[nint place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => L.Create(Vector512.Create(_numbers[place]), Vector512.Create(_numbers[place]));
    }
}

/// <summary>A number for each instance of a group, side by side at a multiple of 64 bytes.</summary>
internal readonly unsafe struct OwnNumbers<L>(double* numbers) : ILaneNumbers<L>
    where L : unmanaged, ILaneGroup<L>
{
    private readonly L* _numbers = (L*)numbers;

    public L this[nint place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _numbers[place];
    }
}
