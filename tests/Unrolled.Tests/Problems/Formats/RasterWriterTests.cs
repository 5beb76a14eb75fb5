using System.Diagnostics;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Differentiation;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>What is written is read back with the same samples; bad values are refused; nothing half-written appears.</summary>
public sealed class RasterWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(".png", RasterKind.Gray, 255)]
    [InlineData(".png", RasterKind.Gray, 65535)]
    [InlineData(".png", RasterKind.GrayAlpha, 255)]
    [InlineData(".png", RasterKind.Rgb, 65535)]
    [InlineData(".png", RasterKind.Rgba, 255)]
    [InlineData(".png", RasterKind.Rgba, 65535)]
    [InlineData(".pgm", RasterKind.Gray, 255)]
    [InlineData(".pgm", RasterKind.Gray, 4095)]
    [InlineData(".ppm", RasterKind.Rgb, 255)]
    [InlineData(".pnm", RasterKind.Rgb, 65535)]
    public void SamplesSurviveARoundTrip(string ending, RasterKind kind, int maximum)
    {
        string path = Path.Combine(_folder, "a" + ending);
        Raster raster = Random(new RasterLayout(37, 300, kind, maximum), 1);
        RasterFile.Write(path, raster);
        Raster read = RasterFile.Read(path);
        Assert.Equal(raster.Layout with { Annotations = read.Layout.Annotations }, read.Layout);
        Assert.True(raster.Values.Values.SequenceEqual(read.Values.Values));
        byte[] first = File.ReadAllBytes(path);
        RasterFile.Write(path, read);
        Assert.Equal(first, File.ReadAllBytes(path));
    }

    [Fact]
    public void EverySampleOfSixteenBitsSurvives()
    {
        var raster = new Raster(new RasterLayout(256, 256, RasterKind.Gray, 65535), new Field<float>(1, 1, 256, 256));
        for (int k = 0; k < 65536; k++)
        {
            raster.Values.Values[k] = k / 65535f;
        }

        var file = new MemoryStream();
        PngWriter.Write(file, raster);
        file.Position = 0;
        Assert.True(PngReader.Read(file, "a.png").Values.Values.SequenceEqual(raster.Values.Values));
    }

    [Fact]
    public void ValuesAreRoundedAndKeptInRange()
    {
        var raster = new Raster(new RasterLayout(1, 4, RasterKind.Gray), new Field<float>(1, 1, 1, 4));
        new[] { -3f, 1.4f / 255, 1.6f / 255, 7 }.CopyTo(raster.Values.Values);
        var file = new MemoryStream();
        PngWriter.Write(file, raster);
        file.Position = 0;
        Assert.Equal([0, 1 / 255f, 2 / 255f, 1], PngReader.Read(file, "a.png").Values.Values.ToArray());
    }

    [Fact]
    public void AnnotationsAreCarriedOver()
    {
        PngChunk gamma = new("gAMA", new byte[] { 0, 0, 177, 143 }), size = new("pHYs", new byte[] { 0, 0, 11, 19, 0, 0, 11, 19, 1 });
        Raster raster = Random(new RasterLayout(3, 4, RasterKind.Rgb) { Annotations = [gamma, size] }, 2);
        var file = new MemoryStream();
        PngWriter.Write(file, raster);
        file.Position = 0;
        IReadOnlyList<PngChunk> read = PngReader.Read(file, "a.png").Layout.Annotations;
        Assert.Equal(["gAMA", "pHYs"], read.Select(c => c.Type));
        Assert.Equal(size.Data.ToArray(), read[1].Data.ToArray());
    }

    [Fact]
    public void WhatIsNotCompleteDoesNotAppear()
    {
        string path = Path.Combine(_folder, "a.png");
        var layout = new RasterLayout(3, 2, RasterKind.Gray);
        using (IRowWriter rows = RasterFile.Create(path, layout))
        {
            rows.WriteRow([0, 1]);
            Assert.Contains("row 1, column 1, channel 0 is NaN", Assert.Throws<ArgumentException>(() => rows.WriteRow([0, float.NaN])).Message);
            Assert.Contains("1 of 3 rows", Assert.Throws<InvalidOperationException>(rows.Complete).Message);
            Assert.Throws<ArgumentException>(() => rows.WriteRow([0]));
        }

        Assert.Empty(Directory.EnumerateFiles(_folder));
        Assert.Contains("a .pgm file cannot hold an image of the kind Rgb",
            Assert.Throws<InvalidInputException>(() => RasterFile.Create("a.pgm", layout with { Kind = RasterKind.Rgb })).Message);
        Assert.Contains("the name of an image ends in", Assert.Throws<InvalidInputException>(() => RasterFile.Create("a.jpg", layout)).Message);
    }

    [FactIfAvailable("python3")]
    public void PythonReadsWhatIsWritten()
    {
        const string Script = """
            import sys, zlib, struct
            d = open(sys.argv[1], 'rb').read(); at = 8; z = b''
            while at < len(d):
                n, = struct.unpack('>I', d[at:at+4]); t = d[at+4:at+8]; body = d[at+8:at+8+n]
                assert zlib.crc32(t + body) == struct.unpack('>I', d[at+8+n:at+12+n])[0], t
                if t == b'IHDR': w, h, depth, kind = struct.unpack('>IIBB', body[:10])
                if t == b'IDAT': z += body
                at += 12 + n
            raw = zlib.decompress(z); bpp = {0: 1, 2: 3, 4: 2, 6: 4}[kind] * depth // 8; row = w * bpp; above = bytearray(row); total = 0
            assert len(raw) == h * (row + 1)
            for i in range(h):
                f = raw[i*(row+1)]; cur = bytearray(raw[i*(row+1)+1:(i+1)*(row+1)])
                for k in range(row):
                    a = cur[k-bpp] if k >= bpp else 0; b = above[k]; c = above[k-bpp] if k >= bpp else 0; p = a + b - c
                    pa, pb, pc = abs(p-a), abs(p-b), abs(p-c)
                    cur[k] = (cur[k] + [0, a, b, (a+b)//2, a if pa <= pb and pa <= pc else b if pb <= pc else c][f]) & 255
                total = (total * 31 + sum((k + 1) * v for k, v in enumerate(cur))) % 1000003; above = cur
            print(w, h, depth, kind, total)
            """;
        Raster raster = Random(new RasterLayout(40, 50, RasterKind.Rgb, 65535), 8);
        string path = Path.Combine(_folder, "a.png"), script = Path.Combine(_folder, "read.py");
        PngWriter.Write(path, raster);
        File.WriteAllText(script, Script);
        long total = 0;
        for (int i = 0; i < 40; i++)
        {
            long sum = 0;
            for (int k = 0; k < 150; k++)
            {
                int sample = (int)Math.Round(raster.Values.Plane(0, k % 3)[(i * 50) + (k / 3)] * 65535.0);
                sum += (((2 * k) + 1L) * (sample >> 8)) + (((2 * k) + 2L) * (sample & 255));
            }

            total = ((total * 31) + sum) % 1000003;
        }

        Assert.Equal($"50 40 16 2 {total}", Run("python3", script, path));
    }

    internal static Raster Random(RasterLayout layout, ulong seed)
    {
        var stream = new RandomStream(seed);
        var values = new Field<float>(1, layout.Channels, layout.Rows, layout.Columns);
        int level = 0;
        foreach (ref float v in values.Values)
        {
            level = stream.NextIndex(4) == 0 ? stream.NextIndex(layout.Maximum + 1) : Math.Min(layout.Maximum, level + stream.NextIndex(3));
            v = level / (float)layout.Maximum;
        }

        return new Raster(layout, values);
    }

    internal static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd(), error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        return output.Trim();
    }
}
