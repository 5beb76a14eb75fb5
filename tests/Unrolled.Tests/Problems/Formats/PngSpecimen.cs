using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>PNG files written the plain way, of every color type, depth and interlacing, independently of the library's writer.</summary>
internal static class PngSpecimen
{
    private static readonly (int Row, int Column, int RowStep, int ColumnStep)[] Passes =
        [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)];

    public static int Samples(int colorType) => colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>A file of given samples, [row, column, sample]. Rows take the filters in turn. Damage is done before compression.</summary>
    public static byte[] Write(int[,,] samples, int depth, int colorType, bool interlaced, byte[]? palette = null, byte[]? transparency = null, Func<byte[], byte[]>? damage = null)
    {
        int rows = samples.GetLength(0), columns = samples.GetLength(1);
        var raw = new MemoryStream();
        int count = 0;
        foreach ((int r0, int c0, int dr, int dc) in interlaced ? Passes : [(0, 0, 1, 1)])
        {
            byte[]? above = null;
            for (int i = r0; i < rows && c0 < columns; i += dr)
            {
                byte[] row = Pack(samples, i, c0, dc, depth);
                above ??= new byte[row.Length];
                WriteFiltered(raw, row, above, count++ % 5, Math.Max(1, Samples(colorType) * depth / 8));
                above = row;
            }
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, columns);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), rows);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colorType, (byte)(interlaced ? 1 : 0));
        var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]);
        Chunk(file, "IHDR", header);
        if (palette is not null)
        {
            Chunk(file, "PLTE", palette);
        }

        if (transparency is not null)
        {
            Chunk(file, "tRNS", transparency);
        }

        byte[] data = Deflate(damage?.Invoke(raw.ToArray()) ?? raw.ToArray());
        for (int start = 0; start < data.Length; start += 50)
        {
            Chunk(file, "IDAT", data[start..Math.Min(start + 50, data.Length)]);
            Chunk(file, "IDAT", start == 0 ? [] : null);
        }

        Chunk(file, "tEXt", "Comment\0none"u8.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    public static byte[] Deflate(byte[] raw)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(raw);
        }

        return packed.ToArray();
    }

    public static void Chunk(MemoryStream file, string type, byte[]? data)
    {
        if (data is null)
        {
            return;
        }

        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, NaiveCrc(body));
        file.Write(number);
    }

    /// <summary>Bit by bit.</summary>
    public static uint NaiveCrc(byte[] bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    /// <summary>Chunks with the checksums that their damaged contents have, so that what is behind the checksums is tested too.</summary>
    public static byte[] RepairChecksums(byte[] file)
    {
        byte[] repaired = [.. file];
        for (long at = 8; at + 12 <= repaired.Length;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(repaired.AsSpan((int)at));
            if (at + 12 + length > repaired.Length)
            {
                break;
            }

            uint crc = NaiveCrc(repaired[(int)(at + 4)..(int)(at + 8 + length)]);
            BinaryPrimitives.WriteUInt32BigEndian(repaired.AsSpan((int)(at + 8 + length)), crc);
            at += 12 + length;
        }

        return repaired;
    }

    private static byte[] Pack(int[,,] samples, int row, int first, int step, int depth)
    {
        var bits = new List<bool>();
        for (int j = first; j < samples.GetLength(1); j += step)
        {
            for (int s = 0; s < samples.GetLength(2); s++)
            {
                for (int bit = depth - 1; bit >= 0; bit--)
                {
                    bits.Add(((samples[row, j, s] >> bit) & 1) != 0);
                }
            }
        }

        byte[] packed = new byte[(bits.Count + 7) / 8];
        for (int k = 0; k < bits.Count; k++)
        {
            packed[k / 8] |= (byte)(bits[k] ? 128 >> (k % 8) : 0);
        }

        return packed;
    }

    private static void WriteFiltered(MemoryStream raw, byte[] row, byte[] above, int filter, int pixel)
    {
        raw.WriteByte((byte)filter);
        for (int k = 0; k < row.Length; k++)
        {
            int a = k < pixel ? 0 : row[k - pixel], b = above[k], c = k < pixel ? 0 : above[k - pixel], p = a + b - c;
            int nearest = Math.Abs(p - a) <= Math.Abs(p - b) && Math.Abs(p - a) <= Math.Abs(p - c) ? a : Math.Abs(p - b) <= Math.Abs(p - c) ? b : c;
            int prediction = filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => nearest };
            raw.WriteByte((byte)(row[k] - prediction));
        }
    }
}
