using System.Buffers.Binary;
using System.Text;

namespace Unrolled.Problems.Formats;

/// <summary>The chunks of a PNG file in their order: length, type, contents, checksum.</summary>
/// <param name="scanner">Stands behind the signature of the file.</param>
internal sealed class PngChunkReader(ByteScanner scanner)
{
    private uint _crc;
    private int _left;

    /// <summary>Where the bytes come from.</summary>
    public ByteScanner Scanner => scanner;

    /// <summary>The four letters of the current chunk.</summary>
    public string Type { get; private set; } = string.Empty;

    /// <summary>The bytes of the current chunk.</summary>
    public int Length { get; private set; }

    /// <summary>Where the contents of the current chunk begin.</summary>
    public long Start { get; private set; }

    /// <summary>Whether a decoder may skip the current chunk.</summary>
    public bool IsAncillary => (Type[0] & 0x20) != 0;

    /// <summary>Moves to the next chunk. The current one must have been read or skipped.</summary>
    /// <exception cref="InvalidInputException">There is none, or its length or type is not one.</exception>
    public void Next()
    {
        Span<byte> head = stackalloc byte[8];
        long position = scanner.Position;
        scanner.ReadExactly(head, Type.Length == 0 ? "the header" : $"the chunks after {Type}, before IEND");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
        foreach (byte letter in head[4..])
        {
            if (!char.IsAsciiLetter((char)letter))
            {
                throw scanner.FaultAt(position + 4, $"the type of a chunk has the byte 0x{letter:X2}, expected four letters");
            }
        }

        string type = Encoding.ASCII.GetString(head[4..]);
        if (length > int.MaxValue || (scanner.Remaining is long left && (long)length + 4 > left))
        {
            throw scanner.FaultAt(position, $"the chunk {type} claims {length} bytes, which the file does not have");
        }

        (Type, Length, Start, _left) = (type, (int)length, scanner.Position, (int)length);
        _crc = Crc32.Append(0, head[4..]);
    }

    /// <summary>Reads some of the contents; 0 at their end, where the checksum has been compared.</summary>
    public int Read(Span<byte> destination)
    {
        if (_left == 0 || destination.IsEmpty)
        {
            return 0;
        }

        int read = scanner.Read(destination[..Math.Min(_left, destination.Length)]);
        if (read == 0)
        {
            throw scanner.Fault($"the file ends within the chunk {Type}, {_left} more bytes were expected");
        }

        _crc = Crc32.Append(_crc, destination[..read]);
        _left -= read;
        if (_left == 0)
        {
            CompareChecksum();
        }

        return read;
    }

    /// <summary>Reads all contents, which are few.</summary>
    public byte[] ReadAll()
    {
        var data = new byte[Length];
        for (int read, all = 0; all < data.Length; all += read)
        {
            read = Read(data.AsSpan(all));
        }

        if (Length == 0)
        {
            CompareChecksum();
        }

        return data;
    }

    /// <summary>Skips what is left of the contents.</summary>
    public void Skip()
    {
        if (Length == 0)
        {
            CompareChecksum();
            return;
        }

        Span<byte> scratch = stackalloc byte[1024];
        while (Read(scratch) > 0)
        {
        }
    }

    private void CompareChecksum()
    {
        Span<byte> stored = stackalloc byte[4];
        scanner.ReadExactly(stored, $"the checksum of {Type}");
        uint expected = BinaryPrimitives.ReadUInt32BigEndian(stored);
        if (expected != _crc)
        {
            throw scanner.FaultAt(Start + Length, $"the checksum of {Type} is 0x{expected:X8}, its contents have 0x{_crc:X8}: the file is damaged");
        }
    }
}
