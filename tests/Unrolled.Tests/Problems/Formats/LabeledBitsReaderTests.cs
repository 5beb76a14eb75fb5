using System.Text;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>Tables of bits in every delimiter and both encodings; faults with line and column; damage never becomes other data.</summary>
public class LabeledBitsReaderTests
{
    [Theory]
    [InlineData("0,1,1\n1,1,0\n")]
    [InlineData("x1,x2,label\n0,1,1\n1,1,0")]
    [InlineData("# bits\r\n\r\nx1;x2;y\r\n0;1;1\r\n1;1;0\r\n")]
    [InlineData("0\t1\t1\n1\t1\t0")]
    [InlineData("0 1  1 \n 1 1 0")]
    [InlineData("0|1|1\n1|1|0")]
    [InlineData("0:1:1\n1:1:0")]
    [InlineData("\"a\",\"b, c\",\"y\"\n\"0\", \"1\", \"1\"\n1.0,1e0,0.000")]
    [InlineData("\uFEFF0,+1,1\n1,1,0")]
    public void FormatsThatMeanTheSame(string text)
    {
        LabeledExamples examples = Read(text);
        Assert.Equal((2, 2, BitEncoding.ZeroOne), (examples.Count, examples.Bits, examples.Encoding));
        Assert.Equal([false, true, true, true], [examples.Inputs[0, 0], examples.Inputs[0, 1], examples.Inputs[1, 0], examples.Inputs[1, 1]]);
        Assert.Equal([true, false], examples.Labels.ToArray());
    }

    [Fact]
    public void MinusOneIsTheBitOne()
    {
        LabeledExamples examples = Read("1,-1,-1\n-1,-1,+1");
        Assert.Equal(BitEncoding.PlusMinus, examples.Encoding);
        Assert.Equal([false, true, true, true], [examples.Inputs[0, 0], examples.Inputs[0, 1], examples.Inputs[1, 0], examples.Inputs[1, 1]]);
        Assert.Equal([true, false], examples.Labels.ToArray());
        BitRows queries = LabeledBitsReader.ReadQueries(Bytes("1 1\n1 -1"), "q.csv", examples);
        Assert.Equal([false, false, false, true], [queries[0, 0], queries[0, 1], queries[1, 0], queries[1, 1]]);
    }

    [Theory]
    [InlineData("", "1:1", "ends without a line of bits")]
    [InlineData("a,b,c\n", "2:1", "ends without a line of bits")]
    [InlineData("1\n0", "1:1", "the line has 1 value, expected the bits of an example and its label")]
    [InlineData("0,1,1\n1,1\n", "2:4", "the line has 2 values, expected 3 as in line 1")]
    [InlineData("0,1,1\n1,1,0,1\n", "2:7", "the line has more than 3 values")]
    [InlineData("0,1,1\n1,,0\n", "2:3", "a value is missing")]
    [InlineData("0,1,1\n1,0,\n", "2:5", "a value is missing")]
    [InlineData("0\t1\t1\n\t1\t1\n", "2:1", "a value is missing")]
    [InlineData("0,1,2\n", "1:5", "'2' is no bit, expected 0, 1 or -1")]
    [InlineData("0,x,1\n", "1:3", "'x' is no bit")]
    [InlineData("0,1,nan\n", "1:5", "'nan' is no bit")]
    [InlineData("0,1,1\n1,-1,0\n", "2:3", "-1 among values of 0 and 1 (line 1, column 1)")]
    [InlineData("-1,1,1\n1,1,0\n", "2:5", "0 among values of -1 and 1 (line 1, column 1)")]
    public void FaultsAreNamedWithTheirPlace(string text, string place, string fault)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Read(text));
        Assert.StartsWith($"t.csv:{place}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0,1,1\n", "q.csv:1:5: the line has more than 2 values")]
    [InlineData("0\n", "q.csv:1:2: the line has 1 values, expected 2")]
    [InlineData("0,-1\n", "q.csv:1:3: -1 among values of 0 and 1")]
    public void QueriesFitTheExamples(string text, string fault)
    {
        LabeledExamples examples = Read("0,1,1\n1,1,0");
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => LabeledBitsReader.ReadQueries(Bytes(text), "q.csv", examples));
        Assert.StartsWith(fault, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WideTablesKeepEveryBit()
    {
        var stream = new RandomStream(4);
        bool[][] rows = [.. Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, 301).Select(_ => stream.NextIndex(2) == 1).ToArray())];
        LabeledExamples examples = Read(string.Join('\n', rows.Select(r => string.Join(';', r.Select(b => b ? "-1" : "1")))));
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(rows[i], (bool[])[.. Enumerable.Range(0, 300).Select(j => examples.Inputs[i, j]), examples.Labels[i]]);
        }

        LabeledExamples few = examples.Select([7, 3]);
        Assert.Equal(examples.Inputs.Row(3).ToArray(), few.Inputs.Row(1).ToArray());
        Assert.Equal(examples.Labels[7], few.Labels[0]);
    }

    /// <summary>A damaged table is refused, or every line of it that says something is an example of bits.</summary>
    [Fact]
    public void DamagedTablesNeitherCrashNorLie()
    {
        byte[] text = Encoding.UTF8.GetBytes("a,b,c,label\n0,1,1,0\n1,1,0,1\n0,0,1,1\n1,0,1,0\n");
        int read = 0;
        for (int seed = 0; seed < LongTests.DamagedInputs; seed++)
        {
            byte[] damaged = Mutation.Of(text, new RandomStream((ulong)seed));
            try
            {
                LabeledExamples examples = LabeledBitsReader.ReadExamples(new MemoryStream(damaged), "damaged");
                int lines = Encoding.Latin1.GetString(damaged).Split('\n').Count(l => l.Trim(' ', '\t', '\r') is { Length: > 0 } line && line[0] != '#');
                Assert.InRange(examples.Count, lines - 1, lines);
                read++;
            }
            catch (InvalidInputException e)
            {
                Assert.True(e.Line > 0 && e.Column > 0, e.Message);
            }
        }

        Assert.InRange(read, 1, LongTests.DamagedInputs * 39 / 40);
    }

    [Fact]
    public void ExamplesAreCheckedOnce()
    {
        var rows = new BitRows(3, 2, (i, j) => i == j);
        Assert.Contains("2 labels for 3 examples", Assert.Throws<ArgumentException>(() => new LabeledExamples(rows, [true, false])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LabeledExamples(new BitRows(1, 0, (_, _) => true), [true]));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows[0, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Row(3));
    }

    private static LabeledExamples Read(string text) => LabeledBitsReader.ReadExamples(Bytes(text), "t.csv");

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));
}
