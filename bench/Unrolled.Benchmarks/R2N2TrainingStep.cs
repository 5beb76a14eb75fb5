using System.Globalization;
using Unrolled.Learning;
using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Benchmarks;

/// <summary>A full training step of R2N2 for a linear family (forward, backward, Adam); peer: PyTorch eager.</summary>
internal static class R2N2TrainingStep
{
    private const int Instances = 1024;
    private const string Dense = "sampled, dense products", Eigen = "sampled, in the eigenbasis";

    private static readonly Asked Compressed = Asked.Ratio("R2N2 training step, m = 5, compressed, against PyTorch eager, one thread", 500);

    private static readonly Dictionary<(int Size, string Form, int Threads), Asked> _asked = new (int Size, double[] Bounds)[] { (5, [20, 30]), (100, [3, 5]) }
        .SelectMany(s => new[] { Dense, Eigen }.SelectMany(form => new[] { 1, 2 }.Select(threads => (Key: (s.Size, form, threads), Asked: Asked.Ratio(
            $"R2N2 training step, m = {s.Size}, {form}, against PyTorch eager, {(threads == 1 ? "one thread" : "two threads")}", s.Bounds[threads - 1])))))
        .ToDictionary(a => a.Key, a => a.Asked);

    public static Scenario Scenario { get; } = new("r2n2-training", "a full training step of R2N2 for a linear family: forward, backward, Adam", Run)
    {
        Asked = [.. _asked.Values, Compressed],
        Peers = [PeerLibrary.PyTorch],
    };

    private static void Run(Results results)
    {
        Size(results, m: 5, n: 4, outer: 3, repeats: 600);
        Size(results, m: 100, n: 8, outer: 5, repeats: 12);
    }

    private static void Size(Results results, int m, int n, int outer, int repeats)
    {
        LinearSystem systems = Draw(m);
        results.Table($"{Instances} problems, m = {m}, n = {n}, {outer} outer iterations, double",
            "form", "threads", "time", "against PyTorch eager, best run", "bytes allocated");
        for (int threads = 1; threads <= 2; threads++)
        {
            double? peer = Peer.Python("r2n2_training_step.py", threads, 3, [.. new[] { m, n, outer, Instances, threads, repeats }.Select(i => i.ToString(CultureInfo.InvariantCulture))])
                is (string name, Times times) ? Announce(results, name, threads, times) : null;
            using var direct = new UnrolledLinearLoss(systems, n, Weights(outer), threads: threads);
            Report(results, Dense, direct, threads, peer, _asked[(m, Dense, threads)], 1);
            using var eigen = new UnrolledLinearLoss(SpectralForm.Decouple(systems), n, Weights(outer), Instances, threads);
            Report(results, Eigen, eigen, threads, peer, _asked[(m, Eigen, threads)], 1);
            if (threads == 1)
            {
                KrylovCompression compression = KrylovCompression.Of(systems, (n * outer) + 1);
                using var compressed = new UnrolledLinearLoss(compression.System, n, Weights(outer), Instances, threads);
                Report(results, $"compressed to {compression.Projected.Rows} nodes", compressed, threads, peer, m == 5 ? Compressed : null, 1000);
                results.Line(string.Empty);
                results.Line(string.Create(CultureInfo.InvariantCulture, $"Relative difference of the compressed from the sampled loss: {Difference(direct, compressed):0.0e0}"));
                results.Line(string.Empty);
                results.Row("form", "threads", "time", "against PyTorch eager, best run", "bytes allocated");
                results.Row("---", "---", "---", "---", "---");
            }
        }
    }

    private static double Announce(Results results, string name, int threads, Times times)
    {
        results.Row(name, $"{threads}", Results.Milliseconds(times), "1x", "-");
        return times.Least;
    }

    private static void Report(Results results, string form, UnrolledLinearLoss loss, int threads, double? peer, Asked? asked, int many)
    {
        double[] theta = Start(loss.ParameterCount), gradient = new double[theta.Length];
        var adam = new Adam(theta.Length);
        void Step()
        {
            loss.Evaluate(theta, gradient);
            adam.Step(theta, gradient, 1e-9); // so small that the numbers stay where they are
        }

        Times times = many == 1 ? Times.Of(Step) : Times.OfMany(Step, many);
        long before = GC.GetTotalAllocatedBytes(true);
        for (int i = 0; i < 100; i++)
        {
            Step();
        }

        long bytes = (GC.GetTotalAllocatedBytes(true) - before) / 100;
        results.Row(form, $"{threads}", Results.Milliseconds(times), peer is double p ? results.Ratio(p / times.Least, asked) : PeerLibrary.PyTorch.Missing, $"{bytes}");
    }

    private static double Difference(UnrolledLinearLoss first, UnrolledLinearLoss second)
    {
        double[] theta = Start(first.ParameterCount), gradient = new double[theta.Length];
        double a = first.Evaluate(theta, gradient), b = second.Evaluate(theta, gradient);
        return Math.Abs(a - b) / a;
    }

    private static double[] Weights(int outer) => [.. Enumerable.Range(1, outer).Select(k => Math.Pow(4, k))];

    private static double[] Start(int count)
    {
        var stream = new RandomStream(2);
        return [.. Enumerable.Range(0, count).Select(_ => -0.3 + (0.05 * stream.NextNormal()))];
    }

    private static LinearSystem Draw(int m)
    {
        var stream = new RandomStream(1);
        Batch a = Batch.Zeros(m * m, 1), b = Batch.Zeros(m, Instances);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                a[(i * m) + j, 0] = a[(j * m) + i, 0] = (i == j ? 1 : 0) + (0.2 / Math.Sqrt(m) * stream.NextNormal());
            }
        }

        foreach (ref double value in b.Values)
        {
            value = stream.NextNormal();
        }

        return new LinearSystem(new DenseOperator(m, m, a, OperatorProperties.Symmetric), b);
    }
}
