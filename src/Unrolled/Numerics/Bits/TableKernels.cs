using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Truth tables of up to six inputs evaluated on cells of 512 bits, whatever the tables: all 16 functions of the first two inputs are
/// formed once per cell, every table picks its leaves among them and joins them by the other inputs.
/// </summary>
/// <remarks>A table of n inputs costs 2^(n-2) loads and 2^(n-2) - 1 selections per cell, besides 12 operations that all tables share.</remarks>
internal static unsafe class TableKernels
{
    /// <summary>The most inputs of a table: 64 rows.</summary>
    public const int MostInputs = 6;

    /// <summary>The fewest; a caller repeats an input.</summary>
    public const int FewestInputs = 2;

    private const int Words = 8, Leaves = 16;

    /// <summary><c>outputs[t] = tables[t](inputs)</c> for cells that follow each other.</summary>
    public static void Run(ulong** inputs, int count, ReadOnlySpan<ulong> tables, ulong** outputs, int cells)
    {
        Vector512<ulong>* leaves = stackalloc Vector512<ulong>[Leaves];
        leaves[0] = Vector512<ulong>.Zero;
        leaves[15] = Vector512<ulong>.AllBitsSet;
        for (nint w = 0; w < cells * (nint)Words; w += Words)
        {
            Fill(Vector512.Load(inputs[0] + w), Vector512.Load(inputs[1] + w), leaves);
            Vector512<ulong> c = default, d = default, e = default, f = default;
            switch (count)
            {
                case 6:
                    f = Vector512.Load(inputs[5] + w);
                    goto case 5;
                case 5:
                    e = Vector512.Load(inputs[4] + w);
                    goto case 4;
                case 4:
                    d = Vector512.Load(inputs[3] + w);
                    goto case 3;
                case 3:
                    c = Vector512.Load(inputs[2] + w);
                    break;
            }

            for (int t = 0; t < tables.Length; t++)
            {
                ulong table = tables[t];
                Vector512<ulong> value = count switch
                {
                    2 => leaves[table & 15],
                    3 => Three(leaves, (uint)table, c),
                    4 => Four(leaves, (uint)table, c, d),
                    5 => Five(leaves, (uint)table, c, d, e),
                    _ => Vector512.ConditionalSelect(f, Five(leaves, (uint)(table >> 32), c, d, e), Five(leaves, (uint)table, c, d, e)),
                };
                value.Store(outputs[t] + w);
            }
        }
    }

    /// <summary>Function number n has the value of bit <c>a + 2 b</c> of n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong>* leaves)
    {
        leaves[1] = ~(a | b);
        leaves[2] = Vector512.AndNot(a, b);
        leaves[3] = ~b;
        leaves[4] = Vector512.AndNot(b, a);
        leaves[5] = ~a;
        leaves[6] = a ^ b;
        leaves[7] = ~(a & b);
        leaves[8] = a & b;
        leaves[9] = ~(a ^ b);
        leaves[10] = a;
        leaves[11] = a | ~b;
        leaves[12] = b;
        leaves[13] = b | ~a;
        leaves[14] = a | b;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Three(Vector512<ulong>* leaves, uint table, Vector512<ulong> c) =>
        Vector512.ConditionalSelect(c, leaves[(table >> 4) & 15], leaves[table & 15]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Four(Vector512<ulong>* leaves, uint table, Vector512<ulong> c, Vector512<ulong> d) =>
        Vector512.ConditionalSelect(d, Three(leaves, table >> 8, c), Three(leaves, table, c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Five(Vector512<ulong>* leaves, uint table, Vector512<ulong> c, Vector512<ulong> d, Vector512<ulong> e) =>
        Vector512.ConditionalSelect(e, Four(leaves, table >> 16, c, d), Four(leaves, table, c, d));
}
