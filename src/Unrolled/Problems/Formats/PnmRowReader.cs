namespace Unrolled.Problems.Formats;

/// <summary>Reads a PGM or PPM file by rows: P2 and P3 (text), P5 and P6 (bytes). Memory: one row and a buffer.</summary>
/// <remarks>
/// Extents are compared with the bytes that are left before memory is allocated. After the last row only blanks may follow (and comments
/// in text). Reference: the Netpbm formats PGM and PPM. Bitmaps (P1, P4) and PAM (P7) are not read.
/// </remarks>
public sealed class PnmRowReader : IRowReader
{
    /// <summary>The longest row in values.</summary>
    private const int LongestRow = 1 << 28;

    private readonly ByteScanner _bytes;
    private readonly PnmScanner _text;
    private readonly Stream? _owned;
    private readonly bool _binary;
    private readonly byte[] _row;
    private readonly RowCount _rows;

    /// <summary>Begins to read a stream, which the caller disposes after this.</summary>
    /// <param name="stream">The contents.</param>
    /// <param name="source">The name of the contents in messages.</param>
    /// <exception cref="InvalidInputException">The header is invalid.</exception>
    public PnmRowReader(Stream stream, string source)
        : this(stream, source, null)
    {
    }

    private PnmRowReader(Stream stream, string source, Stream? owned)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        _bytes = new ByteScanner(stream, source);
        _text = new PnmScanner(_bytes);
        _owned = owned;
        int letter = _bytes.ReadByte(), digit = _bytes.ReadByte();
        if (letter != 'P' || digit is not ('2' or '3' or '5' or '6') || !(PnmScanner.IsBlank(_bytes.Peek()) || _bytes.Peek() == '#'))
        {
            string hint = letter == 'P' && digit is '1' or '4' or '7' ? "; bitmaps and PAM are not supported" : string.Empty;
            throw _text.Fault($"expected P2, P3, P5 or P6, the beginning of a PGM or PPM file{hint}");
        }

        _binary = digit is '5' or '6';
        RasterKind kind = digit is '2' or '5' ? RasterKind.Gray : RasterKind.Rgb;
        int columns = _text.ReadNumber("width", 1, int.MaxValue), rows = _text.ReadNumber("height", 1, int.MaxValue);
        var layout = new RasterLayout(rows, columns, kind);
        if (layout.RowSamples > LongestRow)
        {
            throw _text.Fault($"a row of {layout.RowSamples} values, expected at most {LongestRow}");
        }

        Layout = layout with { Maximum = _text.ReadNumber("largest value", 1, ushort.MaxValue) };
        _text.SkipBlank();
        long sample = _binary ? Layout.BitDepth / 8 : 2; // at least a digit and a blank
        Int128 least = ((Int128)Layout.Samples * sample) - (_binary ? 0 : 1);
        if (_bytes.Remaining is long left && left < least)
        {
            throw _bytes.Fault($"{left} bytes follow the header, the image of {rows} x {columns} pixels needs at least {least}");
        }

        _rows = new RowCount(Layout);
        _row = new byte[_binary ? Layout.RowSamples * sample : 0];
    }

    /// <inheritdoc/>
    public RasterLayout Layout { get; }

    /// <summary>Begins to read a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened, or its header is invalid.</exception>
    public static PnmRowReader Open(string path) => InputFile.Open(path, stream => new PnmRowReader(stream, path, stream));

    /// <inheritdoc/>
    public void ReadRow(Span<float> samples)
    {
        _rows.RequireNext(samples);
        if (_binary)
        {
            ReadBytes(samples);
        }
        else
        {
            for (int k = 0; k < samples.Length; k++)
            {
                Place(samples, k, _text.ReadNumber("value", 0, Layout.Maximum));
            }
        }

        if (_rows.Advance())
        {
            Finish();
        }
    }

    /// <summary>Closes the file if this opened it.</summary>
    public void Dispose() => _owned?.Dispose();

    private void ReadBytes(Span<float> samples)
    {
        long start = _bytes.Position;
        _bytes.ReadExactly(_row, $"row {_rows.Done + 1} of {Layout.Rows}");
        int width = Layout.BitDepth / 8;
        for (int k = 0; k < samples.Length; k++)
        {
            int value = width == 1 ? _row[k] : (_row[2 * k] << 8) | _row[(2 * k) + 1];
            if (value > Layout.Maximum)
            {
                throw _bytes.FaultAt(start + ((long)k * width), $"a value is {value}, the header says at most {Layout.Maximum}");
            }

            Place(samples, k, value);
        }
    }

    /// <summary>Pixels stand together in the file, channels here.</summary>
    private void Place(Span<float> samples, int k, int value)
    {
        (int pixel, int channel) = Math.DivRem(k, Layout.Channels);
        samples[(channel * Layout.Columns) + pixel] = value / (float)Layout.Maximum;
    }

    private void Finish()
    {
        if (_binary)
        {
            while (PnmScanner.IsBlank(_bytes.Peek()))
            {
                _bytes.ReadByte();
            }
        }
        else
        {
            _text.SkipBlanks();
        }

        if (_bytes.Peek() != ByteScanner.End)
        {
            throw _bytes.Fault("the file goes on after its last row, expected one image");
        }
    }
}
