using System.Numerics;

namespace Unrolled.Numerics;

/// <summary>
/// A batch of signals or images: one contiguous array of shape (instances, channels, rows, columns), columns innermost.
/// A signal is an image of one row. The memory starts at a multiple of 64 bytes.
/// </summary>
/// <remarks>One writer at a time.</remarks>
/// <typeparam name="T"><c>float</c> for image networks, <c>double</c> for solvers and proofs.</typeparam>
public sealed class Field<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly T[] _storage;
    private readonly int _start;

    /// <summary>Creates a field of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An extent is negative, or all together are too large for one array.</exception>
    public Field(int instances, int channels, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(instances);
        ArgumentOutOfRangeException.ThrowIfNegative(channels);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        Int128 length = (Int128)instances * channels * rows * columns;
        if (length > Array.MaxLength - CacheLine.Bytes)
        {
            throw new ArgumentOutOfRangeException(nameof(instances), $"{instances} x {channels} x {rows} x {columns} numbers are too many for one array");
        }

        (Instances, Channels, Rows, Columns) = (instances, channels, rows, columns);
        _storage = GC.AllocateArray<T>((int)length + CacheLine.Count<T>(), pinned: true);
        _start = CacheLine.Start(_storage);
    }

    /// <summary>How many signals or images.</summary>
    public int Instances { get; }

    /// <summary>How many values every point has.</summary>
    public int Channels { get; }

    /// <summary>The height.</summary>
    public int Rows { get; }

    /// <summary>The width.</summary>
    public int Columns { get; }

    /// <summary>How many numbers a channel of an instance holds.</summary>
    public int PlaneLength => Rows * Columns;

    /// <summary>All numbers; a view.</summary>
    public Span<T> Values => _storage.AsSpan(_start, Instances * Channels * PlaneLength);

    /// <summary>One channel of one instance, row after row; a view.</summary>
    public Span<T> Plane(int instance, int channel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, (uint)Channels, nameof(channel));
        return Values.Slice(((instance * Channels) + channel) * PlaneLength, PlaneLength);
    }

    /// <summary>All channels of one instance; a view.</summary>
    public Span<T> Instance(int instance) => Values.Slice(instance * Channels * PlaneLength, Channels * PlaneLength);

    /// <summary>Another field of zeros of the same extents.</summary>
    public Field<T> ZerosLike() => new(Instances, Channels, Rows, Columns);

    /// <summary>The same numbers in another type, rounded to the nearest.</summary>
    public Field<TOther> ConvertTo<TOther>()
        where TOther : struct, IFloatingPointIeee754<TOther>
    {
        var other = new Field<TOther>(Instances, Channels, Rows, Columns);
        ReadOnlySpan<T> from = Values;
        Span<TOther> to = other.Values;
        for (int k = 0; k < to.Length; k++)
        {
            to[k] = TOther.CreateTruncating(from[k]);
        }

        return other;
    }

    /// <summary>Copies all numbers to a field of the same extents.</summary>
    /// <exception cref="ArgumentException">The extents differ.</exception>
    public void CopyTo(Field<T> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!SameExtents(destination))
        {
            throw new ArgumentException($"destination is {destination}, the source is {this}", nameof(destination));
        }

        Values.CopyTo(destination.Values);
    }

    /// <summary>Whether both have the same four extents.</summary>
    public bool SameExtents(Field<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Instances, Channels, Rows, Columns) == (other.Instances, other.Channels, other.Rows, other.Columns);
    }

    /// <summary>The extents.</summary>
    public override string ToString() => $"{Instances} x {Channels} x {Rows} x {Columns}";
}
