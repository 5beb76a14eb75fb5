namespace Unrolled.Differentiation;

/// <summary>The instances of a batch that a call processes.</summary>
public readonly record struct InstanceRange
{
    /// <summary>A whole batch.</summary>
    public InstanceRange(int count)
        : this(count, 0, count)
    {
    }

    /// <summary><paramref name="count"/> instances from <paramref name="offset"/> on, in arrays whose components are <paramref name="stride"/> apart.</summary>
    /// <exception cref="ArgumentException">The range leaves the stride.</exception>
    public InstanceRange(int stride, int offset, int count)
    {
        if (offset < 0 || count < 0 || (long)offset + count > stride)
        {
            throw new ArgumentException($"{count} instances from {offset} do not fit into a stride of {stride}");
        }

        (Stride, Offset, Count) = (stride, offset, count);
    }

    /// <summary>Distance between components.</summary>
    public int Stride { get; }

    /// <summary>The first instance.</summary>
    public int Offset { get; }

    /// <summary>The number of instances.</summary>
    public int Count { get; }
}
