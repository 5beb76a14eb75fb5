using Unrolled.Numerics;
using Unrolled.Problems.Formats;

namespace Unrolled.Problems.Images;

/// <summary>
/// Applies a filter to an image that need not fit into memory: bands of rows are read, cut into tiles with a halo, filtered, and written.
/// </summary>
/// <remarks>
/// <para>If the filter's value at a pixel depends on pixels within its radius only, and it continues an image beyond its edges by
/// reflection, the result has the bits of the filter applied to the whole image: a tile carries a halo of the radius where it is cut from
/// the image, and ends where the image ends.</para>
/// <para>Memory: <c>2 channels (tile + 2 radius) columns</c> numbers for the bands, and per thread what a tile of
/// <c>(tile + 2 radius)^2</c> pixels takes, twice and in the filter. Work: that of the filter times <c>((tile + 2 radius)/tile)^2</c>.</para>
/// </remarks>
public static class ImageStream
{
    /// <summary>Filters an image from a reader to a writer, which is completed but not disposed.</summary>
    /// <param name="reader">Stands before its first row.</param>
    /// <param name="writer">Stands before its first row, with the same extents and channels.</param>
    /// <param name="radius">How far the filter sees: rows and columns.</param>
    /// <param name="filters">Creates the filter of one thread. Tiles are fields of one instance with the channels of the image.</param>
    /// <param name="options">The extent of tiles and the number of threads.</param>
    /// <param name="progress">Is told the share of the rows that have been written.</param>
    /// <param name="cancellationToken">Is looked at between tiles.</param>
    /// <exception cref="ArgumentException">The writer has another layout.</exception>
    /// <exception cref="InvalidInputException">The input is invalid: names the first fault.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up; a file that was being written does not appear.</exception>
    public static void Process(
        IRowReader reader, IRowWriter writer, int radius, Func<FieldFilter> filters, TileOptions? options = null, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(writer);
        RasterLayout layout = reader.Layout, target = writer.Layout;
        if ((layout.Rows, layout.Columns, layout.Channels) != (target.Rows, target.Columns, target.Channels))
        {
            throw new ArgumentException($"the writer has {target}, the reader {layout}", nameof(writer));
        }

        using var tiles = new TiledFilter(layout.Channels, layout.Rows, layout.Columns, radius, filters, options ?? new TileOptions());
        var band = new Field<float>(1, layout.Channels, tiles.BandRows, layout.Columns);
        var result = new Field<float>(1, layout.Channels, Math.Min(tiles.TileExtent, layout.Rows), layout.Columns);
        float[] row = new float[layout.RowSamples];
        int first = 0, read = 0;
        for (int core = 0; core < layout.Rows; core += tiles.TileExtent)
        {
            int start = tiles.BandStart(core);
            Advance(band, start - first, read - first);
            for (first = start; read < start + tiles.BandRows; read++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                reader.ReadRow(row);
                Raster.PlaceRow(row, band, read - start);
            }

            tiles.Apply(band, start, core, result, cancellationToken);
            int rows = Math.Min(tiles.TileExtent, layout.Rows - core);
            for (int i = 0; i < rows; i++)
            {
                Raster.TakeRow(result, i, row);
                writer.WriteRow(row);
            }

            progress?.Report((double)(core + rows) / layout.Rows);
        }

        writer.Complete();
    }

    /// <summary>Moves the rows that the next band shares with this one to its top.</summary>
    private static void Advance(Field<float> band, int by, int filled)
    {
        if (by == 0)
        {
            return;
        }

        for (int c = 0; c < band.Channels; c++)
        {
            Span<float> plane = band.Plane(0, c);
            plane[(by * band.Columns)..(filled * band.Columns)].CopyTo(plane);
        }
    }
}
