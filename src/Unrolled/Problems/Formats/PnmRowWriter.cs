using System.Globalization;
using System.Text;

namespace Unrolled.Problems.Formats;

/// <summary>Writes a PGM (P5) or PPM (P6) file by rows, with the largest value of the layout.</summary>
public sealed class PnmRowWriter : IRowWriter
{
    private readonly Stream _target;
    private readonly AtomicFile? _file;
    private readonly RowPacker _packer;

    /// <summary>Begins an image in a stream, which the caller disposes.</summary>
    /// <param name="stream">The target.</param>
    /// <param name="layout">Extents, channels and depth.</param>
    /// <exception cref="ArgumentException">The layout is invalid or has an opacity.</exception>
    public PnmRowWriter(Stream stream, RasterLayout layout)
        : this(stream, layout, null)
    {
    }

    private PnmRowWriter(Stream stream, RasterLayout layout, AtomicFile? file)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(layout);
        if (layout.Kind is not (RasterKind.Gray or RasterKind.Rgb))
        {
            throw new ArgumentException($"a PGM or PPM file has gray or RGB values, the image is {layout.Kind}", nameof(layout));
        }

        (Layout, _target, _file) = (layout.Checked(), stream, file);
        _packer = new RowPacker(layout, layout.Maximum);
        stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{(layout.Kind == RasterKind.Gray ? "P5" : "P6")}\n{layout.Columns} {layout.Rows}\n{layout.Maximum}\n")));
    }

    /// <inheritdoc/>
    public RasterLayout Layout { get; }

    /// <summary>Begins a file, which appears when it is complete.</summary>
    /// <exception cref="ArgumentException">The layout is invalid or has an opacity.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is untouched.</exception>
    public static PnmRowWriter Create(string path, RasterLayout layout)
    {
        AtomicFile file = AtomicFile.Create(path);
        try
        {
            return new PnmRowWriter(file.Stream, layout, file);
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
        _target.Write(_packer.Bytes);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        _packer.RequireAll();
        _file?.Commit();
    }

    /// <summary>Closes the file if this began it.</summary>
    public void Dispose() => _file?.Dispose();
}
