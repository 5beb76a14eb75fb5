namespace Unrolled.RungeKutta;

/// <summary>
/// What an integration may use, where it leaves states, and whom it tells. States have the same bits under all options but
/// <see cref="Rounding"/>.
/// </summary>
public sealed record IntegrationOptions
{
    /// <summary>The end of the interval alone, all processors, chunks that fit the cache.</summary>
    public static IntegrationOptions Default { get; } = new();

    /// <summary>How many checkpoints the interval has, equally spaced, its end included.</summary>
    public int Checkpoints { get; init; } = 1;

    /// <summary>The largest number of threads; null for all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>How many instances run together; null for as many as fit the first-level cache.</summary>
    public int? ChunkInstances { get; init; }

    /// <summary>How sums of products round.</summary>
    public StepRounding Rounding { get; init; }

    /// <summary>The longest time a run may take; null for no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Memory to reuse from run to run; null to allocate for this run alone.</summary>
    public SolverMemory? Memory { get; init; }

    /// <summary>Told at every checkpoint, from the thread that got there; null for nobody.</summary>
    public IntegrationObserver? Observer { get; init; }
}

/// <summary>Watches an integration.</summary>
/// <param name="report">What is known at a checkpoint; valid during the call.</param>
public delegate void IntegrationObserver(in IntegrationReport report);

/// <summary>What an integration knows at a checkpoint: how far which instances are.</summary>
/// <param name="Checkpoint">The number of the checkpoint, from 0.</param>
/// <param name="Time">Its time.</param>
/// <param name="FirstInstance">The first instance that got there.</param>
/// <param name="Instances">How many instances got there together.</param>
public readonly record struct IntegrationReport(int Checkpoint, double Time, int FirstInstance, int Instances);
