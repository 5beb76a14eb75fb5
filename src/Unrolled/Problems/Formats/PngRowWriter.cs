using System.Buffers.Binary;
using System.IO.Compression;

namespace Unrolled.Problems.Formats;

/// <summary>
/// Writes a PNG file by rows: gray or RGB, with opacity or without, 8 or 16 bits. Memory: a few rows and buffers, whatever the height.
/// </summary>
/// <remarks>
/// Every row takes the filter whose differences have the least sum of magnitudes. A layout with another maximum than 255 or 65535 is
/// written with the next of them. Annotations of the layout are written as they are.
/// </remarks>
public sealed class PngRowWriter : IRowWriter
{
    private readonly Stream _target;
    private readonly AtomicFile? _file;
    private readonly PngDataWriter _data;
    private readonly ZLibStream _deflated;
    private readonly RowPacker _packer;
    private readonly int _pixelBytes;
    private readonly byte[] _above;
    private byte[] _best;
    private byte[] _tried;

    /// <summary>Begins an image in a stream, which the caller disposes after this.</summary>
    /// <param name="stream">The target.</param>
    /// <param name="layout">Extents, channels and depth.</param>
    /// <exception cref="ArgumentException">The layout is invalid.</exception>
    public PngRowWriter(Stream stream, RasterLayout layout)
        : this(stream, layout, null)
    {
    }

    private PngRowWriter(Stream stream, RasterLayout layout, AtomicFile? file)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(layout);
        (Layout, _target, _file) = (layout.Checked(), stream, file);
        _packer = new RowPacker(layout, layout.BitDepth == 8 ? byte.MaxValue : ushort.MaxValue);
        _pixelBytes = layout.Channels * layout.BitDepth / 8;
        _above = new byte[_packer.Bytes.Length];
        _best = new byte[_above.Length + 1];
        _tried = new byte[_above.Length + 1];
        stream.Write(PngDecoder.Signature);
        Span<byte> header = stackalloc byte[PngHeader.Length];
        BinaryPrimitives.WriteInt32BigEndian(header, layout.Columns);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], layout.Rows);
        header[8] = (byte)layout.BitDepth;
        header[9] = (byte)(layout.Kind switch { RasterKind.Gray => 0, RasterKind.GrayAlpha => 4, RasterKind.Rgb => 2, _ => 6 });
        PngDataWriter.WriteChunk(stream, "IHDR", header);
        foreach (PngChunk chunk in layout.Annotations)
        {
            PngDataWriter.WriteChunk(stream, chunk.Type, chunk.Data.Span);
        }

        _data = new PngDataWriter(stream);
        _deflated = new ZLibStream(_data, CompressionLevel.Optimal, leaveOpen: true);
    }

    /// <inheritdoc/>
    public RasterLayout Layout { get; }

    /// <summary>Begins a file, which appears when it is complete.</summary>
    /// <exception cref="ArgumentException">The layout is invalid.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is untouched.</exception>
    public static PngRowWriter Create(string path, RasterLayout layout)
    {
        AtomicFile file = AtomicFile.Create(path);
        try
        {
            return new PngRowWriter(file.Stream, layout, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void WriteRow(ReadOnlySpan<float> samples)
    {
        _packer.Pack(samples);
        long least = long.MaxValue;
        for (int filter = 0; filter < PngFilter.Count; filter++)
        {
            _tried[0] = (byte)filter;
            long sum = PngFilter.Apply(filter, _packer.Bytes, _above, _pixelBytes, _tried.AsSpan(1));
            if (sum < least)
            {
                least = sum;
                (_best, _tried) = (_tried, _best);
            }
        }

        _deflated.Write(_best);
        _packer.Bytes.CopyTo(_above, 0);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        _packer.RequireAll();
        _deflated.Dispose();
        _data.WriteOut();
        PngDataWriter.WriteChunk(_target, "IEND", []);
        _file?.Commit();
    }

    /// <summary>Frees what writing holds, and the file if this began it.</summary>
    public void Dispose()
    {
        _deflated.Dispose();
        _file?.Dispose();
    }
}
