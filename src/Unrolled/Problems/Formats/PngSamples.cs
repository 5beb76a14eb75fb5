using System.Buffers.Binary;

namespace Unrolled.Problems.Formats;

/// <summary>Turns the bytes of a row of a PNG file into values in [0, 1]: all depths, palettes and transparent colors.</summary>
/// <param name="decoder">Knows what the bytes mean.</param>
internal sealed class PngSamples(PngDecoder decoder)
{
    private readonly PngHeader _header = decoder.Header;
    private readonly int _channels = decoder.Layout.Channels;

    /// <summary>Turns a row into values at every so manieth place.</summary>
    /// <param name="bytes">The row without its filter.</param>
    /// <param name="count">The number of pixels in it.</param>
    /// <param name="destination">The values of a whole row of the image, one channel after the other.</param>
    /// <param name="first">The column of the first pixel.</param>
    /// <param name="step">The distance of its columns.</param>
    /// <exception cref="InvalidInputException">An index is outside the palette.</exception>
    public void Unpack(ReadOnlySpan<byte> bytes, int count, Span<float> destination, int first, int step)
    {
        if (_header.ColorType == 3)
        {
            UnpackPalette(bytes, count, destination, first, step);
            return;
        }

        int samples = _header.Samples, columns = _header.Columns;
        float maximum = (1 << _header.BitDepth) - 1;
        Span<int> transparent = stackalloc int[3];
        ReadOnlySpan<byte> key = decoder.Transparency;
        for (int s = 0; s < key.Length / 2; s++)
        {
            transparent[s] = BinaryPrimitives.ReadUInt16BigEndian(key[(2 * s)..]);
        }

        for (int i = 0, k = 0; i < count; i++)
        {
            int column = first + (i * step);
            bool opaque = key.IsEmpty;
            for (int s = 0; s < samples; s++, k++)
            {
                int sample = Sample(bytes, k);
                destination[(s * columns) + column] = sample / maximum;
                opaque |= s < 3 && sample != transparent[s];
            }

            if (samples < _channels)
            {
                destination[(samples * columns) + column] = opaque ? 1 : 0;
            }
        }
    }

    private void UnpackPalette(ReadOnlySpan<byte> bytes, int count, Span<float> destination, int first, int step)
    {
        int columns = _header.Columns;
        for (int i = 0; i < count; i++)
        {
            int index = Sample(bytes, i), column = first + (i * step);
            if (3 * index >= decoder.Palette.Length)
            {
                throw decoder.Scanner.Fault($"a pixel has the color {index}, the palette has 0 to {(decoder.Palette.Length / 3) - 1}");
            }

            for (int c = 0; c < 3; c++)
            {
                destination[(c * columns) + column] = decoder.Palette[(3 * index) + c] / 255f;
            }

            if (decoder.Transparency is byte[] opacity)
            {
                destination[(3 * columns) + column] = index < opacity.Length ? opacity[index] / 255f : 1;
            }
        }
    }

    private int Sample(ReadOnlySpan<byte> bytes, int k)
    {
        switch (_header.BitDepth)
        {
            case 8:
                return bytes[k];
            case 16:
                return (bytes[2 * k] << 8) | bytes[(2 * k) + 1];
            default:
                int bit = k * _header.BitDepth;
                return (bytes[bit >> 3] >> (8 - _header.BitDepth - (bit & 7))) & ((1 << _header.BitDepth) - 1);
        }
    }
}
