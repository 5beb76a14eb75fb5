using System.Diagnostics;
using System.Text;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>
/// Damaged files: the reader and the naive one agree whether a file is valid, in which line the first fault is, and on
/// every element of what is valid.
/// </summary>
public class MatrixMarketMutationTests
{
    private static readonly string[] Originals =
    [
        "%%MatrixMarket matrix coordinate real general\n% comment\n3 4 5\n1 1 1.5\n2 2 -2e-3\n3 4 7\n1 3 0.25\n3 1 1e10\n",
        "%%MatrixMarket matrix coordinate real symmetric\n4 4 5\n1 1 4\n2 1 -1\n2 2 4\n\n4 2 -1.25\n4 4 4.0\n",
        "%%MatrixMarket matrix coordinate integer skew-symmetric\r\n3 3 2\r\n2 1 5\r\n3 2 -12\r\n",
        "%%MatrixMarket matrix coordinate pattern general\n12 10 4\n1 1\n12 10\n3 9\n4 10\n",
        "\uFEFF%%MatrixMarket matrix coordinate pattern symmetric\n5 5 3\n5 1\n4 4\n3 2\n",
        "%%MatrixMarket matrix array real general\n% two right-hand sides\n3 2\n1\n2.5\n-3e2\n4\n5\n6",
        "%%MatrixMarket matrix array integer symmetric\n3 3\n1\n2\n3\n4\n5\n6\n",
        "%%MatrixMarket matrix array real skew-symmetric\n3 3\n1.\n.2\n3\n",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-1", "1", "2", "5", "12", "1000", "99999999999999999999", "2147483647", "2147483648", "1000000000", "1e5", "1e400",
        "nan", "inf", "-Infinity", "0x10", "1,5", "--1", "+3", "-0", "1e", ".", "", "9007199254740993", "4e-400", "1d3", "\u22125",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void AgreesWithTheNaiveReader(int seed)
    {
        var random = new Random(seed);
        int valid = 0;
        for (int trial = 0; trial < LongTests.DamagedInputs / 4; trial++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Originals[random.Next(Originals.Length)]);
            for (int edits = random.Next(1, 4); edits > 0; edits--)
            {
                bytes = Mutate(bytes, random);
            }

            valid += AgreesOn(bytes) ? 1 : 0;
        }

        // Otherwise the mutations would test only one of the two outcomes.
        Assert.InRange(valid, LongTests.DamagedInputs / 80, LongTests.DamagedInputs * 19 / 80);
    }

    [Fact]
    public void AgreesOnTheOriginals() => Assert.All(Originals, text => Assert.True(AgreesOn(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void AgreesOnEveryBeginning() => Assert.All(Originals, text =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int length = 0; length < bytes.Length; length++)
        {
            AgreesOn(bytes[..length]);
        }
    });

    private static bool AgreesOn(byte[] bytes)
    {
        string shown = Encoding.Latin1.GetString(bytes);
        NaiveMatrixMarket naive = NaiveMatrixMarket.Read(bytes);
        using var stream = new MemoryStream(bytes);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        try
        {
            MatrixMarketFile file = MatrixMarketReader.Read(stream, "A.mtx");
            Assert.True(naive.FaultLine == 0, $"accepted despite a fault in line {naive.FaultLine}:\n{shown}");
            AssertEqual(naive, file, shown);
        }
        catch (InvalidInputException e)
        {
            Assert.True(naive.FaultLine == e.Line, $"{e.Message}, but the naive reader says line {naive.FaultLine}:\n{shown}");
            Assert.StartsWith($"A.mtx:{e.Line}:{e.Column}: ", e.Message);
            Assert.DoesNotContain(e.Message, char.IsControl);
        }

        // Allowed empty rows and columns cost three arrays of a million numbers, twice that with the comparison.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, (1 << 25) + (200 * bytes.Length));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
        return naive.FaultLine == 0;
    }

    private static void AssertEqual(NaiveMatrixMarket naive, MatrixMarketFile file, string shown)
    {
        Assert.True((naive.Rows, naive.Columns) == (file.Header.Rows, file.Header.Columns), shown);
        bool zeroDiagonal = file.Header.Symmetry == MatrixMarketSymmetry.SkewSymmetric && file.Dense is not null;
        int stored = file.Sparse?.StoredEntries ?? (file.Dense!.Length - (zeroDiagonal ? naive.Rows : 0));
        Assert.True(naive.Entries.Count == stored, shown);
        foreach (((int i, int j), double value) in naive.Entries)
        {
            Assert.True(value == (file.Sparse?[i, j] ?? file.Dense![(i * naive.Columns) + j]), shown);
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        List<byte> result = [.. bytes];
        int at = random.Next(bytes.Length + 1), length = random.Next(1, 8);
        switch (random.Next(8))
        {
            case 0 when at < bytes.Length:
                result[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Length:
                result[at] = (byte)random.Next(256);
                break;
            case 2:
                result.RemoveRange(at, Math.Min(length, bytes.Length - at));
                break;
            case 3:
                result.InsertRange(at, result.GetRange(at, Math.Min(length, bytes.Length - at)));
                break;
            case 4:
                result.Insert(at, " \t\r\n%0"u8[random.Next(6)]);
                break;
            case 5:
                return EditLines(bytes, random);
            default:
                return EditNumber(bytes, random);
        }

        return [.. result];
    }

    private static byte[] EditLines(byte[] bytes, Random random)
    {
        List<string> lines = [.. Encoding.Latin1.GetString(bytes).Split('\n')];
        int a = random.Next(lines.Count), b = random.Next(lines.Count);
        switch (random.Next(3))
        {
            case 0:
                (lines[a], lines[b]) = (lines[b], lines[a]);
                break;
            case 1:
                lines.Insert(a, lines[b]);
                break;
            default:
                lines.RemoveAt(a);
                break;
        }

        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    private static byte[] EditNumber(byte[] bytes, Random random)
    {
        string[] lines = Encoding.Latin1.GetString(bytes).Split('\n');
        int line = random.Next(lines.Length);
        string[] words = lines[line].Split(' ');
        words[random.Next(words.Length)] = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Numbers[random.Next(Numbers.Length)]));
        lines[line] = string.Join(' ', words);
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }
}
