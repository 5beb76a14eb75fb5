using System.Buffers.Binary;

namespace Unrolled.Problems.Formats;

/// <summary>The header of a PNG file (IHDR): extents, depth, meaning of the samples, order of the pixels.</summary>
/// <param name="Rows">The height.</param>
/// <param name="Columns">The width.</param>
/// <param name="BitDepth">The bits of a sample: 1, 2, 4, 8 or 16.</param>
/// <param name="ColorType">0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha.</param>
/// <param name="Interlacing">0 for rows from top to bottom, 1 for the seven passes of Adam.</param>
internal sealed record PngHeader(int Rows, int Columns, int BitDepth, int ColorType, int Interlacing)
{
    /// <summary>The number of bytes of the chunk.</summary>
    public const int Length = 13;

    /// <summary>The longest row that is read.</summary>
    public const int LongestRow = 1 << 28;

    /// <summary>A code of two bits stands for at most 258 bytes, so a byte of compressed data for at most 1032 (RFC 1951).</summary>
    private const long MostExpansion = 1032;

    /// <summary>First row, first column, row step and column step of the seven passes.</summary>
    public static readonly (int Row, int Column, int RowStep, int ColumnStep)[] Passes =
    [
        (0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1),
    ];

    private static readonly int[][] Depths = [[1, 2, 4, 8, 16], [], [8, 16], [1, 2, 4, 8], [8, 16], [], [8, 16]];

    /// <summary>How many samples of the file a pixel has.</summary>
    public int Samples => ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>The distance in bytes between a sample and the same one of the pixel before, for the filters.</summary>
    public int PixelBytes => Math.Max(1, Samples * BitDepth / 8);

    /// <summary>The bytes of a row of so many pixels, without that of its filter.</summary>
    public long RowBytes(int columns) => (((long)columns * Samples * BitDepth) + 7) / 8;

    /// <summary>Reads the contents of the chunk.</summary>
    /// <exception cref="InvalidInputException">A value is not one of the format.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> data, ByteScanner scanner, long position)
    {
        uint columns = BinaryPrimitives.ReadUInt32BigEndian(data), rows = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (columns is 0 or > int.MaxValue || rows is 0 or > int.MaxValue)
        {
            throw scanner.FaultAt(position, $"the image is {columns} wide and {rows} high, expected extents from 1 to {int.MaxValue}");
        }

        int depth = data[8], type = data[9];
        if (type >= Depths.Length || Depths[type].Length == 0)
        {
            throw scanner.FaultAt(position + 9, $"the color type is {type}, expected 0 (gray), 2 (RGB), 3 (palette), 4 (gray and alpha) or 6 (RGB and alpha)");
        }

        if (!Depths[type].Contains(depth))
        {
            throw scanner.FaultAt(position + 8, $"the bit depth is {depth}, expected {string.Join(", ", Depths[type])} for color type {type}");
        }

        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
        {
            throw scanner.FaultAt(position + 10,
                $"compression, filter and interlace methods are {data[10]}, {data[11]} and {data[12]}, expected 0, 0 and 0 or 1");
        }

        return new PngHeader((int)rows, (int)columns, depth, type, data[12]);
    }

    /// <summary>Refuses extents that the rest of the file cannot fill, before anything is allocated for them.</summary>
    public void RequirePlausible(ByteScanner scanner, long position)
    {
        if (RowBytes(Columns) > LongestRow)
        {
            throw scanner.FaultAt(position, $"a row of {RowBytes(Columns)} bytes, expected at most {LongestRow}");
        }

        Int128 inflated = (Int128)Rows * RowBytes(Columns); // a lower bound where there are passes
        if (scanner.Remaining is long left && inflated > MostExpansion * (Int128)left)
        {
            throw scanner.FaultAt(position,
                $"the image is {Columns} wide and {Rows} high, {inflated} bytes, which the {left} compressed bytes that follow cannot hold");
        }
    }
}
