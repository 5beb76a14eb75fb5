namespace Unrolled.Problems.Formats;

/// <summary>
/// Reads a PNG file by rows. Memory: a few rows and 200 KiB of buffers, whatever the height. Interlaced files, whose rows are spread
/// over the file, are refused; <see cref="PngReader"/> reads them whole.
/// </summary>
public sealed class PngRowReader : IRowReader
{
    private readonly PngDecoder _decoder;
    private readonly PngSamples _samples;
    private readonly Stream? _owned;
    private readonly RowCount _rows;

    /// <summary>Begins to read a stream, which the caller disposes after this.</summary>
    /// <param name="stream">The contents.</param>
    /// <param name="source">The name of the contents in messages.</param>
    /// <exception cref="InvalidInputException">The header is invalid, or the file is interlaced.</exception>
    public PngRowReader(Stream stream, string source)
        : this(stream, source, null)
    {
    }

    private PngRowReader(Stream stream, string source, Stream? owned)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        _decoder = new PngDecoder(stream, source);
        if (_decoder.Header.Interlacing != 0)
        {
            _decoder.Dispose();
            throw new InvalidInputException(source, "the image is interlaced, so its rows cannot be read one by one; save it without interlacing");
        }

        _samples = new PngSamples(_decoder);
        _owned = owned;
        _rows = new RowCount(Layout);
    }

    /// <inheritdoc/>
    public RasterLayout Layout => _decoder.Layout;

    /// <summary>Begins to read a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened, its header is invalid, or it is interlaced.</exception>
    public static PngRowReader Open(string path) => InputFile.Open(path, stream => new PngRowReader(stream, path, stream));

    /// <inheritdoc/>
    public void ReadRow(Span<float> samples)
    {
        _rows.RequireNext(samples);
        _samples.Unpack(_decoder.ReadRow(Layout.Columns), Layout.Columns, samples, 0, 1);
        if (_rows.Advance())
        {
            _decoder.Finish();
        }
    }

    /// <summary>Frees what reading holds, and the file if this opened it.</summary>
    public void Dispose()
    {
        _decoder.Dispose();
        _owned?.Dispose();
    }
}
