using System.Globalization;

namespace Unrolled.Problems.Formats;

/// <summary>Turns rows of values into the bytes of samples, pixels together and large end first, and counts the rows.</summary>
/// <param name="layout">Extents, channels and depth.</param>
/// <param name="maximum">The whole number that stands for 1 in the file.</param>
internal sealed class RowPacker(RasterLayout layout, int maximum)
{
    /// <summary>The bytes of the last row.</summary>
    public byte[] Bytes { get; } = new byte[layout.RowSamples * (maximum > byte.MaxValue ? 2 : 1)];

    /// <summary>How many rows have been packed.</summary>
    public int Rows { get; private set; }

    /// <summary>Packs a row: every value as <c>round(maximum v)</c> with <c>v</c> kept in [0, 1].</summary>
    public void Pack(ReadOnlySpan<float> samples)
    {
        if (samples.Length != layout.RowSamples)
        {
            throw new ArgumentException($"the span has {samples.Length} numbers, a row has {layout.RowSamples}", nameof(samples));
        }

        if (Rows == layout.Rows)
        {
            throw new InvalidOperationException($"all {layout.Rows} rows have been written");
        }

        int channels = layout.Channels, columns = layout.Columns;
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> plane = samples.Slice(c * columns, columns);
            for (int j = 0; j < columns; j++)
            {
                float v = plane[j];
                if (!float.IsFinite(v))
                {
                    throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                        $"row {Rows}, column {j}, channel {c} is {v}, expected a finite number"), nameof(samples));
                }

                int sample = (int)((Math.Clamp(v, 0f, 1f) * (double)maximum) + 0.5), k = (j * channels) + c;
                if (maximum > byte.MaxValue)
                {
                    (Bytes[2 * k], Bytes[(2 * k) + 1]) = ((byte)(sample >> 8), (byte)sample);
                }
                else
                {
                    Bytes[k] = (byte)sample;
                }
            }
        }

        Rows++;
    }

    /// <summary>Requires that all rows have been packed.</summary>
    public void RequireAll()
    {
        if (Rows < layout.Rows)
        {
            throw new InvalidOperationException($"{Rows} of {layout.Rows} rows have been written");
        }
    }
}
