using System.Text;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using Unrolled.Problems.PowerFlow;
using Unrolled.Tests.Problems.PowerFlow;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>MATPOWER cases: what is read, every fault with its whole message, 2,000 damaged files.</summary>
public class MatpowerReaderTests
{
    private const string Bus = "mpc.bus = [\n1 3 0 0 0 0 1 1 0 1 1 1.1 .9\n2 1 1 1 0 0 1 1 0 1 1 1.1 .9\n];\n";
    private const string Head = "mpc.version = '2'; mpc.baseMVA = 100;\n";
    private const string Gen = "mpc.gen = [1 0 0 9 -9 1 100 1 9 0];\n";
    private const string Branch = "mpc.branch = [1 2 .01 .1 0 0 0 0 0 0 1];\n";

    [Fact]
    public void EveryDetailOfTheMixedNetworkIsRead()
    {
        PowerNetwork network = SmallNetworks.Read(SmallNetworks.Mixed);
        Assert.Equal([10, 20, 30, 60, 40, 50], network.Buses.Select(bus => bus.Number));
        Assert.Equal(
            [PowerBusKind.Slack, PowerBusKind.Generator, PowerBusKind.Load, PowerBusKind.Load, PowerBusKind.Load, PowerBusKind.Load],
            network.Buses.Select(bus => bus.Kind));
        Assert.Equal((0.4, 0.07), (network.Buses[1].Generation.Real, network.Buses[1].Generation.Imaginary));
        Assert.Equal((1.05, 1.02), (network.Buses[0].Magnitude, network.Buses[1].Magnitude));
        Assert.Equal(-3 * Math.PI / 180, network.Buses[0].Angle, 1e-15);
        Assert.Equal((9, 8), (network.Branches.Length, network.InServiceBranches.Length));
        Assert.Equal(
            new[] { "left out as isolated (type 4): bus 25", "2 generators out of service or at isolated buses left out", "bus 40 has no generator in service: PQ instead of PV", "1 branch to isolated buses left out" },
            network.Notes.ToArray());
        Assert.Contains("6 buses: 4 PQ, 1 PV, slack bus 10", network.Summary());
        Assert.Equal(1, NetworkIslands.Of(network).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void PiecesAndLineEndsMakeNoDifference(int piece)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("\uFEFF" + SmallNetworks.Mixed.Replace("\n", "\r\n", StringComparison.Ordinal));
        MatpowerCase read = MatpowerReader.Read(new PiecewiseStream(bytes, piece), "net.m"), whole = SmallNetworks.Case(Encoding.UTF8.GetBytes(SmallNetworks.Mixed));
        Assert.True(Rows(whole).SequenceEqual(Rows(read)));
        static IEnumerable<double> Rows(MatpowerCase c) => new[] { c.Buses, c.Generators, c.Branches }
            .SelectMany(t => Enumerable.Range(0, t.Rows).SelectMany(r => t.Row(r).ToArray()));
    }

    [SharedDataFact("data/powerflow/case118.m")]
    public void ThePublishedCasesAreRead()
    {
        (string, int, int, int)[] sizes = [("case9", 9, 9, 1), ("case14", 14, 20, 9), ("case30", 30, 41, 24), ("case57", 57, 80, 50), ("case118", 118, 186, 64)];
        foreach ((string name, int buses, int branches, int loads) in sizes)
        {
            PowerNetwork network = SmallNetworks.Published(name);
            Assert.Equal((buses, branches), (network.Buses.Length, network.InServiceBranches.Length));
            Assert.Equal(name == "case9" ? 6 : loads, network.Buses.Count(bus => bus.Kind == PowerBusKind.Load));
        }
    }

    [Theory]
    [InlineData("", "1:1: the file ends without mpc.version, expected '2'")]
    [InlineData("mpc.version = '1';", "1:15: expected version '2', found the text '1'")]
    [InlineData("mpc.version = 3", "1:15: expected version '2', found '3'")]
    [InlineData("function [baseMVA, bus] = old", "1:10: a function with several results is a case of version 1, expected version 2: function mpc = NAME")]
    [InlineData("mpc.version = '2';\n", "2:1: the file ends without mpc.baseMVA, expected the power base in MVA")]
    [InlineData("mpc.version = '2'\nmpc.baseMVA = -1;", "2:15: expected a finite number above 0 for mpc.baseMVA, found '-1'")]
    [InlineData(Head + Bus + Branch, "7:1: the file ends without mpc.gen, expected the matrix of generators")]
    [InlineData(Head + Bus + Bus, "6:1: mpc.bus was already given in line 2")]
    [InlineData(Head + "mpc.bus = [1 2 3];", "2:17: the first row of mpc.bus has 3 numbers, expected at least 13")]
    [InlineData(Head + "mpc.branch = [\n1 2 0 1 0 0 0 0 0 0 1\n1 2 0 1 0 0 0 0 0 0];", "4:20: this row of mpc.branch has 10 numbers, expected 11 as in the first")]
    [InlineData(Head + "mpc.bus = [1 3 x", "2:16: 'x' is not a number")]
    [InlineData(Head + "mpc.bus = [1 3 1-2", "2:16: '1-2' is not a number")]
    [InlineData(Head + "mpc.bus = [1 3 1e999", "2:16: the number 1e999 is too large")]
    [InlineData(Head + "mpc.bus = [1, , 2", "2:15: expected a number of mpc.bus or ']', found ','")]
    [InlineData(Head + "mpc.bus = [1 3 'a'", "2:16: expected a number of mpc.bus or ']', found the text 'a'")]
    [InlineData(Head + "mpc.bus = [\n1 3", "3:4: the file ends within mpc.bus, which begins in line 2, expected ']'")]
    [InlineData(Head + "mpc.bus = [];", "2:11: mpc.bus has no rows")]
    [InlineData(Head + "mpc.bus(1, 2) = 3;", "2:8: expected '=' after mpc.bus, found '('; only whole fields may be assigned")]
    [InlineData(Head + "mpc.bus_name = { 'a'; 'b'", "2:26: the file ends within mpc.bus_name, which begins in line 2, expected '}'")]
    [InlineData(Head + "mpc.cost = [ 1 }", "2:16: expected ']' in mpc.cost, found '}'")]
    [InlineData(Head + "mpc.name = 'abc", "2:12: the text that begins here does not end on its line")]
    [InlineData(Head + "x = 3;", "2:1: expected mpc.NAME = VALUE, found 'x'; statements that compute are not supported")]
    [InlineData("%{\nno end", "1:1: the file ends within the comment that begins here, expected %}")]
    [InlineData("mpc.a\0", "1:6: the byte 0x00 is not text: this is not a case file")]
    public void Syntax(string text, string fault) => Fails(text, fault);

    [Theory]
    [InlineData("\n2 1", "\n1 1", "4:1: bus 1 was already given in line 3")]
    [InlineData("\n2 1", "\n2.5 1", "4:1: the bus number is 2.5, expected a whole number from 1 to 2147483647")]
    [InlineData("\n2 1", "\n2 5", "4:3: the type of bus 2 is 5, expected 1 (PQ), 2 (PV), 3 (slack) or 4 (isolated)")]
    [InlineData("\n1 3", "\n1 1", "3:3: no bus of mpc.bus is the slack bus, expected one of type 3")]
    [InlineData("\n2 1", "\n2 3", "4:3: bus 2 is a second slack bus (type 3) beside bus 1 of line 3, expected one: distributed slack is not supported")]
    [InlineData("\n2 1 1", "\n2 1 NaN", "4:5: the load P of bus 2 is NaN, expected a finite number")]
    [InlineData("[1 2 .01", "[1 3 .01", "7:17: a branch at bus 3, which mpc.bus does not have")]
    [InlineData("[1 2 .01", "[2 2 .01", "7:17: branch 2-2 connects a bus with itself")]
    [InlineData("[1 2 .01 .1", "[1 2 0 0", "7:19: branch 1-2 is in service and has no impedance (r = x = 0): merge its buses")]
    [InlineData("[1 2 .01", "[1 2 -Inf", "7:19: the resistance of branch 1-2 is -Infinity, expected a finite number")]
    [InlineData("0 0 0 0 0 0 1]", "0 0 0 0 -.9 0 1]", "7:34: the tap ratio of branch 1-2 is -0.9, expected 0 (a line) or more")]
    [InlineData("0 0 0 0 0 0 1]", "0 0 0 0 0 0 2]", "7:38: the status of branch 1-2 is 2, expected 0 or 1")]
    [InlineData("0 0 0 0 0 0 1]", "0 0 0 0 0 0 0]", "4:1: no branches in service connect bus 2 to the slack bus 1; type 4 leaves a bus out")]
    [InlineData("[1 0 0 9", "[7 0 0 9", "6:12: a generator at bus 7, which mpc.bus does not have")]
    [InlineData("[1 0 0 9", "[2 0 0 9", "3:3: the slack bus 1 has no generator in service")]
    [InlineData("-9 1 100", "-9 0 100", "6:23: the voltage set point of the generator is 0, expected above 0")]
    public void Meaning(string original, string replacement, string fault) =>
        Fails((Head + Bus + Gen + Branch).Replace(original, replacement, StringComparison.Ordinal), fault);

    [Fact]
    public void TheUnchangedCaseOfTheFaultsIsValid() => Assert.Equal(2, SmallNetworks.Read(Head + Bus + Gen + Branch).Buses.Length);

    [Fact]
    public void AnEndlessFileIsRefusedInBoundedMemory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => MatpowerReader.Read(new EndlessBlanks(), "net.m"));
        Assert.Contains("the file has more than 67108864 bytes, expected a case file", e.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 18);
    }

    [Fact]
    public void ADamagedFileIsRefusedInOneLineOrReads()
    {
        byte[] whole = Encoding.UTF8.GetBytes(SmallNetworks.Mixed);
        var stream = new RandomStream(2026);
        int valid = 0;
        for (int round = 0; round < LongTests.DamagedInputs; round++)
        {
            byte[] damaged = Mutation.Of(whole, stream.Split((ulong)round));
            try
            {
                PowerNetwork network = PowerNetwork.From(SmallNetworks.Case(damaged));
                var flow = new PowerFlowOperator(network);
                Assert.Equal(flow.Components, flow.JacobianPattern.RowCount);
                valid++;
            }
            catch (InvalidInputException e)
            {
                Assert.StartsWith("net.m:", e.Message);
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
        }

        // Otherwise the damage would test one of the two outcomes only.
        Assert.InRange(valid, 50, LongTests.DamagedInputs * 39 / 40);
    }

    [Fact]
    public void EveryBeginningIsRefusedInOneLineOrReads()
    {
        byte[] whole = Encoding.UTF8.GetBytes(SmallNetworks.Mixed);
        int valid = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            try
            {
                PowerNetwork.From(SmallNetworks.Case(whole[..length]));
                valid++;
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
        }

        // Only what is cut within or behind what is passed over still reads.
        Assert.InRange(valid, 1, 200);
    }

    private static void Fails(string text, string fault)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => SmallNetworks.Read(text));
        Assert.Equal("net.m:" + fault, e.Message);
    }

    private sealed class EndlessBlanks : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)' ');
            return buffer.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
