using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>Numbers read as vectors of eight instances.</summary>
internal unsafe interface ILaneNumbers
{
    /// <summary>Number <paramref name="place"/> of eight instances.</summary>
    Vector512<double> this[nint place] { get; }
}

/// <summary>One number for all instances.</summary>
internal readonly unsafe struct SharedNumbers(double* numbers) : ILaneNumbers
{
    private readonly double* _numbers = numbers;

    public Vector512<double> this[nint place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(_numbers[place]);
    }
}

/// <summary>A number for each of eight instances, side by side at a multiple of 64 bytes.</summary>
internal readonly unsafe struct OwnNumbers(double* numbers) : ILaneNumbers
{
    private readonly Vector512<double>* _numbers = (Vector512<double>*)numbers;

    public Vector512<double> this[nint place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _numbers[place];
    }
}
