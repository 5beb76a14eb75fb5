namespace Unrolled.Problems.Formats;

/// <summary>Reads images in the formats PGM (gray) and PPM (RGB), text and bytes, with a largest value from 1 to 65535.</summary>
/// <inheritdoc cref="PnmRowReader" path="/remarks"/>
public static class PnmReader
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened or is invalid: names the first fault.</exception>
    public static Raster Read(string path)
    {
        using PnmRowReader rows = PnmRowReader.Open(path);
        return Raster.ReadAll(rows, path);
    }

    /// <summary>Reads a stream. The caller disposes it.</summary>
    /// <param name="stream">The contents.</param>
    /// <param name="source">The name of the contents in messages.</param>
    /// <exception cref="InvalidInputException">The contents are invalid: names the first fault.</exception>
    public static Raster Read(Stream stream, string source)
    {
        using var rows = new PnmRowReader(stream, source);
        return Raster.ReadAll(rows, source);
    }
}
