namespace Unrolled.Problems.Formats;

/// <summary>Image files of any format that the library knows: PNG, PGM and PPM. What a file is, its first bytes say, not its name.</summary>
public static class RasterFile
{
    private static readonly string[] Endings = [".png", ".pgm", ".ppm", ".pnm"];

    /// <summary>Whether the name of a file ends like that of an image: <c>.png</c>, <c>.pgm</c>, <c>.ppm</c> or <c>.pnm</c>.</summary>
    public static bool HasImageName(string path) => Endings.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Reads an image into memory.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened or is invalid: names the first fault.</exception>
    public static Raster Read(string path) => IsPng(path) ? PngReader.Read(path) : PnmReader.Read(path);

    /// <summary>Begins to read an image by rows.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened, its header is invalid, or it is an interlaced PNG.</exception>
    public static IRowReader Open(string path) => IsPng(path) ? PngRowReader.Open(path) : PnmRowReader.Open(path);

    /// <summary>Begins an image by rows, in the format that the ending of the name says. The file appears when it is complete.</summary>
    /// <exception cref="InvalidInputException">The ending is none of an image, or the format cannot hold the image.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is untouched.</exception>
    public static IRowWriter Create(string path, RasterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        string ending = Path.GetExtension(path).ToLowerInvariant();
        RasterKind? only = ending switch { ".pgm" => RasterKind.Gray, ".ppm" => RasterKind.Rgb, _ => null };
        bool fits = ending == ".pnm" ? layout.Kind is RasterKind.Gray or RasterKind.Rgb : only is null || only == layout.Kind;
        if (!HasImageName(path) || !fits)
        {
            throw new InvalidInputException(path, fits
                ? $"the name of an image ends in {string.Join(", ", Endings)}"
                : $"a {ending} file cannot hold an image of the kind {layout.Kind}; a .png file can");
        }

        return ending == ".png" ? PngRowWriter.Create(path, layout) : PnmRowWriter.Create(path, layout);
    }

    /// <summary>Writes an image, in the format that the ending of the name says.</summary>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    /// <inheritdoc cref="Create"/>
    public static void Write(string path, Raster raster)
    {
        ArgumentNullException.ThrowIfNull(raster);
        using IRowWriter rows = Create(path, raster.Layout);
        raster.WriteAll(rows);
    }

    /// <exception cref="InvalidInputException">The beginning is none that the library knows.</exception>
    private static bool IsPng(string path)
    {
        Span<byte> start = stackalloc byte[8];
        int read;
        using (FileStream stream = InputFile.Open(path))
        {
            read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }

        start = start[..read];
        if (start.StartsWith(PngDecoder.Signature[..4]))
        {
            return true;
        }

        return start.StartsWith("P"u8) && read > 1 && start[1] is >= (byte)'1' and <= (byte)'7'
            ? false
            : throw new InvalidInputException(path, read == 0 ? "the file is empty, expected an image" : "this is neither a PNG nor a PGM or PPM file");
    }
}
