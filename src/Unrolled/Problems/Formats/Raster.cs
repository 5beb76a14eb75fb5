using Unrolled.Numerics;

namespace Unrolled.Problems.Formats;

/// <summary>An image in memory: values in [0, 1], one plane per channel, with the layout of the file it came from or goes to.</summary>
/// <remarks>
/// A sample <c>k</c> of a file is the value <c>k / maximum</c>, rounded to <c>float</c>; back, <c>round(maximum v)</c> of the value
/// kept in [0, 1] gives the same <c>k</c> for 8 and 16 bits. Nothing is said about gamma: values are as in the file.
/// </remarks>
public sealed class Raster
{
    /// <summary>The most values that an image in memory has: 1 GiB. Larger images are read by rows.</summary>
    public const int MostSamples = 1 << 28;

    /// <summary>Creates an image.</summary>
    /// <param name="layout">Extents, channels and depth.</param>
    /// <param name="values">The values; shape (1, channels, rows, columns). Not copied.</param>
    /// <exception cref="ArgumentException">The extents differ.</exception>
    public Raster(RasterLayout layout, Field<float> values)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(values);
        layout.Checked();
        if ((values.Instances, values.Channels, values.Rows, values.Columns) != (1, layout.Channels, layout.Rows, layout.Columns))
        {
            throw new ArgumentException($"the values are {values}, the layout says 1 x {layout.Channels} x {layout.Rows} x {layout.Columns}", nameof(values));
        }

        (Layout, Values) = (layout, values);
    }

    /// <summary>Creates an image of 8 bits: gray, with opacity, colors, or colors with opacity, by the number of channels.</summary>
    /// <param name="values">The values; shape (1, 1 to 4 channels, rows, columns). Not copied.</param>
    /// <exception cref="ArgumentException">There is more than one instance, or another number of channels.</exception>
    public Raster(Field<float> values)
        : this(new RasterLayout(values?.Rows ?? throw new ArgumentNullException(nameof(values)), values.Columns, (RasterKind)values.Channels), values)
    {
    }

    /// <summary>Extents, channels and depth.</summary>
    public RasterLayout Layout { get; }

    /// <summary>The values; shape (1, channels, rows, columns).</summary>
    public Field<float> Values { get; }

    /// <summary>One channel as bytes, row after row: <c>round(255 v)</c> of the values kept in [0, 1].</summary>
    public byte[,] ToBytes(int channel = 0)
    {
        byte[,] bytes = new byte[Values.Rows, Values.Columns];
        ReadOnlySpan<float> plane = Values.Plane(0, channel);
        for (int k = 0; k < plane.Length; k++)
        {
            bytes[k / Values.Columns, k % Values.Columns] = byte.CreateSaturating(MathF.Round(255 * plane[k], MidpointRounding.ToEven));
        }

        return bytes;
    }

    /// <summary>Copies a row of all channels, as readers give it, into the planes.</summary>
    internal static void PlaceRow(ReadOnlySpan<float> samples, Field<float> values, int row)
    {
        for (int c = 0; c < values.Channels; c++)
        {
            samples.Slice(c * values.Columns, values.Columns).CopyTo(values.Plane(0, c).Slice(row * values.Columns, values.Columns));
        }
    }

    /// <summary>Copies a row of all channels from the planes, as writers take it.</summary>
    internal static void TakeRow(Field<float> values, int row, Span<float> samples)
    {
        for (int c = 0; c < values.Channels; c++)
        {
            values.Plane(0, c).Slice(row * values.Columns, values.Columns).CopyTo(samples[(c * values.Columns)..]);
        }
    }

    /// <summary>Reads all rows of an image that fits into memory.</summary>
    internal static Raster ReadAll(IRowReader rows, string source)
    {
        Field<float> values = Allocate(rows.Layout, source);
        float[] row = new float[rows.Layout.RowSamples];
        for (int i = 0; i < rows.Layout.Rows; i++)
        {
            rows.ReadRow(row);
            PlaceRow(row, values, i);
        }

        return new Raster(rows.Layout, values);
    }

    /// <summary>Writes all rows and ends the image.</summary>
    internal void WriteAll(IRowWriter rows)
    {
        float[] row = new float[Layout.RowSamples];
        for (int i = 0; i < Layout.Rows; i++)
        {
            TakeRow(Values, i, row);
            rows.WriteRow(row);
        }

        rows.Complete();
    }

    /// <summary>The values of an image that fits into memory.</summary>
    internal static Field<float> Allocate(RasterLayout layout, string source) => layout.Samples <= MostSamples
        ? new Field<float>(1, layout.Channels, layout.Rows, layout.Columns)
        : throw new InvalidInputException(source,
            $"the image has {layout.Rows} x {layout.Columns} pixels of {layout.Channels} values, expected at most {MostSamples} values in memory: process it by rows");
}
