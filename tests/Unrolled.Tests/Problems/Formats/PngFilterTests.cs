using Unrolled.Numerics;
using Unrolled.Problems.Formats;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>The vector kernels of the PNG filters are the definition, byte by byte, and undo themselves.</summary>
public class PngFilterTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(31, 1)]
    [InlineData(33, 1)]
    [InlineData(200, 2)]
    [InlineData(1000, 3)]
    [InlineData(20001, 1)]
    [InlineData(24000, 8)]
    public void FiltersAreTheirDefinition(int length, int pixel)
    {
        var random = new RandomStream((ulong)(length + pixel));
        foreach (int spread in new[] { 256, 4 })
        {
            byte[] row = Bytes(random, length, spread), above = Bytes(random, length, spread), filtered = new byte[length];
            for (int filter = 0; filter < PngFilter.Count; filter++)
            {
                byte[] expected = [.. Enumerable.Range(0, length).Select(i => (byte)(row[i] - Prediction(filter, row, above, i, pixel)))];
                long sum = PngFilter.Apply(filter, row, above, pixel, filtered);
                Assert.Equal(expected, filtered);
                Assert.Equal(expected.Sum(v => (long)Math.Abs((int)(sbyte)v)), sum);
                PngFilter.Undo(filter, filtered, above, pixel);
                Assert.Equal(row, filtered);
            }
        }
    }

    /// <summary>All corners, lefts and aboves of a few bits at both ends of the range, in one row.</summary>
    [Fact]
    public void PaethDecidesAmongEqualsInOrder()
    {
        byte[] values = [0, 1, 2, 127, 128, 129, 254, 255];
        var row = new List<byte>();
        var above = new List<byte>();
        foreach ((byte a, byte b, byte c) in from a in values from b in values from c in values select (a, b, c))
        {
            row.AddRange([a, 77]);
            above.AddRange([c, b]);
        }

        byte[] filtered = new byte[row.Count], x = [.. row], y = [.. above];
        PngFilter.Apply(4, x, y, 1, filtered);
        Assert.Equal([.. Enumerable.Range(0, x.Length).Select(i => (byte)(x[i] - Prediction(4, x, y, i, 1)))], filtered);
    }

    private static byte[] Bytes(RandomStream random, int length, int spread) => [.. Enumerable.Range(0, length).Select(_ => (byte)random.NextUniform(0, spread))];

    private static int Prediction(int filter, byte[] row, byte[] above, int i, int pixel)
    {
        int a = i >= pixel ? row[i - pixel] : 0, b = above[i], c = i >= pixel ? above[i - pixel] : 0, p = a + b - c;
        int paeth = new[] { a, b, c }.MinBy(v => Math.Abs(p - v));
        return filter switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => paeth, _ => 0 };
    }
}
