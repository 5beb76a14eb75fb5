using System.Runtime.InteropServices;

namespace Unrolled.Numerics;

/// <summary>
/// The results of items on their way between ranks. The same calls measure, write and read them, so that what is written is what is read.
/// </summary>
/// <remarks>What is passed must have the same length on every rank; numbers keep their bits.</remarks>
public ref struct ItemStream
{
    private readonly Span<byte> _buffer;
    private readonly Direction _direction;

    private ItemStream(Span<byte> buffer, Direction direction)
    {
        _buffer = buffer;
        _direction = direction;
    }

    private enum Direction
    {
        Measure,
        Write,
        Read,
    }

    /// <summary>How many bytes have passed.</summary>
    public int Position { get; private set; }

    /// <summary>Passes numbers: out of <paramref name="values"/> on the rank that computed them, into them on the others.</summary>
    public void Pass<T>(scoped Span<T> values)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        if (_direction == Direction.Write)
        {
            bytes.CopyTo(_buffer[Position..]);
        }
        else if (_direction == Direction.Read)
        {
            _buffer.Slice(Position, bytes.Length).CopyTo(bytes);
        }

        Position = checked(Position + bytes.Length);
    }

    /// <summary>Passes one number.</summary>
    public void Pass<T>(ref T value)
        where T : unmanaged => Pass(new Span<T>(ref value));

    internal static ItemStream ToMeasure() => new(default, Direction.Measure);

    internal static ItemStream ToWrite(Span<byte> buffer) => new(buffer, Direction.Write);

    internal static ItemStream ToRead(Span<byte> buffer) => new(buffer, Direction.Read);
}

/// <summary>Passes all results of an item.</summary>
/// <param name="item">The number of the item.</param>
/// <param name="stream">What they pass through.</param>
public delegate void ItemExchange(int item, ref ItemStream stream);
