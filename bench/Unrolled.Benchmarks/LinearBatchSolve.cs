using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Unrolled.Krylov;
using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Benchmarks;

/// <summary>
/// 128 diffusion systems at 16 products: the learned polynomial beside the library's own batched CG, MINRES and GMRES, and PETSc's one by one
/// (<c>bench/peers/linear_batch_petsc.c</c>).
/// </summary>
internal static class LinearBatchSolve
{
    private const int Instances = 128;
    private const int Products = 16;

    private static readonly Dictionary<(string Method, int Threads), Asked> _asked = new (string Method, double Bound)[] { ("CG", 1.5), ("GMRES", 3) }
        .SelectMany(m => new[] { 1, 2 }.Select(threads => (Key: (m.Method, threads), Asked: Asked.Ratio(
            $"{Instances} systems at {Products} products, learned against batched {m.Method}, {(threads == 1 ? "one thread" : "two threads")}", m.Bound))))
        .ToDictionary(a => a.Key, a => a.Asked);

    public static Scenario Scenario { get; } = new("linear-batch", "a batch of diffusion systems at equal products: a learned polynomial beside batched CG, MINRES and GMRES, and beside PETSc one by one", Run)
    {
        Asked = [.. _asked.Values],
        Peers = [PeerLibrary.Petsc],
    };

    private static void Run(Results results)
    {
        var family = new DiffusionFamily(rightHandSides: RightHandSideKind.White);
        using var training = new LinearTraining(
            family, new LinearTrainingOptions { InnerEvaluations = Products, OuterIterations = 1, Instances = 40, Loss = LinearLoss.Geometric, Seed = 3 });
        while (training.Advance())
        {
        }

        LinearSystem systems = family.Draw(Instances, new RandomStream(3).Split("held-out"));
        results.Table($"{Instances} systems of 24 x 24 unknowns, {Products} products",
            "method", "threads", "time", "learned is faster by", "geometric mean of the relative residual");
        foreach (int threads in new[] { 1, 2 })
        {
            double learned = Add(results, systems, training.Method, 1, threads, null, null);
            Add(results, systems, new ConjugateGradient(), Products, threads, learned, _asked[("CG", threads)]);
            Add(results, systems, new Minres(), Products, threads, learned, null);
            Add(results, systems, new Gmres(Products), Products, threads, learned, _asked[("GMRES", threads)]);
            if (threads == 1)
            {
                Peers(results, systems, learned);
            }
        }
    }

    private static void Peers(Results results, LinearSystem systems, double learned)
    {
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, MemoryMarshal.AsBytes<double>(Numbers(systems)).ToArray());
        if (Peer.ShellLine("linear_batch_petsc.sh", file, Products.ToString(CultureInfo.InvariantCulture), "1.5") is string line)
        {
            using var json = JsonDocument.Parse(line);
            foreach (JsonElement row in json.RootElement.GetProperty("rows").EnumerateArray())
            {
                Times times = new(row.GetProperty("min").GetDouble(), row.GetProperty("median").GetDouble());
                results.Row($"{json.RootElement.GetProperty("peer")} {row.GetProperty("method")}, one by one", "1", Results.Milliseconds(times),
                    Results.Ratio(times.Least / learned), Mean(row.GetProperty("residual").GetDouble()));
            }
        }
        else
        {
            results.Row(PeerLibrary.Petsc.Missing, "1", "-", "-", "-");
        }

        File.Delete(file);
    }

    /// <summary>The systems for a peer: sizes, places of the entries that are not zero in all of them, entries and right-hand sides instance after instance.</summary>
    private static double[] Numbers(LinearSystem systems)
    {
        int n = systems.Components, instances = systems.Instances;
        List<double> rows = [], columns = [];
        List<double[]> entries = [];
        Batch unit = Batch.Zeros(n, instances), column = Batch.Zeros(n, instances);
        for (int j = 0; j < n; j++)
        {
            unit.Row(j).Fill(1);
            systems.Operator.Apply(unit, column);
            unit.Row(j).Clear();
            for (int i = 0; i < n; i++)
            {
                if (column.Row(i).ContainsAnyExcept(0.0))
                {
                    rows.Add(i);
                    columns.Add(j);
                    entries.Add(column.Row(i).ToArray());
                }
            }
        }

        return
        [
            n, instances, rows.Count, .. rows, .. columns,
            .. Enumerable.Range(0, instances).SelectMany(s => entries.Select(e => e[s])),
            .. Enumerable.Range(0, instances).SelectMany(s => Enumerable.Range(0, n).Select(i => systems.RightHandSide[i, s])),
        ];
    }

    private static double Add(Results results, LinearSystem systems, IIteration<LinearSystem> method, int steps, int threads, double? learned, Asked? asked)
    {
        var options = new SolverOptions { Threads = threads, Memory = new SolverMemory() };
        Solution solution = null!;
        Times times = Times.Of(() => solution = Solver.Solve(method, systems, StoppingCriterion.Iterations(steps), options));
        double mean = Math.Exp(solution.Outcomes.ToArray().Average(o => Math.Log(o.RelativeResidual)));
        results.Row(method.Name, $"{threads}", Results.Milliseconds(times), learned is double l ? results.Ratio(times.Least / l, asked) : "-", Mean(mean));
        return times.Least;
    }

    private static string Mean(double residual) => residual.ToString("0.00e0", CultureInfo.InvariantCulture);
}
