using Unrolled.Learning;

namespace Unrolled.Cli.Workloads;

/// <summary>What a workload may use and whom it tells.</summary>
internal record WorkContext
{
    /// <summary>The largest number of threads; null for all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>Told how far the work is.</summary>
    public required IProgress<LearningProgress> Progress { get; init; }

    /// <summary>Shows a sentence to the user on standard error.</summary>
    public required Action<string> Note { get; init; }

    /// <summary>Set by Ctrl-C.</summary>
    public CancellationToken Cancellation { get; init; }
}
