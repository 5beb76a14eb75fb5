using Unrolled.Deployment;
using Unrolled.Problems;

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

    /// <summary>Where the training keeps its state.</summary>
    public string CheckpointPath => Path.Combine(Directory, "checkpoint.json");

    /// <summary>The state to go on from, by name; only where <see cref="Resume"/> is set.</summary>
    /// <exception cref="InvalidInputException">Neither the newest checkpoint nor the one before it can be read, or they belong to another experiment.</exception>
    public Dictionary<string, double[]> Load()
    {
        Checkpoint checkpoint = Checkpoint.Read(CheckpointPath, Fingerprint);
        if (checkpoint.Damage is string damage)
        {
            Note($"{damage.Split(';')[0]}; going on from the one before it");
        }

        return checkpoint.Arrays;
    }

    /// <summary>
    /// Keeps the state of a training; also to be called before a canceled one ends. Where it cannot be written, the user is told, the last checkpoint stays and the
    /// training goes on: what it learns is worth more than the interval that a kill would cost.
    /// </summary>
    public void Save(Checkpoint checkpoint)
    {
        try
        {
            checkpoint.Write(CheckpointPath, Fingerprint);
        }
        catch (IOException e)
        {
            Note($"no checkpoint: {e.Message}");
        }
    }
}
