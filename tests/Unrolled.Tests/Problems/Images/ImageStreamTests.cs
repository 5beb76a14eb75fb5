using Unrolled.Diffusion;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems.Formats;
using Unrolled.Problems.Images;
using Unrolled.Tests.Problems.Formats;

namespace Unrolled.Tests.Problems.Images;

/// <summary>Tiles have the bits of the whole image, by rows as well as in memory, and memory does not grow with the height.</summary>
public class ImageStreamTests
{
    [Theory]
    [InlineData(1, 1, 3, 4, 1)]
    [InlineData(5, 40, 8, 4, 1)]
    [InlineData(40, 33, 8, 4, 1)]
    [InlineData(40, 33, 8, 4, 3)]
    [InlineData(41, 97, 16, 4, 2)]
    [InlineData(33, 17, 16, 4, 2)]
    [InlineData(30, 30, 100, 4, 2)]
    [InlineData(29, 31, 1, 4, 2)]
    public void TilesHaveTheBitsOfTheWhole(int rows, int columns, int tile, int radius, int threads)
    {
        Field<float> image = RasterWriterTests.Random(new RasterLayout(rows, columns, RasterKind.Rgb, 65535), 3).Values;
        Field<float> whole = image.ZerosLike(), tiled = image.ZerosLike();
        FieldFilter filter = Filter();
        filter(image, whole);
        using var tiles = new TiledFilter(3, rows, columns, radius, Filter, new TileOptions { Extent = tile, Threads = threads });
        tiles.Apply(image, tiled);
        Assert.True(whole.Values.SequenceEqual(tiled.Values));
    }

    /// <summary>Two steps by Winograd's algorithm in groups of 2, 4 and 6 rows, and an image whose tiles would be too small for it.</summary>
    [Theory]
    [InlineData(100, 90, 3, 10)]
    [InlineData(101, 33, 5, 1)]
    [InlineData(97, 120, 7, 40)]
    [InlineData(31, 200, 5, 64)]
    [InlineData(200, 40, 5, 24)]
    public void TilesOfFastStepsHaveTheBitsOfTheWhole(int rows, int columns, int kernelRows, int tile)
    {
        int channels = kernelRows == 3 ? 5 : 1;
        Field<float> image = new(1, channels, rows, columns), whole = image.ZerosLike(), tiled = image.ZerosLike();
        var stream = new RandomStream(7);
        foreach (ref float v in image.Values)
        {
            v = (float)stream.NextNormal();
        }

        float[] kernels = [.. Enumerable.Range(0, 13 * channels * kernelRows * 5).Select(_ => (float)stream.NextNormal() / 10)], contrasts = new float[13];
        contrasts.AsSpan().Fill(0.5f);
        var step = new SymmetricStep<float>(new ConvolutionBank<float>(kernels, 13, channels, kernelRows, 5), new FluxActivation<float>(Flux.Charbonnier, contrasts), 0.1f);
        FieldFilter twice = (from, to) =>
        {
            step.Apply(from, to);
            step.Apply(to, to);
        };
        twice(image, whole);
        using var tiles = new TiledFilter(channels, rows, columns, 2 * WinogradKernels.RowReach, () => twice, new TileOptions { Extent = tile });
        tiles.Apply(image, tiled);
        Assert.True(whole.Values.SequenceEqual(tiled.Values));
    }

    [Fact]
    public void ASmallerHaloHasOtherBits()
    {
        Field<float> image = RasterWriterTests.Random(new RasterLayout(40, 200, RasterKind.Rgb, 65535), 3).Values;
        Field<float> whole = image.ZerosLike(), tiled = image.ZerosLike();
        Filter()(image, whole);
        using var tiles = new TiledFilter(3, 40, 200, 3, Filter, new TileOptions { Extent = 64 });
        tiles.Apply(image, tiled);
        Assert.False(whole.Values.SequenceEqual(tiled.Values));
    }

