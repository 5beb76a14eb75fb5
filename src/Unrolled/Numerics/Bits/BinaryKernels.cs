using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// Loops over packed bits. A strip is one word (64 columns) per row; its length is padded by zeros to whole registers. Nothing
/// is checked or allocated, and XOR has no rounding: every register width gives the same bits.
/// </summary>
internal static unsafe class BinaryKernels
{
    private const int Lane = BinaryMatrix.WordsPerRegister;

    /// <summary>Copies one block of 512 columns out of rows; columns from <paramref name="columns"/> on become 0.</summary>
    public static void Load(ulong* source, int rows, int stride, int block, int columns, ulong* destination)
    {
        long left = columns - ((long)block * BinaryMatrix.BitsPerRegister);
        ulong* keep = stackalloc ulong[Lane];
        for (int w = 0; w < Lane; w++)
        {
            long bits = Math.Clamp(left - (64 * w), 0, 64);
            keep[w] = bits == 64 ? ulong.MaxValue : (1UL << (int)bits) - 1;
        }

        Vector512<ulong> mask = Vector512.Load(keep);
        source += (nint)block * Lane;
        for (nint i = 0; i < rows; i++)
        {
            (left <= 0 ? Vector512<ulong>.Zero : Vector512.Load(source + (i * stride)) & mask).Store(destination + (i * Lane));
        }
    }

    /// <summary>Takes one word of every row of a block, masked, and pads the strip.</summary>
    public static void Gather(ulong* block, int word, int count, ulong mask, ulong* strip)
    {
        block += word;
        for (nint i = 0; i < count; i++)
        {
            strip[i] = block[i * Lane] & mask;
        }

        for (nint i = count; i % Lane != 0; i++)
        {
            strip[i] = 0;
        }
    }

    /// <summary>The first row of a strip that has a bit, or -1.</summary>
    public static int First(ulong* strip, int count, ulong bit)
    {
        Vector512<ulong> bits = Vector512.Create(bit);
        for (nint i = 0; i < count; i += Lane)
        {
            ulong absent = Vector512.Equals(Vector512.Load(strip + i) & bits, Vector512<ulong>.Zero).ExtractMostSignificantBits();
            if (absent != 0xFF)
            {
                return (int)i + BitOperations.TrailingZeroCount(~absent);
            }
        }

        return -1;
    }

    /// <summary>XORs a word into every row of a strip that has a bit, from the register of row <paramref name="from"/> on.</summary>
    public static void Sweep(ulong* strip, int from, int count, ulong bit, ulong pivot)
    {
        Vector512<ulong> bits = Vector512.Create(bit), p = Vector512.Create(pivot);
        nint i = from & -Lane;
        for (; i + (2 * Lane) <= count; i += 2 * Lane)
        {
            Vector512<ulong> v = Vector512.Load(strip + i), u = Vector512.Load(strip + i + Lane);
            Swept(v, bits, p).Store(strip + i);
            Swept(u, bits, p).Store(strip + i + Lane);
        }

        for (; i < count; i += Lane)
        {
            Swept(Vector512.Load(strip + i), bits, p).Store(strip + i);
        }
    }

    /// <summary>
    /// All sums of the pivot rows of <paramref name="width"/> columns: entry <c>x</c> is the sum of the pivots whose bits <c>x</c> has. Columns
    /// without a pivot (-1) are never asked for, and their entries are left as they are.
    /// </summary>
    public static void Tabulate(int* pivotAt, int width, ulong* basis, ulong* table)
    {
        Vector512<ulong>.Zero.StoreAligned(table);
        for (int j = 0; j < width; j++)
        {
            if (pivotAt[j] >= 0)
            {
                Vector512<ulong> pivot = Vector512.LoadAligned(basis + ((nint)pivotAt[j] * Lane));
                ulong* upper = table + ((nint)Lane << j);
                for (nint x = 0; x < (nint)Lane << j; x += Lane)
                {
                    (Vector512.LoadAligned(table + x) ^ pivot).StoreAligned(upper + x);
                }
            }
        }
    }

