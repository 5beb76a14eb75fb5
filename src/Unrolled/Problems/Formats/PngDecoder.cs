using System.IO.Compression;

namespace Unrolled.Problems.Formats;

/// <summary>
/// The rows of a PNG file as bytes, in the order of the file, and what the file says about them. Memory: two rows and fixed buffers.
/// </summary>
internal sealed class PngDecoder : IDisposable
{
    private const int MostAnnotation = 1 << 20;

    private static readonly string[] Kept = ["cHRM", "cICP", "gAMA", "iCCP", "pHYs", "sRGB"];

    private readonly PngChunkReader _chunks;
    private readonly PngImageData _data;
    private readonly ZLibStream _inflated;
    private readonly byte[] _filter = new byte[1];
    private byte[] _row;
    private byte[] _above;

    /// <summary>Reads up to the first compressed byte.</summary>
    /// <exception cref="InvalidInputException">This is not a PNG file, or its header or palette is invalid.</exception>
    public PngDecoder(Stream stream, string source)
    {
        var scanner = new ByteScanner(stream, source);
        Span<byte> signature = stackalloc byte[8];
        scanner.ReadExactly(signature, "the signature of a PNG file");
        if (!signature.SequenceEqual(Signature))
        {
            throw scanner.FaultAt(0, "expected the signature of a PNG file");
        }

        _chunks = new PngChunkReader(scanner);
        _chunks.Next();
        if (_chunks.Type != "IHDR" || _chunks.Length != PngHeader.Length)
        {
            throw scanner.FaultAt(_chunks.Start - 8, $"expected the chunk IHDR of {PngHeader.Length} bytes, found {_chunks.Type} of {_chunks.Length}");
        }

        long header = _chunks.Start;
        Header = PngHeader.Parse(_chunks.ReadAll(), scanner, header);
        Layout = ReadAnnotations();
        Header.RequirePlausible(scanner, header);
        _row = new byte[Header.RowBytes(Header.Columns)];
        _above = new byte[_row.Length];
        _data = new PngImageData(_chunks);
        _inflated = new ZLibStream(_data, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <summary>The first bytes of every PNG file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>The header.</summary>
    public PngHeader Header { get; }

    /// <summary>The image as readers give it.</summary>
    public RasterLayout Layout { get; private set; }

    /// <summary>Red, green and blue of the palette; empty if there is none.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>The transparency chunk: opacities of the palette or the one transparent color; null if there is none.</summary>
    public byte[]? Transparency { get; private set; }

    /// <summary>Where the file is being read, for faults.</summary>
    public ByteScanner Scanner => _chunks.Scanner;

    /// <summary>Starts a pass: nothing stands above its first row.</summary>
    public void BeginPass() => _above.AsSpan().Clear();

    /// <summary>Reads the next row of a pass. Valid until the next call.</summary>
    /// <exception cref="InvalidInputException">The data end, cannot be inflated, or name a filter that does not exist.</exception>
    public ReadOnlySpan<byte> ReadRow(int columns)
    {
        int length = (int)Header.RowBytes(columns);
        Inflate(_filter);
        if (_filter[0] >= PngFilter.Count)
        {
            throw Scanner.Fault($"a row has the filter {_filter[0]}, expected 0 to {PngFilter.Count - 1}");
        }

        Inflate(_row.AsSpan(0, length));
        PngFilter.Undo(_filter[0], _row.AsSpan(0, length), _above, Header.PixelBytes);
        (_row, _above) = (_above, _row);
        return _above.AsSpan(0, length);
    }

    /// <summary>Checks what follows the last row: the end of the compressed data with its checksum, and the chunks up to IEND.</summary>
    /// <exception cref="InvalidInputException">Something is wrong with it.</exception>
    public void Finish()
    {
        if (Inflated(_filter) != 0)
        {
            throw Scanner.Fault("the compressed data go on after the last row");
        }

        _data.Drain();
        while (_chunks.Type != "IEND")
        {
            if (_chunks.Type is "IDAT" or "IHDR" or "PLTE" || !_chunks.IsAncillary)
            {
                throw Scanner.FaultAt(_chunks.Start - 8, $"the chunk {_chunks.Type} does not belong after the image data");
            }

            _chunks.Skip();
            _chunks.Next();
        }

        _chunks.Skip();
    }

    /// <summary>Frees what inflating holds; the stream stays open.</summary>
    public void Dispose() => _inflated.Dispose();

    private void Inflate(Span<byte> destination)
    {
        for (int read, all = 0; all < destination.Length; all += read)
        {
            read = Inflated(destination[all..]);
            if (read == 0)
            {
                throw Scanner.Fault("the compressed data end before the last row");
            }
        }
    }

    private int Inflated(Span<byte> destination)
    {
        try
        {
            return _inflated.Read(destination);
        }
        catch (Exception e) when (e is InvalidDataException or IOException) // the scanner tells failures of the file itself
        {
            throw new InvalidInputException(Scanner.Source, $"before byte {Scanner.Position}: the compressed data are damaged or end too early", e);
        }
    }

    /// <summary>Reads the chunks before the image data.</summary>
    private RasterLayout ReadAnnotations()
    {
        List<PngChunk> kept = [];
        for (_chunks.Next(); _chunks.Type != "IDAT"; _chunks.Next())
        {
            switch (_chunks.Type)
            {
                case "PLTE":
                    Palette = ReadPalette();
                    break;
                case "tRNS":
                    Transparency = ReadTransparency();
                    break;
                case "IEND" or "IHDR":
                    throw Scanner.FaultAt(_chunks.Start - 8, $"the chunk {_chunks.Type} stands where the image data IDAT were expected");
                default:
                    if (!_chunks.IsAncillary)
                    {
                        throw Scanner.FaultAt(_chunks.Start - 8, $"the chunk {_chunks.Type} is unknown and says that it cannot be ignored");
                    }

                    if (Kept.Contains(_chunks.Type) && _chunks.Length <= MostAnnotation && kept.TrueForAll(c => c.Type != _chunks.Type))
                    {
                        kept.Add(new PngChunk(_chunks.Type, _chunks.ReadAll()));
                    }
                    else
                    {
                        _chunks.Skip();
                    }

                    break;
            }
        }

        if (Header.ColorType == 3 && Palette.Length == 0)
        {
            throw Scanner.FaultAt(_chunks.Start - 8, "the image data begin before the palette PLTE that the color type 3 needs");
        }

        bool colors = Header.ColorType is 2 or 3 or 6, opacity = Header.ColorType is 4 or 6 || Transparency is not null;
        RasterKind kind = (RasterKind)((colors ? 3 : 1) + (opacity ? 1 : 0));
        return new RasterLayout(Header.Rows, Header.Columns, kind, Header.BitDepth == 16 ? ushort.MaxValue : byte.MaxValue) { Annotations = kept };
    }

    private byte[] ReadPalette()
    {
        int most = Header.ColorType == 3 ? 1 << Header.BitDepth : 256;
        return _chunks.Length % 3 == 0 && _chunks.Length > 0 && _chunks.Length / 3 <= most && Palette.Length == 0 && Header.ColorType is not (0 or 4)
            ? _chunks.ReadAll()
            : throw Scanner.FaultAt(_chunks.Start, $"a palette of {_chunks.Length} bytes, expected one palette of 1 to {most} colors of 3 bytes in an image of colors");
    }

    private byte[] ReadTransparency()
    {
        (int least, int most) = Header.ColorType switch { 0 => (2, 2), 2 => (6, 6), 3 => (1, Palette.Length / 3), _ => (1, 0) };
        return _chunks.Length >= least && _chunks.Length <= most && Transparency is null
            ? _chunks.ReadAll()
            : throw Scanner.FaultAt(_chunks.Start, $"a transparency of {_chunks.Length} bytes, expected {(most == 0 ? "none" : most == least ? $"one of {most}" : $"one of {least} to {most}")} here");
    }
}
