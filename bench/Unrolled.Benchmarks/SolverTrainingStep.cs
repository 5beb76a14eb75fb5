using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Unrolled.Differentiation;
using Unrolled.Learning;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Benchmarks;

/// <summary>
/// A training step (loss and gradient) of R2N2 for Chandrasekhar's H-equation, direct and Newton-Krylov form; the peer is
/// <c>bench/peers/solver_training_step.py</c>.
/// </summary>
internal static class SolverTrainingStep
{
    private const int Nodes = 10, Inner = 4, Outer = 3, Instances = 1024, Processes = 4;

    private const string Direct = "direct", NewtonKrylov = "newton-krylov";

    private static readonly Dictionary<(string Form, int Threads), Asked> _asked = new[] { Direct, NewtonKrylov }
        .SelectMany(form => new[] { 1, 2 }.Select(threads => (Key: (form, threads), Asked: Asked.Ratio(
            $"nonlinear training step, {form} form, against PyTorch eager, {(threads == 1 ? "one thread" : "two threads")}", 20))))
        .ToDictionary(a => a.Key, a => a.Asked);

    public static Scenario Scenario { get; } = new("nonlinear-training", "loss and gradient of a learned solver for Chandrasekhar's H-equation, and the linearization of its fit", Run)
    {
        Asked = [.. _asked.Values],
        Peers = [PeerLibrary.PyTorch],
    };

    private static void Run(Results results)
    {
        var stream = new RandomStream(1);
        Batch c = Batch.Zeros(1, Instances), x = Batch.Zeros(Nodes, Instances);
        foreach (ref double value in c.Values)
        {
            value = stream.NextUniform(0.5, 0.95);
        }

        foreach (ref double value in x.Values)
        {
            value = 1 + (Math.Sqrt(0.2) * stream.NextNormal());
        }

        double[] theta = [.. Enumerable.Range(0, Inner * (Inner + 1) / 2).Select(_ => -0.4 + (0.1 * stream.NextNormal()))];
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, MemoryMarshal.AsBytes<double>([.. c.Values, .. x.Values, .. theta]).ToArray());
        Function f = HEquation(Nodes);
        Form(results, LearnedForm.Direct, Direct, f, c, x, theta, file);
        Form(results, LearnedForm.NewtonKrylov, NewtonKrylov, f, c, x, theta, file);
        File.Delete(file);
    }

    /// <summary>The H-equation with fused sums.</summary>
    private static Function HEquation(int m)
    {
        FunctionBuilder builder = new();
        Expression[] h = builder.Input("H", m), c = builder.Input("c", 1), f = new Expression[m];
        Expression minus = -c[0];
        for (int i = 0; i < m; i++)
        {
            Expression sum = (i + 0.5) / (i + 1) / (2 * m) * h[0];
            for (int j = 1; j < m; j++)
            {
                sum = Expression.MultiplyAdd((i + 0.5) / (i + j + 1) / (2 * m), h[j], sum);
            }

            f[i] = h[i] - (1 / Expression.MultiplyAdd(minus, sum, 1));
        }

        return builder.Output("F", f).Build();
    }

    private static void Form(Results results, LearnedForm form, string name, Function f, Batch c, Batch x, double[] theta, string file)
    {
        double[] weights = [.. Enumerable.Range(1, Outer).Select(k => Math.Pow(4, k))], gradient = new double[theta.Length];
        results.Table($"{name} form: {Instances} instances of the H-equation, m = {Nodes}, n = {Inner}, {Outer} outer iterations: loss and gradient",
            "what", "threads", "time", "median", "against PyTorch eager, best run", "bytes allocated", "relative difference of loss / gradient");
        foreach (int threads in new[] { 1, 2 })
        {
            Theirs? peer = Peer(name, threads, file);
            if (peer is not null)
            {
                results.Row(peer.Name, $"{threads}", Results.Milliseconds(peer.Least), Results.Milliseconds(peer.Median), "1x", "-", "-");
            }

            using SolverLoss loss = new(f, c, x, form, Inner, weights, threads);
            double value = loss.Evaluate(theta, gradient);
            double[] own = [.. gradient];
            Times times = Times.Of(() => loss.Evaluate(theta, gradient), 3);
            long before = GC.GetTotalAllocatedBytes(true);
            for (int i = 0; i < 100; i++)
            {
                loss.Evaluate(theta, gradient);
            }

            long bytes = (GC.GetTotalAllocatedBytes(true) - before) / 100;
            results.Row("SolverLoss", $"{threads}", Results.Milliseconds(times.Least), Results.Milliseconds(times.Median),
                peer is null ? PeerLibrary.PyTorch.Missing : results.Judge(_asked[(name, threads)], peer.Least / times.Least), $"{bytes}",
                peer is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(value - peer.Loss) / value:0.0e0} / {Difference(own, peer.Gradient):0.0e0}"));

            var problem = new NonlinearSystem(new FunctionOperator(f, c), x);
            int steps = form == LearnedForm.Direct ? Outer : 1;
            using SolverResiduals residuals = new(problem, form, new LearnedCoefficients(theta), steps, threads);
            TriangularFactor factor = new(theta.Length + 1);
            Times linearize = Times.Of(() =>
            {
                factor.Clear();
                residuals.Linearize(theta, factor);
            });
            results.Row($"SolverResiduals.Linearize, {steps} outer iteration{(steps > 1 ? "s" : string.Empty)}", $"{threads}",
                Results.Milliseconds(linearize.Least), Results.Milliseconds(linearize.Median), "-", "-", "-");
        }
    }

    private static double Difference(double[] own, double[] other) =>
        Math.Sqrt(own.Zip(other, (a, b) => (a - b) * (a - b)).Sum() / own.Sum(a => a * a));

    private static Theirs? Peer(string form, int threads, string file)
    {
        Theirs? best = null;
        string[] arguments = [form, .. new[] { Nodes, Inner, Outer, Instances, threads, 120 }.Select(i => i.ToString(CultureInfo.InvariantCulture)), file];
        for (int process = 0; process < Processes; process++)
        {
            if (Benchmarks.Peer.PythonLine("solver_training_step.py", threads, arguments) is string line)
            {
                using var json = JsonDocument.Parse(line);
                JsonElement root = json.RootElement;
                double least = root.GetProperty("min").GetDouble();
                if (best is null || least < best.Least)
                {
                    best = new(root.GetProperty("peer").GetString()!, least, root.GetProperty("median").GetDouble(), root.GetProperty("loss").GetDouble(),
                        [.. root.GetProperty("gradient").EnumerateArray().Select(e => e.GetDouble())]);
                }
            }
        }

        return best;
    }

    private sealed record Theirs(string Name, double Least, double Median, double Loss, double[] Gradient);
}
