using System.Text;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>CSV signals: delimiters, headers, decimal commas, faults with their places, round trips, damaged files.</summary>
public class CsvSignalTests
{
    [Theory]
    [InlineData("1,2,3\n4,5,6\n", ',')]
    [InlineData("1, 2,3\r\n4 ,5, 6", ',')]
    [InlineData("\uFEFF# comment\n1;2;3\n\n4;5;6\n#end", ';')]
    [InlineData("1,0;2,0;3\n4;5,00;6\n", ';')]
    [InlineData("1\t2\t3\n4\t5\t6e0\n", '\t')]
    [InlineData("  1  2 3 \n4 5\t6\n", ' ')]
    [InlineData("\"1\",\"2\",\"3\"\n4,5,+6\n", ',')]
    [InlineData("a,b,c\n1,2,3\n4,5,.6e1\n", ',')]
    [InlineData("time in s;x;y\n1;2;3\n4;5;6\n", ';')]
    public void UsualFilesAreRead(string text, char delimiter)
    {
        SignalTable table = Read(text);
        Assert.Equal((2, 3, delimiter, SignalOrientation.Rows), (table.Signals, table.Length, table.Delimiter, table.Orientation));
        Assert.Equal([1, 2, 3, 4, 5, 6], table.Values);
        Assert.Equal([4f, 5, 6], table.ToField().Instance(1).ToArray());
    }

    [Fact]
    public void AColumnIsOneSignal()
    {
        SignalTable table = Read("value\n1.5\n2\n-3\n");
        Assert.Equal((1, 3, SignalOrientation.Column, "value"), (table.Signals, table.Length, table.Orientation, table.Header));
        Assert.Equal("value\n1.5\n2\n-3\n", Write(table.ToField(), table));
    }

    [Theory]
    [InlineData("", "a.csv: the file holds no numbers, expected one signal per line")]
    [InlineData("x,y\n", "a.csv: the file holds no numbers, expected one signal per line")]
    [InlineData("x,y\nz,w\n", "a.csv:2:1: the value 'z' is not a finite number")]
    [InlineData("1,2\n3,x\n", "a.csv:2:3: the value 'x' is not a finite number")]
    [InlineData("1,2\n3\n", "a.csv:2:1: this line has 1 values, the first has 2; expected signals of one length")]
    [InlineData("1,2\n\n3,,4\n", "a.csv:3:3: a value is missing")]
    [InlineData("1,2,\n", "a.csv:1:5: a value is missing")]
    [InlineData("1\t\t2\n", "a.csv:1:3: a value is missing")]
    [InlineData("1;  nan\n", "a.csv:1:5: the value 'nan' is not a finite number")]
    [InlineData("inf,inf\n", "a.csv:1:1: the value 'inf' is not a finite number")]
    [InlineData("1 1e999\n", "a.csv:1:3: the value '1e999' is not a finite number")]
    [InlineData("\uFEFF1,2x\n", "a.csv:1:6: the value '2x' is not a finite number")]
    [InlineData("1;2,5,6\n", "a.csv:1:3: the value '2,5,6' is not a finite number")]
    public void FaultsAreNamed(string text, string fault) => Assert.Equal(fault, Assert.Throws<InvalidInputException>(() => Read(text)).Message);

    [Fact]
    public void SignalsSurviveARoundTrip()
    {
        var stream = new RandomStream(5);
        var signals = new Field<float>(7, 1, 1, 33);
        foreach (ref float v in signals.Values)
        {
            v = (float)(stream.NextNormal() * Math.Pow(10, stream.NextIndex(20) - 10));
        }

        foreach (char delimiter in ",;\t ")
        {
            var like = new SignalTable(1, 1, [0]) { Delimiter = delimiter, Header = delimiter == ',' ? "a,b" : null };
            SignalTable read = Read(Write(signals, like));
            Assert.Equal((delimiter, like.Header), (read.Delimiter, read.Header));
            Assert.True(read.ToField().Values.SequenceEqual(signals.Values));
        }

        Assert.StartsWith("0.1,", Write(With(signals, 0.1f), null));
        Assert.Throws<ArgumentException>(() => Write(With(signals, float.NaN), null));
        Assert.Throws<ArgumentException>(() => Write(new Field<float>(1, 1, 2, 2), null));
    }

    [Fact]
    public void DamagedFilesAreRefusedOrRead()
    {
        byte[][] originals = [.. new[] { "1,2,3\n4,5,6\n", "# c\n1.5;2,5;3\n4;5;6\n", "a b c\n1 2 3\n", "x\n1\n2\n3\n" }.Select(Encoding.UTF8.GetBytes)];
        DamagedFiles.AreRefusedOrRead(originals, 22, Reads, "a.csv:", memory: 100, leastValid: 100);

        static void Reads(byte[] damaged)
        {
            SignalTable table = CsvSignalReader.Read(new MemoryStream(damaged), "a.csv");
            Assert.All(table.Values, v => Assert.True(double.IsFinite(v)));
            Assert.Equal(table.Values.Length, table.Signals * table.Length);
        }
    }

    private static Field<float> With(Field<float> signals, float first)
    {
        Field<float> changed = signals.ZerosLike();
        signals.CopyTo(changed);
        changed.Values[0] = first;
        return changed;
    }

    private static string Write(Field<float> signals, SignalTable? like)
    {
        var file = new MemoryStream();
        CsvSignalWriter.Write(file, signals, like);
        return Encoding.UTF8.GetString(file.ToArray());
    }

    private static SignalTable Read(string text) => CsvSignalReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "a.csv");
}
