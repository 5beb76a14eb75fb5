using Unrolled.Krylov;
using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Benchmarks;

/// <summary>128 diffusion systems at 16 products: the learned polynomial beside the library's own batched CG, MINRES and GMRES.</summary>
internal static class LinearBatchSolve
{
    private const int Instances = 128;
    private const int Products = 16;

    private static readonly Dictionary<(string Method, int Threads), Asked> _asked = new (string Method, double Bound)[] { ("CG", 1.5), ("GMRES", 3) }
        .SelectMany(m => new[] { 1, 2 }.Select(threads => (Key: (m.Method, threads), Asked: Asked.Ratio(
            $"{Instances} systems at {Products} products, learned against batched {m.Method}, {(threads == 1 ? "one thread" : "two threads")}", m.Bound))))
        .ToDictionary(a => a.Key, a => a.Asked);

    public static Scenario Scenario { get; } = new("linear-batch", "a batch of diffusion systems at equal products: a learned polynomial beside CG, MINRES and GMRES", Run)
    {
        Asked = [.. _asked.Values],
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
        }
    }

    private static double Add(Results results, LinearSystem systems, IIteration<LinearSystem> method, int steps, int threads, double? learned, Asked? asked)
    {
        var options = new SolverOptions { Threads = threads, Memory = new SolverMemory() };
        Solution solution = null!;
        Times times = Times.Of(() => solution = Solver.Solve(method, systems, StoppingCriterion.Iterations(steps), options));
        double mean = Math.Exp(solution.Outcomes.ToArray().Average(o => Math.Log(o.RelativeResidual)));
        results.Row(method.Name, $"{threads}", Results.Milliseconds(times), learned is double l ? results.Ratio(times.Least / l, asked) : "-", $"{mean:e2}");
        return times.Least;
    }
}
