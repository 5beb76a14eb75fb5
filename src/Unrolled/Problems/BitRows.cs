namespace Unrolled.Problems;

/// <summary>Rows of bits of one width, 64 to a word, column j at place j mod 64 of word j / 64.</summary>
/// <remarks>Immutable. Bits of a row's last word behind its width are 0.</remarks>
public sealed class BitRows
{
    private const int WordBits = 64;

    private readonly ulong[] _words;

    /// <summary>Creates rows from a function of row and column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or the rows are too many for one array.</exception>
    public BitRows(int count, int width, Func<int, int, bool> bit)
        : this(count, width, new ulong[Length(count, width)])
    {
        ArgumentNullException.ThrowIfNull(bit);
        for (int i = 0; i < count; i++)
        {
            Span<ulong> row = _words.AsSpan(i * WordsPerRow, WordsPerRow);
            for (int j = 0; j < width; j++)
            {
                row[j / WordBits] |= bit(i, j) ? 1UL << (j % WordBits) : 0;
            }
        }
    }

    /// <summary>Rows of words that the caller does not change any more.</summary>
    internal BitRows(int count, int width, ulong[] words) => (Count, Width, WordsPerRow, _words) = (count, width, WordsFor(width), words);

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The number of bits of a row.</summary>
    public int Width { get; }

    /// <summary>The number of words of a row.</summary>
    public int WordsPerRow { get; }

    /// <summary>One bit.</summary>
    public bool this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Width, nameof(column));
            return ((Row(row)[column / WordBits] >> (column % WordBits)) & 1) != 0;
        }
    }

    /// <summary>The words of a row; a view.</summary>
    public ReadOnlySpan<ulong> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
        return _words.AsSpan(row * WordsPerRow, WordsPerRow);
    }

    /// <summary>The named rows, in that order.</summary>
    public BitRows Select(ReadOnlySpan<int> rows)
    {
        ulong[] words = new ulong[Length(rows.Length, Width)];
        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(words.AsSpan(i * WordsPerRow));
        }

        return new BitRows(rows.Length, Width, words);
    }

    internal static int WordsFor(int width) => (int)(((long)width + WordBits - 1) / WordBits);

    private static int Length(int count, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        long length = (long)count * WordsFor(width);
        return length <= Array.MaxLength ? (int)length : throw new ArgumentOutOfRangeException(nameof(count), $"{count} rows of {width} bits are too many for one array");
    }
}
