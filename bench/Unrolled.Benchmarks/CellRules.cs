using System.Globalization;
using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Benchmarks;

/// <summary>The engines of a cellular rule: the sieve on one grid, on 512 problems at once, as a network, and with tables that change.</summary>
internal static class CellRules
{
    private static readonly (int Bits, int Examples)[] SmallSizes = [(1, 3), (2, 5), (3, 7)];

    public static Scenario Scenario { get; } = new("cell-rules", "the engines of a cellular rule: one grid, 512 problems at once, a network, and tables that change", Run);

    private static void Run(Results results)
    {
        results.Line(string.Empty);
        results.Line("Random parity problems, m = d + 10 examples and one query, 2m + d steps, one thread.");
        results.Table("One grid", "d", "bit-sliced, every cell", "bit-sliced, whole run", "literal automaton, whole run", "float network, whole run");
        foreach (int d in new[] { 64, 256, 500, 1000 })
        {
            int rows = d + 11, columns = d + 1, steps = Sieve.Steps(d, rows - 1);
            CellGrid start = Problem(rows, columns);
            var fast = new BitSlicedEngine(Sieve.Rule, rows, columns);
            Times every = Times.OfPrepared(() => fast.Load(start), () => fast.Step(2)), whole = Times.OfPrepared(() => fast.Load(start), () => fast.Step(steps));
            string automaton = "-", network = "-";
            if (d == 64)
            {
                var literal = new AutomatonEngine(Sieve.Rule, rows, columns);
                automaton = Results.Milliseconds(Times.OfPrepared(() => literal.Load(start), () => literal.Step(steps)));
                var real = new NetworkEngine<float>(Sieve.Filter, rows, columns);
                network = Results.Milliseconds(Times.OfPrepared(() => real.Load(start), () => real.Step(steps)));
            }

            results.Row($"{d}", $"{Billions(2.0 * rows * columns / every.Least / 1e6)} (median {Billions(2.0 * rows * columns / every.Median / 1e6)})", Results.Milliseconds(whole), automaton, network);
        }

        results.Line(string.Empty);
        results.Line("\"Every cell\" is the first two steps after loading, which leave out nothing (10^9 cell updates per second); later steps compute only where signals are.");

        results.Table("512 problems at once", "d", "whole run, per problem", "a prototype in C++ at another time");
        foreach ((int d, string asked) in new[] { (8, "0.02 us"), (16, "0.10 us"), (32, "0.51 us"), (64, "5.4 us") })
        {
            int rows = d + 11, columns = d + 1, steps = Sieve.Steps(d, rows - 1);
            var engine = new ProblemsEngine(Sieve.Rule, rows, columns);
            Times run = Times.OfPrepared(() => Fill(engine), () => engine.Step(steps));
            results.Row($"{d}", Results.Microseconds(run, ProblemsEngine.Problems), asked);
        }

        Tables(results);
    }

    /// <summary>What a search over rules does: other tables of 32 rows for four bits, then problems of three sizes.</summary>
    private static void Tables(Results results)
    {
        CellRule form = SearchForm();
        var tables = new CellTables(form);
        ProblemsEngine[] engines = [.. SmallSizes.Select(size => new ProblemsEngine(form, size.Examples + 1, size.Bits + 1))];
        var stream = new RandomStream(1);
        Times rule = Times.OfPrepared(
            () => Array.ForEach(engines, Fill),
            () =>
            {
                for (int bit = 0; bit < 4; bit++)
                {
                    tables[bit] = stream.NextBits();
                }

                for (int k = 0; k < engines.Length; k++)
                {
                    engines[k].Step(tables, Sieve.Steps(SmallSizes[k].Bits, SmallSizes[k].Examples));
                }
            });
        long before = GC.GetAllocatedBytesForCurrentThread();
        tables[0] = 1;
        engines[0].Step(tables, 7);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        results.Table("Four free tables of 32 rows, 3 x 512 problems with (d, m) = (1, 3), (2, 5), (3, 7)", "rules per second", "bytes allocated per rule");
        results.Row(string.Create(CultureInfo.InvariantCulture, $"{1000 / rule.Least:N0} (median {1000 / rule.Median:N0})"), $"{bytes}");
    }

    private static CellRule SearchForm() => CellRule.Parse(
        """
        rule search
        bits s p q c e
        E = e
        P = p(up)
        Q = q(up)
        C = c(left)
        s' = table(s, E, P, Q, C)[01010101 01010101 01010101 01010101]
        p' = table(s, E, P, Q, C)[00000000 00000000 00000000 00000000]
        q' = table(s, E, P, Q, C)[00000000 00000000 00000000 00000000]
        c' = table(s, E, P, Q, C)[00000000 00000000 00000000 00000000]
        e' = e(left) | e(up-right)
        """);

    private static CellGrid Problem(int rows, int columns)
    {
        var grid = new CellGrid(rows, columns, 5);
        var stream = new RandomStream(1);
        foreach (ref uint cell in grid.Cells)
        {
            cell = (uint)stream.NextIndex(2);
        }

        grid[Sieve.RowBit, rows - 1, columns - 1] = false;
        grid[Sieve.SendBit, 0, 0] = true;
        return grid;
    }

    private static void Fill(ProblemsEngine engine)
    {
        var stream = new RandomStream(2);
        engine.Clear();
        for (int i = 0; i < engine.Rows; i++)
        {
            for (int j = 0; j < engine.Columns; j++)
            {
                foreach (ref ulong word in engine.Cell(Sieve.RowBit, i, j))
                {
                    word = stream.NextBits();
                }
            }
        }

        engine.Cell(Sieve.SendBit, 0, 0).Fill(ulong.MaxValue);
    }

    private static string Billions(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
