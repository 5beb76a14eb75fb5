namespace Unrolled.Problems.Formats;

/// <summary>Writes images as PGM (gray) or PPM (RGB), as <see cref="PnmRowWriter"/> does, from memory.</summary>
public static class PnmWriter
{
    /// <summary>Writes a file.</summary>
    /// <exception cref="ArgumentException">The image has an opacity, or a value is not finite.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is untouched.</exception>
    public static void Write(string path, Raster raster)
    {
        ArgumentNullException.ThrowIfNull(raster);
        using PnmRowWriter rows = PnmRowWriter.Create(path, raster.Layout);
        raster.WriteAll(rows);
    }

    /// <summary>Writes the contents of a file to a stream, which the caller disposes.</summary>
    /// <inheritdoc cref="Write(string, Raster)"/>
    public static void Write(Stream stream, Raster raster)
    {
        ArgumentNullException.ThrowIfNull(raster);
        using var rows = new PnmRowWriter(stream, raster.Layout);
        raster.WriteAll(rows);
    }
}
