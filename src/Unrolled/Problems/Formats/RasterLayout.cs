namespace Unrolled.Problems.Formats;

/// <summary>What an image file holds, without its values: all that is needed to write a file of the same kind.</summary>
/// <param name="Rows">The height.</param>
/// <param name="Columns">The width.</param>
/// <param name="Kind">What the channels are.</param>
/// <param name="Maximum">The whole number in the file that stands for the value 1: 255 for images of 8 bits, 65535 for 16 bits.</param>
public sealed record RasterLayout(int Rows, int Columns, RasterKind Kind, int Maximum = 255)
{
    /// <summary>How many values a pixel has.</summary>
    public int Channels => (int)Kind;

    /// <summary>How many channels are colors: all but the opacity.</summary>
    public int ColorChannels => Kind is RasterKind.Rgb or RasterKind.Rgba ? 3 : 1;

    /// <summary>The bits of a sample in the file: 8 or 16.</summary>
    public int BitDepth => Maximum <= byte.MaxValue ? 8 : 16;

    /// <summary>How many values a row has.</summary>
    public long RowSamples => (long)Columns * Channels;

    /// <summary>How many values the image has.</summary>
    public long Samples => RowSamples * Rows;

    /// <summary>Parts of a PNG file that say what its numbers mean as colors and sizes (profile, gamma, pixels per meter), as they are.</summary>
    public IReadOnlyList<PngChunk> Annotations { get; init; } = [];

    /// <summary>The layout of an image with as many channels and other extents or values.</summary>
    /// <exception cref="ArgumentException">An extent is not positive, or the maximum is outside 1..65535.</exception>
    internal RasterLayout Checked()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Columns);
        return Maximum is >= 1 and <= ushort.MaxValue && Channels is >= 1 and <= 4
            ? this
            : throw new ArgumentException($"an image of {Channels} channels with the maximum {Maximum}, expected 1 to 4 channels and a maximum from 1 to {ushort.MaxValue}");
    }

    /// <summary>The extents and the kind.</summary>
    public override string ToString() => $"{Rows} x {Columns} {Kind}, {BitDepth} bits";
}
