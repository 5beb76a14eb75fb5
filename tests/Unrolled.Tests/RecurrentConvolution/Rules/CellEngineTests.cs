using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.RecurrentConvolution.Rules;

/// <summary>All engines give the same bits for every rule: gates, tables, compiled networks in every number type, words of 64 cells.</summary>
public class CellEngineTests
{
    private const int Steps = 7;

    [Fact]
    public void EnginesAgreeOnRandomRules()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            var stream = new RandomStream((ulong)seed);
            CellRule rule = RandomRules.Draw(stream);
            int rows = 1 + stream.NextIndex(9), columns = seed % 10 == 0 ? 60 + stream.NextIndex(80) : 1 + stream.NextIndex(12);
            CellGrid grid = RandomRules.Grid(rows, columns, rule.Bits.Length, stream);
            var reference = new AutomatonEngine(rule, rows, columns);
            ICellEngine[] engines = Engines(rule, rows, columns);
            RequireSameBits(reference, engines, grid, Steps, $"seed {seed}");
        }
    }

    [Fact]
    public void LargeGridsCrossBlocks()
    {
        var stream = new RandomStream(5);
        CellGrid grid = RandomRules.Grid(300, 700, 5, stream);
        RequireSameBits(new AutomatonEngine(Sieve.Rule, 300, 700), [new BitSlicedEngine(Sieve.Rule, 300, 700)], grid, 3, "sieve");
    }

    [Fact]
    public void GridsOfOtherExtentsAreRefused()
    {
        foreach (ICellEngine engine in Engines(Sieve.Rule, 3, 4))
        {
            ArgumentException e = Assert.Throws<ArgumentException>(() => engine.Load(new CellGrid(3, 5, 5)));
            Assert.Contains("3 x 5 cells of 5 bits", e.Message, StringComparison.Ordinal);
            Assert.Contains("3 x 4 cells of 5 bits", e.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => engine.Store(new CellGrid(3, 4, 4)));
        }
    }

    [Fact]
    public void TypesThatDoNotHoldTheSumsAreRefused()
    {
        CellInput own = new(0);
        var filter = new ReluFilter(1, [new ReluUnit(0, [new ReluTerm(own, 200)], [new ReluOutput(0, 1)])]);
        Assert.Contains("127", Assert.Throws<ArgumentException>(() => new NetworkEngine<sbyte>(filter, 2, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new NetworkEngine<decimal>(filter, 2, 2));
        Assert.Equal(2, new NetworkEngine<short>(filter, 2, 2).Rows);
    }

    [Fact]
    public void NetworksDoNotHideValuesThatAreNoBits()
    {
        CellInput own = new(0);
        var filter = new ReluFilter(1, [new ReluUnit(0, [new ReluTerm(own, 1)], [new ReluOutput(0, 2)])]);
        var engine = new NetworkEngine<float>(filter, 2, 2);
        var grid = new CellGrid(2, 2, 1) { [0, 1, 0] = true };
        engine.Load(grid);
        engine.Step();
        Assert.Contains("(1, 0) is 2", Assert.Throws<InvalidOperationException>(() => engine.Store(grid)).Message, StringComparison.Ordinal);
    }

    internal static ICellEngine[] Engines(CellRule rule, int rows, int columns)
    {
        ReluFilter filter = rule.Compile();
        return
        [
            new AutomatonEngine(rule.ToTables(), rows, columns),
            new BitSlicedEngine(rule, rows, columns),
            new BitSlicedEngine(rule, rows, columns, PlaneExecution.Interpreted),
            new BitSlicedEngine(rule.ToTables(), rows, columns),
            new NetworkEngine<float>(filter, rows, columns),
            new NetworkEngine<double>(filter, rows, columns),
            new NetworkEngine<Half>(filter, rows, columns),
            new NetworkEngine<sbyte>(filter, rows, columns),
        ];
    }

    internal static void RequireSameBits(ICellEngine reference, ICellEngine[] engines, CellGrid start, int steps, string where)
    {
        CellGrid expected = start.Copy(), actual = start.Copy();
        foreach (ICellEngine engine in engines.Append(reference))
        {
            engine.Load(start);
        }

        for (int step = 1; step <= steps; step++)
        {
            reference.Step();
            reference.Store(expected);
            foreach (ICellEngine engine in engines)
            {
                engine.Step();
                engine.Store(actual);
                Assert.True(expected.SameAs(actual), $"{where}: {engine} differs in step {step}");
            }
        }
    }
}
