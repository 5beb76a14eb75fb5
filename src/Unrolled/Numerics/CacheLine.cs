using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unrolled.Numerics;

/// <summary>The unit in which caches move memory; a whole vector register. What starts at one is read fastest.</summary>
internal static class CacheLine
{
    /// <summary>Its size.</summary>
    public const int Bytes = 64;

    /// <summary>How many numbers it holds.</summary>
    public static int Count<T>()
        where T : struct => Bytes / Unsafe.SizeOf<T>();

    /// <summary>The first element of a pinned array, at or behind one, that starts a line.</summary>
    public static unsafe int Start<T>(T[] pinned, int from = 0)
        where T : struct
    {
        nuint past = ((nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned)) + ((nuint)from * (nuint)Unsafe.SizeOf<T>())) % Bytes;
        return past == 0 ? from : from + (int)((Bytes - past) / (nuint)Unsafe.SizeOf<T>());
    }
}
