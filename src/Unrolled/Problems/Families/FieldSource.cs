using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>What all sources of fields have in common.</summary>
public static class FieldSource
{
    /// <summary>Draws a batch: instance <c>s</c> from the stream's split number <c>s</c>, so that a longer draw begins with a shorter one.</summary>
    /// <param name="source">Where the fields come from.</param>
    /// <param name="destination">Receives them, with one channel.</param>
    /// <param name="stream">The stream of the batch.</param>
    public static void DrawAll(this IFieldSource source, Field<float> destination, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(stream);
        for (int s = 0; s < destination.Instances; s++)
        {
            source.Draw(destination, s, stream.Split((ulong)s));
        }
    }

    /// <summary>Draws a batch of the extents of the source.</summary>
    /// <inheritdoc cref="DrawAll(IFieldSource, Field{float}, RandomStream)"/>
    public static Field<float> DrawAll(this IFieldSource source, int instances, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instances);
        var destination = new Field<float>(instances, 1, source.Rows, source.Columns);
        source.DrawAll(destination, stream);
        return destination;
    }

    /// <summary>Requires signals of one channel.</summary>
    internal static void CheckSignal(Field<float> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.Channels != 1 || destination.Rows != 1 || destination.Columns == 0)
        {
            throw new ArgumentException($"the fields are {destination}, signals have one channel, one row and at least one column", nameof(destination));
        }
    }

    /// <summary>Requires images of one channel.</summary>
    internal static void CheckImage(Field<float> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.Channels != 1 || destination.PlaneLength == 0)
        {
            throw new ArgumentException($"the fields are {destination}, images have one channel, at least one row and one column", nameof(destination));
        }
    }
}
