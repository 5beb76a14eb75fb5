using System.Diagnostics;
using Unrolled.Krylov;
using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Benchmarks;

/// <summary>One training step of R2N2 for a linear family; peer: bench/peers/r2n2_training_step.py.</summary>
internal static class R2N2TrainingStep
{
    public static void Run()
    {
        foreach ((int m, int n, int outer) in new[] { (5, 4, 3), (100, 8, 5) })
        {
            var stream = new RandomStream(1);
            Batch a = Batch.Zeros(m * m, 1);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double v = (i == j ? 1 : 0) + (0.2 / Math.Sqrt(m) * stream.NextNormal());
                    a[(i * m) + j, 0] = v;
                    a[(j * m) + i, 0] = v;
                }
            }

            Batch b = Batch.Zeros(m, 1024);
            foreach (ref double v in b.Values)
            {
                v = stream.NextNormal();
            }

            var systems = new LinearSystem(new DenseOperator(m, m, a, OperatorProperties.Symmetric), b);
            double[] w = [.. Enumerable.Range(1, outer).Select(k => Math.Pow(4, k))];
            double[] theta = new double[LearnedKrylov.WeightCount(n)], gradient = new double[theta.Length];
            for (int i = 0; i < theta.Length; i++)
            {
                theta[i] = -0.3 + (0.05 * stream.NextNormal());
            }

            foreach (int threads in new[] { 1, 2 })
            {
                    foreach (bool eigen in new[] { false, true })
                    {
                using var loss = eigen ? new UnrolledLinearLoss(SpectralForm.Decouple(systems), n, w, 1024, threads: threads) : new UnrolledLinearLoss(systems, n, w, threads: threads);
                double value = 0;
                var times = new List<double>();
                double until = 2;
                long start = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(start).TotalSeconds < until)
                {
                    long t = Stopwatch.GetTimestamp();
                    value = loss.Evaluate(theta, gradient);
                    times.Add(Stopwatch.GetElapsedTime(t).TotalMilliseconds);
                }

                times.Sort();
                Console.WriteLine($"m={m} n={n} T={outer} threads={threads}: min {times[0]:f4} ms, median {times[times.Count / 2]:f4} ms, loss {value:r} {eigen}");
              }
            }
        }
    }
}
