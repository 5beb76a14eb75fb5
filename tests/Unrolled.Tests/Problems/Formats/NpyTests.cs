using System.Text;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using Unrolled.Tests.Differentiation;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>NPY files: every element type, order and version, every fault, damaged files, NumPy's own files.</summary>
public sealed class NpyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("<f4", 4, 1)]
    [InlineData(">f4", 4, 2)]
    [InlineData("<f8", 8, 3)]
    [InlineData(">f8", 8, 1)]
    [InlineData("<f2", 2, 1)]
    [InlineData("|u1", 1, 1)]
    [InlineData("|i1", 1, 2)]
    [InlineData("<i2", 2, 1)]
    [InlineData(">u2", 2, 1)]
    [InlineData(">i4", 4, 1)]
    [InlineData("<u4", 4, 1)]
    [InlineData("<i8", 8, 3)]
    [InlineData(">u8", 8, 1)]
    [InlineData("|b1", 1, 1)]
    public void EveryTypeIsRead(string type, int width, int version)
    {
        double[] numbers = type[1] switch { 'b' => [0, 1, 1, 0, 1, 0], 'u' => [0, 1, 2, 100, 101, 255], 'i' => [0, -1, 2, -128, 127, 5], _ => [0, -1.5, 2.25, 1024, -0.0, 0.5] };
        var bytes = new List<byte>();
        foreach (double v in numbers)
        {
            byte[] one = type[1..] switch
            {
                "f2" => BitConverter.GetBytes((Half)v),
                "f4" => BitConverter.GetBytes((float)v),
                "f8" => BitConverter.GetBytes(v),
                _ => BitConverter.GetBytes((long)v)[..width],
            };
            bytes.AddRange(type[0] == '>' ? one.Reverse() : one);
        }

        NumberArray array = Read(File_(version, $"{{'descr': '{type}', 'fortran_order': False, 'shape': (2, 3), }}", [.. bytes]));
        Assert.Equal([2, 3], array.Shape.ToArray());
        Assert.Equal(numbers, array.Values);
        Assert.Equal(type[1..], array.ElementType);
        array = Read(File_(version, $"{{'shape':(3L,2),'fortran_order':True,\"descr\":'{type}'}}", [.. bytes]));
        Assert.Equal([numbers[0], numbers[3], numbers[1], numbers[4], numbers[2], numbers[5]], array.Values);
    }

    [Fact]
    public void ArraysOfAnyShapeSurviveARoundTrip()
    {
        foreach (int[] shape in new[] { Array.Empty<int>(), [0], [5], [1], [2, 3], [4, 0, 2], [2, 3, 4, 5], [70000] })
        {
            int count = shape.Aggregate(1, (a, b) => a * b);
            double[] values = [.. Enumerable.Range(0, count).Select(k => Math.Sqrt(k) - 3)];
            var file = new MemoryStream();
            NpyWriter.Write<double>(file, shape, values);
            NumberArray read = Read(file.ToArray());
            Assert.Equal(shape, read.Shape.ToArray());
            Assert.Equal(values, read.Values);
            Assert.Equal(0, (int)(file.Length - (8L * count)) % 64);
            file = new MemoryStream();
            NpyWriter.Write<float>(file, shape, Array.ConvertAll(values, v => (float)v));
            Assert.Equal(values.Select(v => (double)(float)v), Read(file.ToArray()).Values);
        }

        Assert.Throws<ArgumentException>(() => NpyWriter.Write<double>(new MemoryStream(), [2], [1, 2, 3]));
    }

    [Theory]
    [InlineData("", 0, "at byte 10: expected '{' in the header")]
    [InlineData("{}", 0, "at byte 12: the header ends without all of the keys")]
    [InlineData("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}", 8, "at byte 44: expected True or False for 'fortran_order'")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", 8, "at byte 20: the element type is not supported, expected numbers: '<' or '>' and one of f2, f4, f8")]
    [InlineData("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,)}", 8, "at byte 20: the element type is not supported")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", 8, "at byte 61: expected an extent from 0 to 2147483647 in 'shape'")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}", 8, "expected the keys 'descr', 'fortran_order' and 'shape', each once")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x", 8, "the header goes on after its dictionary")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)}", 40, "40 bytes follow the header, the array of 2 x 3 numbers of 8 bytes has 48")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", 9, "9 bytes follow the header, the array of 1 numbers of 8 bytes has 8")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2000000000, 2000000000, 2000000000)}", 8, "numbers, expected at most 268435456")]
    [InlineData("{'descr': '<u8', 'fortran_order': False, 'shape': (1,)}", -8, "the number 18446744073709551615 is beyond 2^53 and would be rounded")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", -8, "a number is NaN, expected finite numbers")]
    public void FaultsAreNamed(string header, int bytes, string fault)
    {
        byte[] data = new byte[Math.Abs(bytes)];
        data.AsSpan().Fill(bytes < 0 ? (byte)255 : (byte)0);
        string message = Assert.Throws<InvalidInputException>(() => Read(File_(1, header, data))).Message;
        Assert.StartsWith("a.npy: at byte ", message);
        Assert.Contains(fault, message);
    }

    [Fact]
    public void OtherFilesAreRefused()
    {
        Assert.Contains("expected the signature of an NPY file", Assert.Throws<InvalidInputException>(() => Read(new byte[20])).Message);
        byte[] file = File_(1, "{}", []);
        file[6] = 4;
        Assert.Contains("at byte 6: the version of the format is 4, expected 1, 2 or 3", Assert.Throws<InvalidInputException>(() => Read(file)).Message);
        file = File_(2, "{}", []);
        file[10] = 9;
        Assert.Contains("the header claims ", Assert.Throws<InvalidInputException>(() => Read(file)).Message);
    }

    [Fact]
    public void DamagedFilesAreRefusedOrRead()
    {
        byte[][] originals =
        [
            File_(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", new byte[48]),
            File_(2, "{'descr': '>f4', 'fortran_order': True, 'shape': (2, 3, 1), }", new byte[24]),
            File_(3, "{'descr': '|u1', 'fortran_order': False, 'shape': (9,), }", "123456789"u8.ToArray()),
        ];
        DamagedFiles.AreRefusedOrRead(
            originals, 21, damaged => Assert.All(Read(damaged).Values, v => Assert.True(double.IsFinite(v))), "a.npy: at byte ", memory: 20, leastValid: 20);
    }

    [Fact]
    public void PipesAreRead()
    {
        byte[] file = File_(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (9,), }", "123456789"u8.ToArray());
        Assert.Equal(Read(file).Values, NpyReader.Read(new PiecewiseStream(file, 2), "a.npy").Values);
    }

    [FactIfAvailable("python3", "-c \"import numpy\"")]
    public void NumPyAndThisUnderstandEachOther()
    {
        string script = Path.Combine(_folder, "npy.py"), mine = Path.Combine(_folder, "mine.npy"), theirs = Path.Combine(_folder, "theirs.npy");
        NpyWriter.Write<float>(mine, [2, 3], [1, 2, 3, 4, 5, 6.5f]);
        File.WriteAllText(script, "import sys, numpy as n\na = n.load(sys.argv[1])\nprint(a.shape, a.dtype, a.sum())\nn.save(sys.argv[2], n.asfortranarray(a.T.astype('>f8')))\n");
        Assert.Equal("(2, 3) float32 21.5", RasterWriterTests.Run("python3", script, mine, theirs));
        NumberArray read = NpyReader.Read(theirs);
        Assert.Equal([3, 2], read.Shape.ToArray());
        Assert.Equal([1, 4, 2, 5, 3, 6.5], read.Values);
    }

    private static byte[] File_(int version, string header, byte[] data)
    {
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes(header.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. data];
    }

    private static NumberArray Read(byte[] file) => NpyReader.Read(new MemoryStream(file), "a.npy");
}
