using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Tests.Numerics;

namespace Unrolled.Benchmarks;

/// <summary>Sparse LU of power-flow Jacobians: first factorization, refactorization, solves, and the same for a batch, on one thread.</summary>
internal static class SparseFactorization
{
    private const int Instances = 177;

    private static readonly Asked Refactored = Asked.Time("refactorization of a power-flow Jacobian of 118 buses", 0.015, "ms");
    private static readonly Asked Solved = Asked.Time("solve with the factors of a power-flow Jacobian of 118 buses", 0.004, "ms");
    private static readonly Asked RefactoredBatch = Asked.Ratio($"{Instances} sparse refactorizations batched, against one after the other", 5);
    private static readonly Asked SolvedBatch = Asked.Ratio($"{Instances} sparse refactorizations and solves batched, against one after the other", 5);

    public static Scenario Scenario { get; } = new("sparse-factorization", "sparse LU of power-flow Jacobians: first factorization, refactorization and solves, of one matrix and of a batch, on one thread", Run)
    {
        Asked = [Refactored, Solved, RefactoredBatch, SolvedBatch],
    };

    private static void Run(Results results)
    {
        (SparsityPattern pattern, Batch entries) = MeshedNetwork.Jacobian(buses: 118, lines: 179, generators: 54, Instances, seed: 1);
        int n = pattern.RowCount;
        double[][] values = [.. Enumerable.Range(0, Instances).Select(s => entries.Select([s]).Values.ToArray())];
        SparseLu lu = SparseLu.Factor(pattern, values[0]);
        results.Line(string.Empty);
        results.Line(string.Create(CultureInfo.InvariantCulture,
            $"Jacobian of the power flow on a random network: {n} unknowns, {pattern.Count} entries, {lu.FactorEntries} in L and U, {lu.Updates} updates."));

        double[] x = new double[n];
        Batch b = Batch.Zeros(n, Instances), y = Batch.Zeros(n, Instances);
        foreach (ref double value in b.Values)
        {
            value = 1;
        }

        double[] one = [.. b.Select([0]).Values];
        var batch = new BatchedSparseLu(lu, Instances);
        batch.Refactor(entries);
        Times factor = Times.OfMany(() => SparseLu.Factor(pattern, values[0]), 20);
        Times refactor = Times.OfMany(() => lu.Refactor(values[0]), 100), solve = Times.OfMany(() => lu.Solve(one, x), 100);
        Times transposed = Times.OfMany(() => lu.SolveTransposed(one, x), 100);
        results.Table("One matrix", "operation", "time", "asked");
        results.Row("order, pattern and numbers (SparseLu.Factor)", Results.Milliseconds(factor), "-");
        results.Row("Refactor", Results.Milliseconds(refactor), results.Judge(Refactored, refactor.Least));
        results.Row("Solve", Results.Milliseconds(solve), results.Judge(Solved, solve.Least));
        results.Row("SolveTransposed", Results.Milliseconds(transposed), "-");

        results.Table($"{Instances} matrices or right-hand sides", "operation", "one after the other", "batched", "batched is faster by");
        Row(results, "refactor", () => Each(s => lu.Refactor(values[s])), () => batch.Refactor(entries), RefactoredBatch);
        Row(results, "solve, own matrices", () => Each(_ => lu.Solve(one, x)), () => batch.Solve(b, y), null);
        Row(results, "refactor and solve, factors not kept", () => Each(s => RefactorAndSolve(lu, values[s], one, x)), () => batch.Solve(entries, b, y), SolvedBatch);
        Row(results, "solve, shared matrix", () => Each(_ => lu.Solve(one, x)), () => lu.Solve(b, y), null);

        results.Table("2-D Laplacians", "unknowns", "entries", "entries of L and U", "order", "factor", "refactor", "solve");
        foreach (int side in new[] { 30, 100 })
        {
            SparseMatrix a = Laplacian(side);
            var places = new SparsityPattern(a.Rows, a.Columns, [.. a.RowStart], [.. a.ColumnIndices]);
            double[] ones = [.. Enumerable.Repeat(1.0, a.Rows)], solution = new double[a.Rows], numbers = [.. a.Values];
            SparseLu large = SparseLu.Factor(a);
            results.Row($"{a.Rows}", $"{a.StoredEntries}", $"{large.FactorEntries}",
                Results.Milliseconds(Times.Of(() => MinimumDegree.Order(places))), Results.Milliseconds(Times.Of(() => SparseLu.Factor(a))),
                Results.Milliseconds(Times.Of(() => large.Refactor(numbers))), Results.Milliseconds(Times.Of(() => large.Solve(ones, solution))));
        }
    }

    private static void Row(Results results, string name, Action single, Action batched, Asked? asked)
    {
        Times one = Times.Of(single), all = Times.Of(batched);
        results.Row(name, Results.Milliseconds(one), Results.Milliseconds(all), results.Ratio(one.Least / all.Least, asked));
    }

    private static void RefactorAndSolve(SparseLu lu, double[] values, double[] b, double[] x)
    {
        lu.Refactor(values);
        lu.Solve(b, x);
    }

    private static void Each(Action<int> action)
    {
        for (int s = 0; s < Instances; s++)
        {
            action(s);
        }
    }

    private static SparseMatrix Laplacian(int side)
    {
        List<int> rows = [], columns = [];
        List<double> values = [];
        for (int i = 0; i < side * side; i++)
        {
            foreach ((int j, bool inside) in new[] { (i, true), (i - side, i >= side), (i + side, i + side < side * side), (i - 1, i % side > 0), (i + 1, i % side < side - 1) })
            {
                if (inside)
                {
                    rows.Add(i);
                    columns.Add(j);
                    values.Add(i == j ? 4 : -1);
                }
            }
        }

        return SparseMatrix.FromTriplets(side * side, side * side, [.. rows], [.. columns], [.. values]);
    }
}
