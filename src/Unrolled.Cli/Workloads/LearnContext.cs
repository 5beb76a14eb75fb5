namespace Unrolled.Cli.Workloads;

/// <summary>What a training may use beside a <see cref="WorkContext"/>.</summary>
internal sealed record LearnContext : WorkContext
{
    /// <summary>The folder of the run; it exists. The verb writes <c>model.json</c> and <c>report.html</c> there.</summary>
    public required string Directory { get; init; }

    /// <summary>Whether to go on from <see cref="CheckpointPath"/>, which exists then.</summary>
    public bool Resume { get; init; }

    /// <summary>The run's <c>log.jsonl</c>.</summary>
    public required RunLog Log { get; init; }

    /// <summary>Tells experiments apart; a checkpoint keeps it, and one with another is refused.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Where the training keeps its state; to be written atomically, and before a canceled training ends.</summary>
    public string CheckpointPath => Path.Combine(Directory, "checkpoint.json");
}
