using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unrolled.Numerics;

/// <summary>
/// A matrix over GF(2), packed by rows: entry (i, j) is bit <c>j % 64</c> of word <c>j / 64</c> of row <c>i</c>. Every row
/// starts at a multiple of 64 bytes and fills whole registers of 512 bits; what is behind the last column is padding.
/// </summary>
/// <remarks>
/// A view: copying the struct does not copy the bits. One writer at a time; concurrent reads are safe. Storage:
/// <c>64 ceil(Columns / 512)</c> bytes per row. Bits of the padding mean nothing, and nothing reads them.
/// </remarks>
public readonly struct BinaryMatrix
{
    internal const int WordsPerRegister = 8;
    internal const int BitsPerRegister = 512;
    private const int BitsPerWord = 64;

    private readonly ulong[]? _storage;
    private readonly int _start;

    private BinaryMatrix(ulong[] storage, int start, int rows, int columns) => (_storage, _start, Rows, Columns) = (storage, start, rows, columns);

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>How many words hold the columns of one row.</summary>
    public int WordsPerRow => (Columns + BitsPerWord - 1) / BitsPerWord;

    /// <summary>How many words lie between the starts of two rows, a multiple of 8.</summary>
    internal int Stride => Registers(Columns) * WordsPerRegister;

    /// <summary>The first word. Matrices are pinned: the pointer is good as long as the matrix is reachable.</summary>
    internal unsafe ulong* Pointer => _storage is null ? null : (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_storage)) + _start;

    /// <summary>The bit in row <paramref name="i"/> and column <paramref name="j"/>, counted from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or column.</exception>
    public bool this[int i, int j]
    {
        get => ((Row(i)[Word(j)] >> (j % BitsPerWord)) & 1) != 0;
        set
        {
            ref ulong word = ref Row(i)[Word(j)];
            ulong bit = 1UL << (j % BitsPerWord);
            word = value ? word | bit : word & ~bit;
        }
    }

    /// <summary>A matrix of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or both together are too large for one array.</exception>
    public static BinaryMatrix Zeros(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ulong[] storage = Pinned((long)rows * Registers(columns) * WordsPerRegister);
        return new BinaryMatrix(storage, CacheLine.Start(storage), rows, columns);
    }

    /// <summary>A matrix from one byte per bit, 0 or 1, row after row.</summary>
    /// <exception cref="ArgumentException">There are not <c>rows * columns</c> bytes, or one of them is neither 0 nor 1.</exception>
    public static BinaryMatrix FromBits(int rows, int columns, ReadOnlySpan<byte> bits)
    {
        BinaryMatrix matrix = Zeros(rows, columns);
        if (bits.Length != (long)rows * columns)
        {
            throw new ArgumentException($"{bits.Length} bits for {rows} rows of {columns} columns, expected {(long)rows * columns}", nameof(bits));
        }

        for (int at = 0; at < bits.Length; at++)
        {
            if (bits[at] > 1)
            {
                throw new ArgumentException($"row {at / columns}, column {at % columns} is {bits[at]}, expected 0 or 1", nameof(bits));
            }

            matrix.Row(at / columns)[at % columns / BitsPerWord] |= (ulong)bits[at] << (at % columns % BitsPerWord);
        }

        return matrix;
    }

    /// <summary>Writes one byte per bit, 0 or 1, row after row.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> does not have <c>Rows * Columns</c> bytes.</exception>
    public void ToBits(Span<byte> destination)
    {
        if (destination.Length != (long)Rows * Columns)
        {
            throw new ArgumentException($"the destination has {destination.Length} bytes for {Rows} rows of {Columns} columns", nameof(destination));
        }

        for (int at = 0; at < destination.Length; at++)
        {
            destination[at] = (byte)((Row(at / Columns)[at % Columns / BitsPerWord] >> (at % Columns % BitsPerWord)) & 1);
        }
    }

    /// <summary>The words of row <paramref name="i"/>; writing to them changes the matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<ulong> Row(int i) => (uint)i < (uint)Rows
        ? _storage.AsSpan(_start + (i * Stride), WordsPerRow)
        : throw new ArgumentOutOfRangeException(nameof(i), $"row {i} of a matrix with {Rows} rows");

    /// <summary>The view of <paramref name="count"/> rows from row <paramref name="first"/> on; it shares their bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such rows.</exception>
    public BinaryMatrix RowRange(int first, int count) => first >= 0 && count >= 0 && first <= Rows - count
        ? new BinaryMatrix(_storage ?? [], _start + (first * Stride), count, Columns)
        : throw new ArgumentOutOfRangeException(nameof(first), $"rows {first} to {first + (long)count - 1} of a matrix with {Rows} rows");

    /// <summary>Keeps the memory that <see cref="Pointer"/> points to.</summary>
    internal void KeepAlive() => GC.KeepAlive(_storage);

    /// <summary>Registers of 512 bits that hold so many columns.</summary>
    internal static int Registers(int columns) => (int)(((long)columns + BitsPerRegister - 1) / BitsPerRegister);

    /// <summary>Pinned words, of which so many start at a multiple of 64 bytes; see <see cref="CacheLine.Start"/>.</summary>
    internal static ulong[] Pinned(long words)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words, Array.MaxLength - WordsPerRegister);
        return GC.AllocateArray<ulong>((int)words + WordsPerRegister, pinned: true);
    }

    private int Word(int j) => (uint)j < (uint)Columns
        ? j / BitsPerWord
        : throw new ArgumentOutOfRangeException(nameof(j), $"column {j} of a matrix with {Columns} columns");
}
