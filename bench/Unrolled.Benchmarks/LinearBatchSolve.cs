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

    public static void Run(Results results)
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
            Add(results, systems, new ConjugateGradient(), Products, threads, learned, 1.5);
            Add(results, systems, new Minres(), Products, threads, learned, null);
            Add(results, systems, new Gmres(Products), Products, threads, learned, 3);
        }
    }

    private static double Add(Results results, LinearSystem systems, IIteration<LinearSystem> method, int steps, int threads, double? learned, double? asked)
    {
        var options = new SolverOptions { Threads = threads, Memory = new SolverMemory() };
        Solution solution = null!;
        Times times = Times.Of(() => solution = Solver.Solve(method, systems, StoppingCriterion.Iterations(steps), options));
        double mean = Math.Exp(solution.Outcomes.ToArray().Average(o => Math.Log(o.RelativeResidual)));
        results.Row(method.Name, $"{threads}", Results.Milliseconds(times.Least), learned is double l ? Results.Ratio(times.Least / l, asked) : "-", $"{mean:e2}");
        return times.Least;
    }
}
