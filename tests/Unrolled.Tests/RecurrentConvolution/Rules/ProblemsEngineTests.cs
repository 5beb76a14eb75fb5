using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.RecurrentConvolution.Rules;

/// <summary>512 problems at once are 512 single problems; tables that may be exchanged are the rule with those tables.</summary>
public class ProblemsEngineTests
{
    private static readonly int[] Looked = [0, 1, 63, 64, 200, 511];

    [Fact]
    public void EveryProblemRunsAsItWouldAlone()
    {
        for (int seed = 0; seed < 120; seed++)
        {
            var stream = new RandomStream((ulong)seed);
            CellRule rule = RandomRules.Draw(stream);
            (int rows, int columns) = (1 + stream.NextIndex(7), 1 + stream.NextIndex(7));
            foreach (PlaneExecution execution in Enum.GetValues<PlaneExecution>())
            {
                Compare(rule, new ProblemsEngine(rule, rows, columns, execution), stream.Split("grids"), 5, $"seed {seed}, {execution}");
            }
        }
    }

    [Fact]
    public void TheSieveRunsOnAllProblems()
    {
        var stream = new RandomStream(3);
        (int d, int m) = (9, 12);
        var engine = new ProblemsEngine(Sieve.Rule, m + 1, d + 1);
        CellGrid[] grids = [.. Enumerable.Range(0, ProblemsEngine.Problems).Select(_ => RandomRules.Grid(m + 1, d + 1, 1, stream))];
        var alone = new AutomatonEngine(Sieve.Rule, m + 1, d + 1);
        CellGrid expected = new(m + 1, d + 1, 5), actual = new(m + 1, d + 1, 5);
        for (int n = 0; n < grids.Length; n++)
        {
            engine.Load(n, grids[n] = Started(grids[n]));
        }

        engine.Step(Sieve.Steps(d, m));
        for (int n = 0; n < grids.Length; n += 7)
        {
            alone.Load(grids[n]);
            alone.Step(Sieve.Steps(d, m));
            alone.Store(expected);
            engine.Store(n, actual);
            Assert.True(expected.SameAs(actual), $"problem {n}");
        }
    }

    [Fact]
    public void ExchangedTablesAreTheRuleWithThoseTables()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var stream = new RandomStream((ulong)seed);
            CellRule form = RandomRules.Draw(stream);
            (int rows, int columns) = (1 + stream.NextIndex(6), 1 + stream.NextIndex(6));
            CellTables tables;
            try
            {
                tables = new CellTables(form);
            }
            catch (ArgumentException e) when (e.Message.Contains("at most 6", StringComparison.Ordinal))
            {
                continue;
            }

            var engine = new ProblemsEngine(form, rows, columns);
            Compare(tables.ToRule(), engine, stream.Split("same"), 3, $"seed {seed}, the rule's own", tables);
            for (int bit = 0; bit < form.Bits.Length; bit++)
            {
                tables[bit] = stream.NextBits();
                Assert.Equal(tables.InputsOf(bit).Length == 6 ? ulong.MaxValue : (1UL << (1 << tables.InputsOf(bit).Length)) - 1, tables[bit] | Complement(tables, bit));
            }

            Compare(tables.ToRule(), engine, stream.Split("other"), 4, $"seed {seed}, other tables", tables);
            Compare(form, engine, stream.Split("again"), 3, $"seed {seed}, the rule again");
        }
    }

    [Fact]
    public void StepsAllocateNothing()
    {
        CellRule form = Sieve.Rule;
        var tables = new CellTables(form);
        var engine = new ProblemsEngine(form, 5, 4);
        var sliced = new BitSlicedEngine(form, 5, 4);
        var network = new NetworkEngine<float>(Sieve.Filter, 5, 4);
        Steps();
        Assert.Equal(0, Allocation.Of(Steps));

        void Steps()
        {
            tables[0] = 5;
            engine.Step(tables, 3);
            engine.Step(3);
            sliced.Step(3);
            network.Step(3);
        }
    }

    [Fact]
    public void TablesOfAnotherRuleAreRefused()
    {
        var engine = new ProblemsEngine(Sieve.Rule, 3, 3);
        Assert.Contains("another rule", Assert.Throws<ArgumentException>(() => engine.Step(new CellTables(Sieve.QueriesRule))).Message, StringComparison.Ordinal);
    }

    private static ulong Complement(CellTables tables, int bit)
    {
        int inputs = tables.InputsOf(bit).Length;
        return ~tables[bit] & (inputs == 6 ? ulong.MaxValue : (1UL << (1 << inputs)) - 1);
    }

    private static CellGrid Started(CellGrid rows)
    {
        var grid = new CellGrid(rows.Rows, rows.Columns, 5);
        rows.Cells.CopyTo(grid.Cells);
        grid[Sieve.SendBit, 0, 0] = true;
        return grid;
    }

    private static void Compare(CellRule rule, ProblemsEngine engine, RandomStream stream, int steps, string where, CellTables? tables = null)
    {
        CellGrid[] grids = [.. Looked.Select(_ => RandomRules.Grid(engine.Rows, engine.Columns, engine.Bits, stream))];
        AutomatonEngine[] alone = [.. grids.Select(_ => new AutomatonEngine(rule, engine.Rows, engine.Columns))];
        CellGrid expected = grids[0].Copy(), actual = grids[0].Copy();
        for (int n = 0; n < grids.Length; n++)
        {
            engine.Load(Looked[n], grids[n]);
            alone[n].Load(grids[n]);
        }

        for (int step = 1; step <= steps; step++)
        {
            if (tables is null)
            {
                engine.Step();
            }
            else
            {
                engine.Step(tables);
            }

            for (int n = 0; n < grids.Length; n++)
            {
                alone[n].Step();
                alone[n].Store(expected);
                engine.Store(Looked[n], actual);
                Assert.True(expected.SameAs(actual), $"{where}: problem {Looked[n]} differs in step {step}");
            }
        }
    }
}
