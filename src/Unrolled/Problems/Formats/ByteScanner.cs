namespace Unrolled.Problems.Formats;

/// <summary>Reads bytes in order through one fixed buffer and knows where each stands: for formats that are not lines of words.</summary>
/// <param name="stream">Read from its position; the caller disposes it.</param>
/// <param name="source">The name of the input in messages.</param>
internal sealed class ByteScanner(Stream stream, string source)
{
    /// <summary>What <see cref="Peek"/> and <see cref="ReadByte"/> return at the end of the input.</summary>
    public const int End = -1;

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _next;
    private int _filled;
    private long _bufferOffset;

    /// <summary>The name of the input in messages.</summary>
    public string Source => source;

    /// <summary>How many bytes have been read.</summary>
    public long Position => _bufferOffset + _next;

    /// <summary>How many bytes are left; null where the stream does not know.</summary>
    public long? Remaining => stream.CanSeek ? stream.Length - stream.Position + _filled - _next : null;

    /// <summary>The next byte, without reading it.</summary>
    public int Peek() => _next < _filled || Refill() ? _buffer[_next] : End;

    /// <summary>The next byte.</summary>
    public int ReadByte() => _next < _filled || Refill() ? _buffer[_next++] : End;

    /// <summary>Reads some bytes, at least one if there is one, and returns how many.</summary>
    public int Read(Span<byte> destination)
    {
        if (destination.IsEmpty || (_next == _filled && !Refill()))
        {
            return 0;
        }

        int count = Math.Min(destination.Length, _filled - _next);
        _buffer.AsSpan(_next, count).CopyTo(destination);
        _next += count;
        return count;
    }

    /// <summary>Fills the destination.</summary>
    /// <param name="destination">What to fill.</param>
    /// <param name="what">What the bytes are, for the fault.</param>
    /// <exception cref="InvalidInputException">The input ends before.</exception>
    public void ReadExactly(Span<byte> destination, string what)
    {
        for (int read, all = 0; all < destination.Length; all += read)
        {
            read = Read(destination[all..]);
            if (read == 0)
            {
                throw Fault($"the file ends within {what}, {destination.Length - all} more bytes were expected");
            }
        }
    }

    /// <summary>An exception for a fault at the next byte.</summary>
    public InvalidInputException Fault(string fault) => FaultAt(Position, fault);

    /// <summary>An exception for a fault at another byte, counted from 0.</summary>
    public InvalidInputException FaultAt(long position, string fault) => new(source, $"at byte {position}: {fault}");

    private bool Refill()
    {
        _bufferOffset += _filled;
        _next = 0;
        try
        {
            _filled = stream.Read(_buffer);
        }
        catch (IOException e)
        {
            throw new InvalidInputException(source, $"the file cannot be read: {e.Message}", e);
        }

        return _filled > 0;
    }
}
