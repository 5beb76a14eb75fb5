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
