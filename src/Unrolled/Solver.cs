using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled;

/// <summary>
/// The one loop that runs every iterative method, on one problem or a batch: it owns stopping, verification, non-finite
/// values, time limits, cancellation, compaction and statistics.
/// </summary>
/// <remarks>
/// Nothing is reported converged before its true residual has been recomputed. The bits of an instance's result depend
/// on that instance alone: not on the batch around it, the chunks, compaction, or the number of threads.
/// </remarks>
public static class Solver
{
    private const int CacheBytes = 512 * 1024;
    private const int LargestChunk = 512;

    /// <summary>Runs a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="problem">The problems; they are started at their own initial iterate, or at zero.</param>
    /// <param name="stop">When to stop; null for a relative tolerance of 1e-8.</param>
    /// <param name="options">Threads, chunks, observer; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the run; instances that have not ended yet are reported canceled, with their last iterate.</param>
    public static Solution Solve<TProblem>(
        IIteration<TProblem> method,
        TProblem problem,
        StoppingCriterion? stop = null,
        SolverOptions? options = null,
        CancellationToken cancellationToken = default)
        where TProblem : IProblem<TProblem>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(problem);
        stop ??= StoppingCriterion.Default;
        options ??= SolverOptions.Default;
        stop.Validate();
        long started = Stopwatch.GetTimestamp();
        int instances = problem.Instances, threads = Math.Max(1, options.Threads ?? Environment.ProcessorCount);
        int width = ChunkWidth(method.Shape(problem), problem, options, threads);
        var results = new RunResults(problem.Components, instances);
        int chunks = (instances + width - 1) / width;
        SolverMemory memory = options.Memory ?? new SolverMemory();
        void RunChunk(int chunk)
        {
            BatchArena arena = memory.Rent();
            arena.Reset();
            int first = chunk * width, count = Math.Min(width, instances - first);
            int[] members = [.. Enumerable.Range(first, count)];
            TProblem part = count == instances ? problem : problem.Select(members, arena);
            new Run<TProblem>(method, part, members, stop, options, started, results, arena).ToEnd(cancellationToken);
            memory.Return(arena);
        }

        if (threads == 1 || chunks <= 1)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                RunChunk(chunk);
            }
        }
        else
        {
            try
            {
                Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = threads }, RunChunk);
            }
            catch (AggregateException e)
            {
                ExceptionDispatchInfo.Throw(e.InnerExceptions[0]); // as with one thread
            }
        }

        return new Solution(results.Iterate, results.Outcomes, Stopwatch.GetElapsedTime(started));
    }

    private static int ChunkWidth<TProblem>(WorkspaceShape shape, TProblem problem, SolverOptions options, int threads)
        where TProblem : IProblem<TProblem>
    {
        if (options.ChunkInstances is int asked)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(asked, nameof(options.ChunkInstances));
            return asked;
        }

        long bytes = sizeof(double) * (((shape.Vectors + 3L) * problem.Components) + shape.Scalars);
        long fits = Math.Clamp(CacheBytes / Math.Max(1, bytes), 8, LargestChunk);
        long share = (problem.Instances + threads - 1L) / threads;
        return (int)Math.Max(8, (Math.Min(fits, share) + 7) / 8 * 8);
    }
}