    /// <summary>
    /// <c>destination[i] = source[i] ^ sum of tables</c>, indexed by the coefficients' groups of 8 bits: 8 tables of 256 rows.
    /// Runs from front to back, so that rows may move towards the front.
    /// </summary>
    public static void CombineEight(ulong* source, ulong* coefficients, nint count, ulong* table, ulong* destination)
    {
        const int Table = 256 * Lane;
        for (nint i = 0; i < count; i++)
        {
            ulong c = coefficients[i];
            Vector512<ulong> sum = Vector512.LoadAligned(source + (i * Lane));
            Vector512<ulong> other = Entry(table, (uint)(byte)c) ^ Entry(table + Table, (uint)(byte)(c >> 8));
            sum ^= Entry(table + (2 * Table), (uint)(byte)(c >> 16)) ^ Entry(table + (3 * Table), (uint)(byte)(c >> 24));
            other ^= Entry(table + (4 * Table), (uint)(byte)(c >> 32)) ^ Entry(table + (5 * Table), (uint)(byte)(c >> 40));
            sum ^= Entry(table + (6 * Table), (uint)(byte)(c >> 48)) ^ Entry(table + (7 * Table), (uint)(c >> 56));
            (sum ^ other).StoreAligned(destination + (i * Lane));
        }
    }

    /// <summary>The same with groups of 6 bits: 10 tables of 64 rows, and one of 16 for the last 4 bits.</summary>
    public static void CombineSix(ulong* source, ulong* coefficients, nint count, ulong* table, ulong* destination)
    {
        const int Table = 64 * Lane;
        for (nint i = 0; i < count; i++)
        {
            ulong c = coefficients[i];
            Vector512<ulong> sum = Vector512.LoadAligned(source + (i * Lane)) ^ Entry(table, (uint)c & 63);
            Vector512<ulong> other = Entry(table + Table, (uint)(c >> 6) & 63) ^ Entry(table + (2 * Table), (uint)(c >> 12) & 63);
            sum ^= Entry(table + (3 * Table), (uint)(c >> 18) & 63) ^ Entry(table + (4 * Table), (uint)(c >> 24) & 63);
            other ^= Entry(table + (5 * Table), (uint)(c >> 30) & 63) ^ Entry(table + (6 * Table), (uint)(c >> 36) & 63);
            sum ^= Entry(table + (7 * Table), (uint)(c >> 42) & 63) ^ Entry(table + (8 * Table), (uint)(c >> 48) & 63);
            other ^= Entry(table + (9 * Table), (uint)(c >> 54) & 63) ^ Entry(table + (10 * Table), (uint)(c >> 60));
            (sum ^ other).StoreAligned(destination + (i * Lane));
        }
    }

    /// <summary>One row without tables, for few pivots or few rows: the sum of the row and of the pivots whose bits the coefficients have.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CombineSingly(ulong* source, ulong coefficients, int* pivotAt, ulong* basis, ulong* destination)
    {
        Vector512<ulong> sum = Vector512.LoadAligned(source);
        for (; coefficients != 0; coefficients &= coefficients - 1)
        {
            sum ^= Vector512.LoadAligned(basis + ((nint)pivotAt[BitOperations.TrailingZeroCount(coefficients)] * Lane));
        }

        sum.StoreAligned(destination);
    }

    /// <summary>The inner product over GF(2) of a row that lies in registers <paramref name="stride"/> words apart with a dense vector.</summary>
    public static ulong Product(ulong* row, nint stride, ulong* vector, int registers)
    {
        Vector512<ulong> sum = Vector512<ulong>.Zero;
        for (nint b = 0; b < registers; b++)
        {
            sum ^= Vector512.Load(row + (b * stride)) & Vector512.Load(vector + (b * Lane));
        }

        Vector256<ulong> half = sum.GetLower() ^ sum.GetUpper();
        Vector128<ulong> quarter = half.GetLower() ^ half.GetUpper();
        return (ulong)BitOperations.PopCount(quarter[0] ^ quarter[1]) & 1;
    }

    /// <summary>ORs the registers of one block of every row into one mark per row: whether any of the masked bits is set.</summary>
    public static void Mark(ulong* block, nint count, ulong* mask, Span<bool> marks)
    {
        Vector512<ulong> bits = Vector512.Load(mask);
        for (nint i = 0; i < count; i++)
        {
            marks[(int)i] |= (Vector512.LoadAligned(block + (i * Lane)) & bits) != Vector512<ulong>.Zero;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Entry(ulong* table, uint index) => Vector512.LoadAligned(table + ((nuint)index * Lane));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Swept(Vector512<ulong> v, Vector512<ulong> bits, Vector512<ulong> pivot) =>
        Vector512.ConditionalSelect(Vector512.Equals(v & bits, Vector512<ulong>.Zero), v, v ^ pivot);
}
