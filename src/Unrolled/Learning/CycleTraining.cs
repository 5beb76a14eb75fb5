using Unrolled.Diffusion.Multigrid;
using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// Trains the numbers of a multigrid cycle on a family of problems: what falls is the mean logarithm of the contraction factors
/// <c>(||r_K||/||r_2||)^(1/(K-2))</c>, one per problem; L-BFGS with central differences.
/// </summary>
/// <remarks>
/// The shape of a cycle fixes its work, so the least contraction factor is the most contraction per work unit. The first two cycles are left out: they
/// depend on the start. Where sweeps have equal weights the contraction is stationary in their difference, so training starts with them spread apart;
/// where coarse levels have numbers of their own, once falling and once rising there, and the better end is taken.
/// Deterministic; the result is the same for any number of threads. Work per gradient: twice the parameters times problems times K cycles.
/// </remarks>
public static class CycleTraining
{
    private const double Spread = 0.25;
    private const int Transient = 2;

    /// <summary>Trains a cycle of the full approximation scheme.</summary>
    /// <param name="start">Where training starts; classical numbers, usually.</param>
    /// <param name="options">The shape of the cycle.</param>
    /// <param name="problems">The training problems.</param>
    /// <param name="mostSteps">The largest number of steps.</param>
    /// <param name="cycles">The number K of cycles per problem, at least 3.</param>
    /// <param name="threads">How many threads share the problems.</param>
    /// <param name="cancellationToken">Ends the training between two cycles.</param>
    /// <returns>The trained cycle; <paramref name="start"/> where none is better.</returns>
    /// <exception cref="OperationCanceledException">The training was ended.</exception>
    public static CycleCoefficients Train(
        CycleCoefficients start, FullApproximationOptions options, IReadOnlyList<ImplicitDiffusionProblem> problems,
        int mostSteps = 20, int cycles = 8, int threads = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(options);
        Check(problems, cycles);
        FullApproximationOptions shape = options with { RelativeTolerance = 0, MostCycles = cycles };
        var contraction = new MeanContraction(start.Values.Length, numbers =>
        {
            var scheme = new FullApproximationScheme(start.With(numbers), shape);
            return ForEach(problems, threads, (problem, history) =>
            {
                Field<double> x = problem.Data.ZerosLike();
                problem.Data.CopyTo(x);
                scheme.Solve(problem, x, history, cancellationToken);
            }, cancellationToken);
        });
        double[] falling = start.Spread(Spread, Spread), rising = start.Spread(Spread, -2 * Spread);
        return start.With(Minimize(contraction, start.Values.ToArray(), falling.SequenceEqual(rising) ? [falling] : [falling, rising], mostSteps));
    }

    /// <summary>Trains the relaxations of an inpainting cycle.</summary>
    /// <param name="start">Where training starts.</param>
    /// <param name="problems">Images with the pixels that are known.</param>
    /// <param name="mostSteps">The largest number of steps.</param>
    /// <param name="cycles">The number K of cycles per problem, at least 3.</param>
    /// <param name="threads">How many threads share the problems.</param>
    /// <param name="cancellationToken">Ends the training between two cycles.</param>
    /// <returns>The trained cycle; <paramref name="start"/> where none is better.</returns>
    /// <exception cref="OperationCanceledException">The training was ended.</exception>
    public static InpaintingCycle Train(
        InpaintingCycle start, IReadOnlyList<(Field<double> Image, bool[] Known)> problems,
        int mostSteps = 20, int cycles = 8, int threads = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        Check(problems, cycles);
        var contraction = new MeanContraction(start.Values.Length, numbers =>
        {
            InpaintingMultigrid scheme = InpaintingMultigrid.Homogeneous(start.With(numbers));
            return ForEach(problems, threads, (problem, history) =>
            {
                Field<double> x = problem.Image.ZerosLike();
                problem.Image.CopyTo(x);
                scheme.Solve(x, problem.Known, 0, cycles, history, cancellationToken);
            }, cancellationToken);
        });
        double[] classical = start.Values;
        return start.With(Minimize(contraction, classical, [[.. classical.Select((v, k) => v * (1 + (Spread * (classical.Length - 1 - (2 * k)) / classical.Length)))]], mostSteps));
    }

    private static void Check<T>(IReadOnlyList<T> problems, int cycles)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfZero(problems.Count, nameof(problems));
        ArgumentOutOfRangeException.ThrowIfLessThan(cycles, Transient + 1);
    }

    /// <summary>The contraction factor of every problem; infinite where the iteration did not last.</summary>
    private static double[] ForEach<T>(IReadOnlyList<T> problems, int threads, Action<T, IList<double>> solve, CancellationToken cancellationToken)
    {
        var factors = new double[problems.Count];
        Parallel.For(0, factors.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, i =>
        {
            var history = new List<double>();
            solve(problems[i], history);
            int counted = history.Count - 1 - Transient;
            double factor = counted > 0 && history[^1] > 0 ? Math.Pow(history[^1] / history[Transient], 1.0 / counted) : double.PositiveInfinity;
            factors[i] = double.IsNaN(factor) ? double.PositiveInfinity : factor;
        });
        return factors;
    }

    /// <summary>Minimizes from every start and takes the best; the classical numbers where none is better.</summary>
    private static double[] Minimize(MeanContraction contraction, double[] classical, double[][] starts, int mostSteps)
    {
        double[] best = classical;
        double least = contraction.MeanLogarithm(classical);
        foreach (double[] start in starts)
        {
            var optimizer = new LimitedMemoryBfgs(contraction, start);
            for (int step = 0; step < mostSteps && optimizer.Step(); step++)
            {
            }

            if (optimizer.Value <= least)
            {
                (best, least) = (optimizer.Parameters, optimizer.Value);
            }
        }

        return best;
    }
}
