namespace Unrolled;

/// <summary>What a run may use and whom it tells. Results have the same bits under all options.</summary>
public sealed record SolverOptions
{
    /// <summary>All processors, chunks that fit the cache, compaction at three quarters.</summary>
    public static SolverOptions Default { get; } = new();

    /// <summary>The largest number of threads; null for all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>How many instances run together; null for as many as fit the second-level cache.</summary>
    public int? ChunkInstances { get; init; }

    /// <summary>Finished instances are dropped once at most this fraction of a chunk is left; 0 never drops any.</summary>
    public double CompactionThreshold { get; init; } = 0.75;

    /// <summary>Memory to reuse from run to run; null to allocate for this run alone.</summary>
    public SolverMemory? Memory { get; init; }

    /// <summary>Told after every step of every chunk, from the thread that took it; null for nobody.</summary>
    public IterationObserver? Observer { get; init; }
}

/// <summary>Watches a run.</summary>
/// <param name="report">What the run knows after a step; valid during the call.</param>
public delegate void IterationObserver(in IterationReport report);

/// <summary>What a run knows after a step.</summary>
public readonly ref struct IterationReport
{
    /// <summary>How many steps were taken.</summary>
    public int Iteration { get; init; }

    /// <summary>How many products with the operator or function the method has made.</summary>
    public int Products { get; init; }

    /// <summary>The instances that are still held, by their places in the whole batch.</summary>
    public ReadOnlySpan<int> Instances { get; init; }

    /// <summary>The residual norms that the method reports for them.</summary>
    public ReadOnlySpan<double> ResidualNorms { get; init; }
}
