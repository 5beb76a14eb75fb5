using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Unrolled.Numerics;

/// <summary>
/// Cellular automata of four bits per cell on 512 grids at once, one byte per cell and grid: the four bits that a cell sees form a number
/// below 16, and one shuffle of a register looks up the next four bits of 64 grids, whatever the rule.
/// </summary>
/// <remarks>Per cell and step 24 or 32 loads, as many selections and 8 lookups, for all 512 grids together.</remarks>
internal static unsafe class NibbleKernels
{
    /// <summary>The grids.</summary>
    public const int Grids = 512;

    /// <summary>The bytes of a lookup: its 16 entries, four times.</summary>
    public const int LookupBytes = 64;

    private const int Register = 64;

    /// <summary>One step of the named cells. Bit 0 of what a cell sees is its own, bits 1 to 3 are those of the cells at three distances.</summary>
    /// <param name="before">The state, one cell after the other.</param>
    /// <param name="after">The next state; may be the state if no cell sees a cell that was replaced before it.</param>
    /// <param name="cells">The cells, in the order in which they are replaced.</param>
    /// <param name="variants">Per cell, the number of the lookup that applies to it.</param>
    /// <param name="distances">The three distances in cells.</param>
    /// <param name="lookups">The lookups, one after the other.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(byte* before, byte* after, ReadOnlySpan<int> cells, byte* variants, ReadOnlySpan<int> distances, byte* lookups)
    {
        nint first = distances[0] * (nint)Grids, second = distances[1] * (nint)Grids, third = distances[2] * (nint)Grids;
        Vector512<byte> own = Vector512.Create((byte)1), two = Vector512.Create((byte)3), three = Vector512.Create((byte)7);
        foreach (int cell in cells)
        {
            Vector512<byte> lookup = Vector512.Load(lookups + (variants[cell] * LookupBytes));
            byte* from = before + (cell * (nint)Grids), to = after + (cell * (nint)Grids);
            if (first == second)
            {
                for (int g = 0; g < Grids; g += Register)
                {
                    Vector512<byte> sees = Vector512.ConditionalSelect(own, Vector512.Load(from + g), Vector512.Load(from + first + g));
                    Look(lookup, Vector512.ConditionalSelect(three, sees, Vector512.Load(from + third + g))).Store(to + g);
                }
            }
            else
            {
                for (int g = 0; g < Grids; g += Register)
                {
                    Look(lookup, Sees(from + g, first, second, third, own, two, three)).Store(to + g);
                }
            }
        }
    }

    /// <summary>Which entries of every lookup the named cells ask for in a step, a bit per entry, joined to <paramref name="asked"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Trace(byte* state, ReadOnlySpan<int> cells, byte* variants, ReadOnlySpan<int> distances, Span<ushort> asked)
    {
        nint first = distances[0] * (nint)Grids, second = distances[1] * (nint)Grids, third = distances[2] * (nint)Grids;
        Vector512<byte> own = Vector512.Create((byte)1), two = Vector512.Create((byte)3), three = Vector512.Create((byte)7);
        Vector512<byte> lowEntries = Lookup([1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0]);
        Vector512<byte> highEntries = Lookup([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128]);
        foreach (int cell in cells)
        {
            byte* from = state + (cell * (nint)Grids);
            Vector512<byte> low = default, high = default;
            for (int g = 0; g < Grids; g += Register)
            {
                Vector512<byte> sees = Sees(from + g, first, second, third, own, two, three);
                low |= Look(lowEntries, sees);
                high |= Look(highEntries, sees);
            }

            asked[variants[cell]] |= (ushort)(AnyBits(low) | (AnyBits(high) << 8));
        }
    }

    /// <summary>In how many grids bit 0 of a cell equals bit 0 of the wanted values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CountEqual(byte* cell, byte* wanted)
    {
        int count = 0;
        for (int g = 0; g < Grids; g += Register)
        {
            Vector512<byte> differs = (Vector512.Load(cell + g) ^ Vector512.Load(wanted + g)) & Vector512.Create((byte)1);
            count += BitOperations.PopCount(Vector512.Equals(differs, default).ExtractMostSignificantBits());
        }

        return count;
    }

    private static Vector512<byte> Lookup(ReadOnlySpan<byte> entries)
    {
        var quarter = Vector128.Create(entries);
        var half = Vector256.Create(quarter, quarter);
        return Vector512.Create(half, half);
    }

    private static uint AnyBits(Vector512<byte> values)
    {
        Vector256<byte> half = values.GetLower() | values.GetUpper();
        Vector128<ulong> quarter = (half.GetLower() | half.GetUpper()).AsUInt64();
        ulong word = quarter[0] | quarter[1];
        word |= word >> 32;
        word |= word >> 16;
        word |= word >> 8;
        return (uint)(word & 0xFF);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Sees(byte* from, nint first, nint second, nint third, Vector512<byte> own, Vector512<byte> two, Vector512<byte> three)
    {
        Vector512<byte> sees = Vector512.ConditionalSelect(own, Vector512.Load(from), Vector512.Load(from + first));
        sees = Vector512.ConditionalSelect(two, sees, Vector512.Load(from + second));
        return Vector512.ConditionalSelect(three, sees, Vector512.Load(from + third));
    }

    /// <summary>The entry of every byte, all of which are below 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Look(Vector512<byte> lookup, Vector512<byte> entries) => Avx512BW.IsSupported
        ? Avx512BW.Shuffle(lookup, entries)
        : Vector512.Create(Look(lookup.GetLower(), entries.GetLower()), Look(lookup.GetLower(), entries.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Look(Vector256<byte> lookup, Vector256<byte> entries) => Avx2.IsSupported
        ? Avx2.Shuffle(lookup, entries)
        : Vector256.Create(Vector128.Shuffle(lookup.GetLower(), entries.GetLower()), Vector128.Shuffle(lookup.GetLower(), entries.GetUpper()));
}
