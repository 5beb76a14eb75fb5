using System.Buffers.Binary;
using System.Diagnostics;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>PNG files: every kind is read, every fault is one line, damaged files never crash or take memory.</summary>
public class PngReaderTests
{
    public static TheoryData<int, int, bool> Kinds()
    {
        var kinds = new TheoryData<int, int, bool>();
        foreach ((int type, int[] depths) in new[] { (0, new[] { 1, 2, 4, 8, 16 }), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]) })
        {
            foreach (int depth in depths)
            {
                kinds.Add(type, depth, false);
                kinds.Add(type, depth, true);
            }
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryKindAndSizeIsRead(int type, int depth, bool interlaced)
    {
        var stream = new RandomStream(7);
        foreach ((int rows, int columns) in new[] { (1, 1), (1, 9), (3, 2), (8, 8), (11, 13), (5, 1) })
        {
            int[,,] samples = Random(stream, rows, columns, PngSpecimen.Samples(type), 1 << depth);
            byte[] palette = [.. Enumerable.Range(0, 3 << depth).Select(k => (byte)(k * 7))];
            Raster raster = Read(PngSpecimen.Write(samples, depth, type, interlaced, type == 3 ? palette : null));
            Assert.Equal((rows, columns, type == 3 ? 3 : PngSpecimen.Samples(type)), (raster.Layout.Rows, raster.Layout.Columns, raster.Layout.Channels));
            Assert.Equal(depth == 16 ? 16 : 8, raster.Layout.BitDepth);
            float largest = (1 << depth) - 1;
            for (int c = 0; c < raster.Layout.Channels; c++)
            {
                for (int k = 0; k < rows * columns; k++)
                {
                    float expected = type == 3 ? palette[(3 * samples[k / columns, k % columns, 0]) + c] / 255f : samples[k / columns, k % columns, c] / largest;
                    Assert.Equal(expected, raster.Values.Plane(0, c)[k]);
                }
            }
        }
    }

    [Fact]
    public void TransparentColorsBecomeOpacity()
    {
        int[,,] gray = { { { 3 }, { 7 }, { 3 } } };
        Raster raster = Read(PngSpecimen.Write(gray, 4, 0, false, null, [0, 3]));
        Assert.Equal(RasterKind.GrayAlpha, raster.Layout.Kind);
        Assert.Equal([0f, 1, 0], raster.Values.Plane(0, 1).ToArray());
        int[,,] indices = { { { 0 }, { 1 }, { 2 } } };
        raster = Read(PngSpecimen.Write(indices, 2, 3, true, [1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 51]));
        Assert.Equal([0f, 0.2f, 1], raster.Values.Plane(0, 3).ToArray());
        int[,,] colors = { { { 1, 2, 3 }, { 1, 2, 4 } } };
        raster = Read(PngSpecimen.Write(colors, 16, 2, false, null, [0, 1, 0, 2, 0, 3]));
        Assert.Equal([0f, 1], raster.Values.Plane(0, 3).ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void PipesAreRead(int piece)
    {
        byte[] file = Specimen(6, 16, false);
        Assert.Equal(Read(file).Values.Values.ToArray(), PngReader.Read(new PiecewiseStream(file, piece), "a.png").Values.Values.ToArray());
    }

    [Fact]
    public void RowsAreThoseOfTheWhole()
    {
        byte[] file = Specimen(2, 8, false);
        Raster whole = Read(file);
        using var rows = new PngRowReader(new MemoryStream(file), "a.png");
        float[] row = new float[rows.Layout.RowSamples];
        for (int i = 0; i < rows.Layout.Rows; i++)
        {
            rows.ReadRow(row);
            for (int k = 0; k < row.Length; k++)
            {
                Assert.Equal(whole.Values.Plane(0, k / rows.Layout.Columns)[(i * rows.Layout.Columns) + (k % rows.Layout.Columns)], row[k]);
            }
        }

        Assert.Throws<InvalidOperationException>(() => rows.ReadRow(row));
        Assert.Contains("interlaced", Assert.Throws<InvalidInputException>(() => new PngRowReader(new MemoryStream(Specimen(0, 8, true)), "a.png")).Message);
    }

    [Theory]
    [InlineData(0, 0, "at byte 0: expected the signature of a PNG file")]
    [InlineData(8 + 3, 12, "at byte 8: expected the chunk IHDR of 13 bytes, found IHDR of 12")]
    [InlineData(16, 0x80, "expected extents from 1 to 2147483647")]
    [InlineData(19, 0, "at byte 16: the image is 0 wide and 11 high, expected extents from 1 to 2147483647")]
    [InlineData(16, 0x7F, "a row of 2130706445 bytes, expected at most 268435456")]
    [InlineData(20, 0x70, "which the 320 compressed bytes that follow cannot hold")]
    [InlineData(24, 3, "at byte 24: the bit depth is 3, expected 1, 2, 4, 8, 16 for color type 0")]
    [InlineData(25, 5, "at byte 25: the color type is 5, expected 0 (gray), 2 (RGB), 3 (palette), 4 (gray and alpha) or 6 (RGB and alpha)")]
    [InlineData(25, 3, "before the palette PLTE")]
    [InlineData(28, 2, "expected 0, 0 and 0 or 1")]
    [InlineData(23, 10, "the compressed data go on after the last row")]
    [InlineData(23, 12, "the compressed data end before the last row")]
    [InlineData(33 + 3, 255, "at byte 33: the chunk IDAT claims 255 bytes, which the file does not have")]
    [InlineData(33 + 4, 9, "at byte 37: the type of a chunk has the byte 0x09, expected four letters")]
    [InlineData(33 + 4, (int)'A', "the chunk ADAT is unknown and says that it cannot be ignored")]
    [InlineData(33 + 8, 0, "the compressed data are damaged or end too early")]
    public void FaultsAreNamed(int at, int value, string fault)
    {
        byte[] file = Specimen(0, 8, false);
        file[at] = (byte)value;
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Read(at < 8 || at == 11 ? file : PngSpecimen.RepairChecksums(file)));
        Assert.StartsWith("a.png: ", e.Message);
        Assert.Contains(fault.Replace("320", $"{file.Length - 41}", StringComparison.Ordinal), e.Message);
    }

    [Fact]
    public void AWrongChecksumIsRefused()
    {
        byte[] file = Specimen(0, 8, false);
        file[60] ^= 1;
        Assert.Contains("the checksum of IDAT is 0x", Assert.Throws<InvalidInputException>(() => Read(file)).Message);
    }

    [Fact]
    public void EveryBeginningIsRefusedInOneLine()
    {
        byte[] file = Specimen(6, 8, true);
        for (int length = 0; length < file.Length; length++)
        {
            string message = Assert.Throws<InvalidInputException>(() => Read(file[..length])).Message;
            Assert.DoesNotContain(message, char.IsControl);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void DamagedFilesAreRefusedOrRead(int depth)
    {
        byte[][] originals = [.. Kinds().Select(k => Specimen((int)k[0], (int)k[1], (bool)k[2]))];
        var stream = new RandomStream(11);
        int valid = 0;
        for (int round = 0; round < LongTests.DamagedInputs; round++)
        {
            RandomStream own = stream.Split((ulong)round);
            int which = own.NextIndex(originals.Length);
            object[] kind = [.. Kinds().ElementAt(which)];
            byte[] damaged = depth switch // the file, the file with checksums that fit, or what is compressed in it
            {
                0 => Mutation.Of(originals[which], own),
                1 => PngSpecimen.RepairChecksums(Mutation.Of(originals[which], own)),
                _ => Specimen((int)kind[0], (int)kind[1], (bool)kind[2], raw => Mutation.Of(raw, own)),
            };
            long allocated = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
            try
            {
                Raster raster = Read(damaged);
                Assert.DoesNotContain(raster.Values.Values.ToArray(), v => !(v >= 0 && v <= 1));
                valid++;
            }
            catch (InvalidInputException e)
            {
                Assert.StartsWith("a.png: ", e.Message);
                Assert.DoesNotContain(e.Message, char.IsControl);
            }

            // The extents are bounded by 1032 bytes per compressed one, and a value takes 4 bytes (or 32, from one bit).
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, (1 << 20) + (damaged.Length * 1032L * 8 * 4 * 4));
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 20);
        }

        Assert.InRange(valid, depth * 20, LongTests.DamagedInputs * 39 / 40); // hardly anything gets past the checksums
    }

    [Fact]
    public void ASmallFileCannotClaimMuchMemory()
    {
        byte[] file = Specimen(0, 8, false);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), 16000);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), 16000);
        file = PngSpecimen.RepairChecksums(file);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidInputException>(() => Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1 << 18);
    }

    [SharedDataFact("data/images/bsd68")]
    public void PhotographsAreRead()
    {
        foreach (string path in Directory.EnumerateFiles(RepositoryFolder.Shared("data/images/bsd68"), "*.png"))
        {
            Raster raster = PngReader.Read(path);
            Assert.Equal((321 * 481, RasterKind.Gray, 8), (raster.Values.PlaneLength, raster.Layout.Kind, raster.Layout.BitDepth));
        }
    }

    [Fact]
    public void TheChecksumIsTheBitwiseOne()
    {
        var stream = new RandomStream(3);
        for (int length = 0; length < 40; length++)
        {
            byte[] bytes = [.. Enumerable.Range(0, length).Select(_ => (byte)stream.NextIndex(256))];
            int split = stream.NextIndex(length + 1);
            Assert.Equal(PngSpecimen.NaiveCrc(bytes), Crc32.Append(Crc32.Append(0, bytes.AsSpan(0, split)), bytes.AsSpan(split)));
        }
    }

    internal static byte[] Specimen(int type, int depth, bool interlaced, Func<byte[], byte[]>? damage = null) => PngSpecimen.Write(
        Random(new RandomStream(5), 11, 13, PngSpecimen.Samples(type), 1 << depth), depth, type, interlaced,
        type == 3 ? [.. Enumerable.Range(0, 3 << depth).Select(k => (byte)k)] : null, null, damage);

    private static int[,,] Random(RandomStream stream, int rows, int columns, int samples, int levels)
    {
        var values = new int[rows, columns, samples];
        for (int k = 0; k < values.Length; k++)
        {
            values[k / samples / columns, k / samples % columns, k % samples] = stream.NextIndex(levels);
        }

        return values;
    }

    private static Raster Read(byte[] file) => PngReader.Read(new MemoryStream(file), "a.png");
}
