using System.Text;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>PGM and PPM files: what is read, every fault with its place, damaged files.</summary>
public class PnmReaderTests
{
    private static readonly byte[][] Originals =
    [
        Encoding.Latin1.GetBytes("P2\n# a comment\n3 2 # width and height\n15\n0 1 2\n13 14 15\n"),
        Encoding.Latin1.GetBytes("P3 2 2 255\n0 1 2  3 4 5\n6 7 8  255 254 253\n# end"),
        [.. "P5 3 2\n255\n"u8, 0, 10, 13, 32, 254, 255],
        [.. "P5\n#c\n2 2\n65535\n"u8, 0, 1, 2, 3, 255, 255, 10, 10],
        [.. "P6\n1 2 200 "u8, 0, 100, 200, 35, 32, 10],
    ];

    [Fact]
    public void EveryKindIsRead()
    {
        Assert.Equal([0, 1 / 15f, 2 / 15f, 13 / 15f, 14 / 15f, 1], Read(Originals[0]).Values.Values.ToArray());
        Raster colors = Read(Originals[1]);
        Assert.Equal([0, 3 / 255f, 6 / 255f, 1], colors.Values.Plane(0, 0).ToArray());
        Assert.Equal([2 / 255f, 5 / 255f, 8 / 255f, 253 / 255f], colors.Values.Plane(0, 2).ToArray());
        Assert.Equal([0, 10 / 255f, 13 / 255f, 32 / 255f, 254 / 255f, 1], Read(Originals[2]).Values.Values.ToArray());
        Raster deep = Read(Originals[3]);
        Assert.Equal([1 / 65535f, 515 / 65535f, 1, 2570 / 65535f], deep.Values.Values.ToArray());
        Assert.Equal((16, 65535), (deep.Layout.BitDepth, deep.Layout.Maximum));
        Raster two = Read(Originals[4]);
        Assert.Equal((200, RasterKind.Rgb), (two.Layout.Maximum, two.Layout.Kind));
        Assert.Equal([0.5f, 32 / 200f], two.Values.Plane(0, 1).ToArray());
    }

    [Theory]
    [InlineData("", "1:1: expected P2, P3, P5 or P6, the beginning of a PGM or PPM file")]
    [InlineData("P4 1 1 ", "1:1: expected P2, P3, P5 or P6, the beginning of a PGM or PPM file; bitmaps and PAM are not supported")]
    [InlineData("P2x", "1:1: expected P2, P3, P5 or P6, the beginning of a PGM or PPM file")]
    [InlineData("P2 ", "1:4: the file ends where the width was expected, a whole number from 1 to 2147483647")]
    [InlineData("P2 -1", "1:4: found '-' where the width was expected, a whole number from 1 to 2147483647")]
    [InlineData("P2\n#\n 0 1", "3:2: the width is 0, expected 1 to 2147483647")]
    [InlineData("P2 1 1 65536 0", "1:8: the largest value is 65536, expected 1 to 65535")]
    [InlineData("P5 1 1 255#", "1:8: the largest value is followed by '#', expected a blank")]
    [InlineData("P2 2x", "1:4: the width is followed by 'x', expected a blank")]
    [InlineData("P2 2000000000 1 1", "1:15: a row of 2000000000 values, expected at most 268435456")]
    [InlineData("P2 2 2 7 0 1 2", "at byte 9: 5 bytes follow the header, the image of 2 x 2 pixels needs at least 7")]
    [InlineData("P2 2 2 7\n0 1 2   ", "2:9: the file ends where the value was expected, a whole number from 0 to 7")]
    [InlineData("P2 2 2 7\n0 1\n2 8 ", "3:3: the value is 8, expected 0 to 7")]
    [InlineData("P2 1 1 7 1 2", "at byte 11: the file goes on after its last row, expected one image")]
    [InlineData("P5 2 1 7 \u0001\u0008", "at byte 10: a value is 8, the header says at most 7")]
    public void FaultsAreNamed(string text, string fault) =>
        Assert.Equal($"a.pgm:{(fault[0] == 'a' ? " " : string.Empty)}{fault}", Assert.Throws<InvalidInputException>(() => Read(Encoding.Latin1.GetBytes(text))).Message);

    [Fact]
    public void DamagedFilesAreRefusedOrRead() => DamagedFiles.AreRefusedOrRead(
        Originals, 12, damaged => Assert.DoesNotContain(Read(damaged).Values.Values.ToArray(), v => !(v >= 0 && v <= 1)), "a.pgm:", memory: 100, leastValid: 100);

    [Fact]
    public void PipesAreRead()
    {
        foreach (byte[] original in Originals)
        {
            Assert.Equal(Read(original).Values.Values.ToArray(), PnmReader.Read(new PiecewiseStream(original, 1), "a.pgm").Values.Values.ToArray());
        }
    }

    private static Raster Read(byte[] bytes) => PnmReader.Read(new MemoryStream(bytes), "a.pgm");
}
