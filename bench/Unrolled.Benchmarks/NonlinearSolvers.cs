using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Benchmarks;

/// <summary>
/// 200 instances of Chandrasekhar's H-equation to a residual norm of 1e-10: the library's classical methods, batched and one by one, beside
/// SciPy's solvers on the same instances and starts (<c>bench/peers/nonlinear_solvers.py</c>).
/// </summary>
internal static class NonlinearSolvers
{
    private const int Nodes = 10, Instances = 200, Repeats = 3;
    private const double Tolerance = 1e-10;

    public static Scenario Scenario { get; } = new("nonlinear-solvers", "the library's classical methods on many small nonlinear systems, batched and one by one", Run)
    {
        Peers = [PeerLibrary.SciPy],
    };

    private static void Run(Results results)
    {
        var stream = new RandomStream(3);
        Batch c = Batch.Zeros(1, Instances), x = Batch.Zeros(Nodes, Instances);
        foreach (ref double value in c.Values)
        {
            value = stream.NextUniform(0.5, 0.95);
        }

        foreach (ref double value in x.Values)
        {
            value = 1 + (Math.Sqrt(0.2) * stream.NextNormal());
        }

        var all = new NonlinearSystem(new ChandrasekharOperator(Nodes, c), x);
        NonlinearSystem[] single = [.. Enumerable.Range(0, Instances).Select(s => all.Select([s]))];
        results.Table($"{Instances} instances of the H-equation, m = {Nodes}, c from 0.5 to 0.95, to {Results.Power(Tolerance)}",
            "method", "how", "threads", "time", "per instance", "mean evaluations and products", "converged", "faster than SciPy's fastest");
        double? fastest = Peers(results, c, x);
        foreach (IIteration<NonlinearSystem> method in new IIteration<NonlinearSystem>[] { new NewtonMethod(), new NewtonKrylov(4), new Anderson(2), new Broyden() })
        {
            foreach (int threads in new[] { 1, 2 })
            {
                SolverOptions options = new() { Threads = threads, Memory = new SolverMemory() }, own = options with { Threads = 1 };
                StoppingCriterion stop = StoppingCriterion.Absolute(Tolerance);
                Outcome[] outcomes = [];
                Times batched = Times.Of(() => outcomes = Solver.Solve(method, all, stop, options).Outcomes.ToArray(), 1);
                Report("batched", batched);
                Outcome[] each = new Outcome[Instances];
                Times alone = Times.Of(
                    () => Parallel.For(0, Instances, new ParallelOptions { MaxDegreeOfParallelism = threads }, s => each[s] = Solver.Solve(method, single[s], stop, own).Outcome()), 1);
                outcomes = each;
                Report("one by one", alone);

                void Report(string how, Times time) => Row(results, method.Name, how, threads, time, outcomes.Average(o => o.Products),
                    outcomes.Count(o => o.Termination == Termination.Converged), fastest is double f ? Results.Ratio(f / time.Least) : PeerLibrary.SciPy.Missing);
            }
        }
    }

    private static double? Peers(Results results, Batch c, Batch x)
    {
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, MemoryMarshal.AsBytes<double>([.. c.Values, .. x.Values]).ToArray());
        double? fastest = null;
        string[] arguments = [.. new[] { Nodes, Instances, Repeats }.Select(i => i.ToString(CultureInfo.InvariantCulture)), file];
        if (Peer.PythonLine("nonlinear_solvers.py", 1, arguments) is string line)
        {
            using var json = JsonDocument.Parse(line);
            string name = json.RootElement.GetProperty("peer").GetString()!;
            foreach (JsonElement row in json.RootElement.GetProperty("rows").EnumerateArray())
            {
                Times time = new(row.GetProperty("min").GetDouble(), row.GetProperty("median").GetDouble());
                int converged = row.GetProperty("converged").GetInt32();
                fastest = converged == Instances && !(fastest < time.Least) ? time.Least : fastest;
                Row(results, $"{name} {row.GetProperty("method").GetString()}", "one by one", 1, time, row.GetProperty("evaluations").GetDouble(), converged, "-");
            }
        }

        File.Delete(file);
        return fastest;
    }

    private static void Row(Results results, string name, string how, int threads, Times time, double evaluations, int converged, string ratio) =>
        results.Row(name, how, $"{threads}", Results.Milliseconds(time), string.Create(CultureInfo.InvariantCulture, $"{1000 * time.Least / Instances:0.00} us"),
            evaluations.ToString("0.0", CultureInfo.InvariantCulture), $"{converged} of {Instances}", ratio);
}