    [Theory]
    [InlineData(50, 41, 8, 2)]
    [InlineData(7, 41, 16, 1)]
    [InlineData(65, 20, 16, 1)]
    [InlineData(64, 20, 16, 1)]
    public void StreamedFilesAreThoseOfTheWhole(int rows, int columns, int tile, int threads)
    {
        Raster raster = RasterWriterTests.Random(new RasterLayout(rows, columns, RasterKind.Rgba), 3);
        MemoryStream input = new(), streamed = new(), expected = new();
        PngWriter.Write(input, raster);
        Field<float> whole = raster.Values.ZerosLike();
        Filter(4)(raster.Values, whole);
        PngWriter.Write(expected, new Raster(raster.Layout, whole));
        input.Position = 0;
        var told = new List<double>();
        using (var reader = new PngRowReader(input, "a.png"))
        using (var writer = new PngRowWriter(streamed, reader.Layout))
        {
            ImageStream.Process(reader, writer, 4, () => Filter(4), new TileOptions { Extent = tile, Threads = threads }, new Told(told));
        }

        Assert.Equal(expected.ToArray(), streamed.ToArray());
        Assert.Equal(told.Order(), told);
        Assert.Equal(((rows + tile - 1) / tile, 1.0), (told.Count, told[^1]));
    }

    [Fact]
    public void CancellationEndsIt()
    {
        Raster raster = RasterWriterTests.Random(new RasterLayout(50, 20, RasterKind.Gray), 3);
        MemoryStream input = new();
        PngWriter.Write(input, raster);
        input.Position = 0;
        using var source = new CancellationTokenSource();
        using var reader = new PngRowReader(input, "a.png");
        using var writer = new PngRowWriter(new MemoryStream(), reader.Layout);
        int calls = 0;
        Assert.Throws<OperationCanceledException>(() => ImageStream.Process(reader, writer, 1, () => (a, b) =>
        {
            a.CopyTo(b);
            if (++calls == 3)
            {
                source.Cancel();
            }
        }, new TileOptions { Extent = 10 }, null, source.Token));
        Assert.Equal(3, calls);
        using var other = new PngRowWriter(new MemoryStream(), reader.Layout with { Rows = 51 });
        Assert.Throws<ArgumentException>(() => ImageStream.Process(reader, other, 1, () => (a, b) => a.CopyTo(b)));
    }

    [Fact]
    public void MemoryDoesNotGrowWithTheHeight()
    {
        Allocated(600); // compiles everything
        long small = Allocated(600), large = Allocated(3000);
        Assert.InRange(large - small, -200_000, 200_000);
    }

    private static long Allocated(int rows)
    {
        using var reader = new Endless(new RasterLayout(rows, 500, RasterKind.Gray));
        using var writer = new PngRowWriter(Stream.Null, reader.Layout);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ImageStream.Process(reader, writer, 4, () => (a, b) => a.CopyTo(b), new TileOptions { Extent = 64 });
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Two banks of 5 x 5 kernels with a nonlinearity between: radius 4, reflecting.</summary>
    private static FieldFilter Filter() => Filter(3);

    private static FieldFilter Filter(int channels)
    {
        var stream = new RandomStream(1);
        float[] kernels = [.. Enumerable.Range(0, 2 * channels * 25).Select(_ => (float)stream.NextNormal() / 10)];
        var bank = new ConvolutionBank<float>(kernels, 2, channels, 5, 5);
        return (input, result) =>
        {
            var responses = new Field<float>(1, 2, input.Rows, input.Columns);
            bank.Apply(input, responses);
            foreach (ref float v in responses.Values)
            {
                v /= 1 + (v * v);
            }

            bank.ApplyAdjoint(responses, result);
        };
    }

    private sealed class Told(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }

    private sealed class Endless(RasterLayout layout) : IRowReader
    {
        public RasterLayout Layout => layout;

        public void ReadRow(Span<float> samples) => samples.Fill(0.5f);

        public void Dispose()
        {
        }
    }
}
