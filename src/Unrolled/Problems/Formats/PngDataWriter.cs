using System.Buffers.Binary;
using System.Text;

namespace Unrolled.Problems.Formats;

/// <summary>Writes what it is given as chunks IDAT of at most 64 KiB.</summary>
/// <param name="target">The file.</param>
internal sealed class PngDataWriter(Stream target) : Stream
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes a chunk.</summary>
    public static void WriteChunk(Stream target, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> head = stackalloc byte[8], tail = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(head, data.Length);
        Encoding.ASCII.GetBytes(type, head[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(tail, Crc32.Append(Crc32.Append(0, head[4..]), data));
        target.Write(head);
        target.Write(data);
        target.Write(tail);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = Math.Min(buffer.Length, _buffer.Length - _filled);
            buffer[..count].CopyTo(_buffer.AsSpan(_filled));
            _filled += count;
            buffer = buffer[count..];
            if (_filled == _buffer.Length)
            {
                WriteOut();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Writes what is left as a last chunk.</summary>
    public void WriteOut()
    {
        if (_filled > 0)
        {
            WriteChunk(target, "IDAT", _buffer.AsSpan(0, _filled));
            _filled = 0;
        }
    }

    public override void Flush()
    {
        // Chunks are full but for the last.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
