using Unrolled.Numerics;

namespace Unrolled.Problems.Formats;

/// <summary>
/// Reads images in the PNG format: gray, RGB, palettes, with opacity or without, 1 to 16 bits, interlaced or not.
/// </summary>
/// <remarks>
/// <para>Gray levels of fewer than 8 bits become 8 bits, palettes RGB, transparent colors an opacity channel. All checksums are compared.
/// Values are as in the file: neither gamma nor a color profile is applied, both are kept for writing (<see cref="RasterLayout.Annotations"/>).</para>
/// <para>The extents are compared with the compressed size, which deflate can expand at most 1032 times, before memory is allocated, and
/// an image has at most <see cref="Raster.MostSamples"/> values. Work is linear in the number of pixels.</para>
/// <para>What follows the end of the image (IEND) is ignored. Animations show their first picture.</para>
/// <para>Reference: Portable Network Graphics, ISO/IEC 15948:2004.</para>
/// </remarks>
public static class PngReader
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened or is invalid: names the first fault.</exception>
    public static Raster Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream. The caller disposes it.</summary>
    /// <param name="stream">The contents.</param>
    /// <param name="source">The name of the contents in messages.</param>
    /// <exception cref="InvalidInputException">The contents are invalid: names the first fault.</exception>
    public static Raster Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        using var decoder = new PngDecoder(stream, source);
        Field<float> values = Raster.Allocate(decoder.Layout, source);
        var samples = new PngSamples(decoder);
        float[] row = new float[decoder.Layout.RowSamples];
        PngHeader header = decoder.Header;
        foreach ((int firstRow, int firstColumn, int rowStep, int columnStep) in header.Interlacing == 0 ? [(0, 0, 1, 1)] : PngHeader.Passes)
        {
            if (firstColumn >= header.Columns)
            {
                continue;
            }

            int columns = (header.Columns - firstColumn + columnStep - 1) / columnStep;
            decoder.BeginPass();
            for (int i = firstRow; i < header.Rows; i += rowStep)
            {
                samples.Unpack(decoder.ReadRow(columns), columns, row, firstColumn, columnStep);
                Place(row, values, i, firstColumn, columnStep);
            }
        }

        decoder.Finish();
        return new Raster(decoder.Layout, values);
    }

    private static void Place(ReadOnlySpan<float> samples, Field<float> values, int row, int first, int step)
    {
        if (step == 1)
        {
            Raster.PlaceRow(samples, values, row);
            return;
        }

        for (int c = 0; c < values.Channels; c++)
        {
            Span<float> destination = values.Plane(0, c).Slice(row * values.Columns, values.Columns);
            for (int j = first; j < destination.Length; j += step)
            {
                destination[j] = samples[(c * values.Columns) + j];
            }
        }
    }
}
