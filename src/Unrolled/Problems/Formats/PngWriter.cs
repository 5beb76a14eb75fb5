namespace Unrolled.Problems.Formats;

/// <summary>Writes images in the PNG format, as <see cref="PngRowWriter"/> does, from memory.</summary>
public static class PngWriter
{
    /// <summary>Writes a file.</summary>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is untouched.</exception>
    public static void Write(string path, Raster raster)
    {
        ArgumentNullException.ThrowIfNull(raster);
        using PngRowWriter rows = PngRowWriter.Create(path, raster.Layout);
        raster.WriteAll(rows);
    }

    /// <summary>Writes the contents of a file to a stream, which the caller disposes.</summary>
    /// <inheritdoc cref="Write(string, Raster)"/>
    public static void Write(Stream stream, Raster raster)
    {
        ArgumentNullException.ThrowIfNull(raster);
        using var rows = new PngRowWriter(stream, raster.Layout);
        raster.WriteAll(rows);
    }
}
