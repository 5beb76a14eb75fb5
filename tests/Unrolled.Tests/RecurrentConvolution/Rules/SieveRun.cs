using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.RecurrentConvolution.Rules;

/// <summary>A random parity problem, as rows of (features, label), and its way through the sieve.</summary>
internal sealed record SieveRun(int Bits, bool[][] Examples, bool[][] Queries)
{
    public int Rows => Examples.Length + Queries.Length;

    public int Steps => Sieve.Steps(Bits, Examples.Length, Queries.Length);

    /// <summary>Uniform, sparse, low-rank or duplicated rows, a third of the problems with wrong labels, one to four queries.</summary>
    public static SieveRun Draw(RandomStream stream, int largest)
    {
        int d = 1 + stream.NextIndex(largest), m = Math.Max(1, (d / 2) + stream.NextIndex(d + 3)), queries = 1 + stream.NextIndex(4);
        bool[] hidden = Row(0.5);
        int kind = stream.NextIndex(4);
        double density = kind == 1 ? 0.15 : 0.5, noise = stream.NextIndex(3) == 0 ? 0.125 : 0;
        bool[][] few = [.. Enumerable.Range(0, 1 + (d / 2)).Select(_ => Row(0.5))];
        bool[][] examples = [.. Enumerable.Range(0, m).Select(_ => Labeled(Features(), noise))];
        return new SieveRun(d, examples, [.. Enumerable.Range(0, queries).Select(_ => (bool[])[.. Features(), false])]);

        bool[] Row(double p) => [.. Enumerable.Range(0, d).Select(_ => stream.NextUniform() < p)];

        bool[] Features() => kind switch
        {
            2 => [.. few.Where(_ => stream.NextIndex(2) == 1).Aggregate(new bool[d], (sum, row) => [.. sum.Zip(row, (a, b) => a ^ b)])],
            3 => few[stream.NextIndex(few.Length)],
            _ => Row(density),
        };

        bool[] Labeled(bool[] x, double rate) => [.. x, (x.Zip(hidden).Count(v => v.First & v.Second) % 2 == 1) ^ (stream.NextUniform() < rate)];
    }

    public CellGrid Start(CellRule rule)
    {
        var grid = new CellGrid(Rows, Bits + 1, rule.Bits.Length) { [Sieve.SendBit, 0, 0] = true };
        foreach ((int i, bool[] row) in Examples.Concat(Queries).Index())
        {
            for (int j = 0; j <= Bits; j++)
            {
                grid[Sieve.RowBit, i, j] = row[j];
                if (rule.Bits.Length > Sieve.QueryBit)
                {
                    grid[Sieve.QueryBit, i, j] = i >= Examples.Length;
                }
            }
        }

        return grid;
    }

    public CellGrid Finish(ICellEngine engine)
    {
        CellGrid grid = Start(Sieve.QueriesRule);
        engine.Load(grid);
        engine.Step(Steps);
        engine.Store(grid);
        return grid;
    }
}
