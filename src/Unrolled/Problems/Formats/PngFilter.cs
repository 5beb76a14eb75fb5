namespace Unrolled.Problems.Formats;

/// <summary>The five filters of PNG, which replace a byte by its difference to a prediction from the left, above and the corner between.</summary>
/// <remarks>Reference: ISO/IEC 15948, section 9.</remarks>
internal static class PngFilter
{
    /// <summary>How many filters there are.</summary>
    public const int Count = 5;

    /// <summary>Turns differences back into bytes.</summary>
    /// <param name="filter">Which filter, below <see cref="Count"/>.</param>
    /// <param name="row">The differences; becomes the bytes.</param>
    /// <param name="above">The bytes of the row above; zeros for the first.</param>
    /// <param name="pixel">The bytes of a pixel.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int pixel)
    {
        int n = row.Length, edge = Math.Min(pixel, n);
        above = above[..n];
        switch (filter)
        {
            case 1:
                for (int i = edge; i < n; i++)
                {
                    row[i] += row[i - pixel];
                }

                break;
            case 2:
                for (int i = 0; i < n; i++)
                {
                    row[i] += above[i];
                }

                break;
            case 3:
                for (int i = 0; i < edge; i++)
                {
                    row[i] += (byte)(above[i] >> 1);
                }

                for (int i = edge; i < n; i++)
                {
                    row[i] += (byte)((row[i - pixel] + above[i]) >> 1);
                }

                break;
            case 4:
                for (int i = 0; i < edge; i++)
                {
                    row[i] += above[i];
                }

                for (int i = edge; i < n; i++)
                {
                    row[i] += Paeth(row[i - pixel], above[i], above[i - pixel]);
                }

                break;
        }
    }

    /// <summary>Turns bytes into differences, and returns the sum of their magnitudes as signed bytes: small is likely to compress well.</summary>
    /// <param name="filter">Which filter, below <see cref="Count"/>.</param>
    /// <param name="row">The bytes.</param>
    /// <param name="above">The bytes of the row above; zeros for the first.</param>
    /// <param name="pixel">The bytes of a pixel.</param>
    /// <param name="filtered">Becomes the differences.</param>
    public static long Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int pixel, Span<byte> filtered)
    {
        long sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            int a = i >= pixel ? row[i - pixel] : 0, b = above[i], c = i >= pixel ? above[i - pixel] : 0;
            int prediction = filter switch
            {
                1 => a,
                2 => b,
                3 => (a + b) >> 1,
                4 => Paeth(a, b, c),
                _ => 0,
            };
            filtered[i] = (byte)(row[i] - prediction);
            sum += Math.Abs((int)(sbyte)filtered[i]);
        }

        return sum;
    }

    /// <summary>Left, above or corner, whichever is nearest to left + above - corner; in this order among equals.</summary>
    private static byte Paeth(int a, int b, int c)
    {
        int pa = Math.Abs(b - c), pb = Math.Abs(a - c), pc = Math.Abs(a + b - c - c);
        return (byte)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
    }
}
