using Unrolled.Cli.Sharing;
using Unrolled.Numerics;
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

    /// <summary>The processes of this run. All of them train; what follows is done by the first alone, see <see cref="SharedRun.GoOnAlone"/>.</summary>
    public required SharedRun Sharing { get; init; }

    /// <summary>What trainers share their work with.</summary>
    public IRanks Ranks => Sharing.Work;

    /// <summary>The part of the independent units that this job does; null for all of them.</summary>
    public Shard? Shard { get; init; }

    /// <summary>
    /// Where the training keeps its state; to be written atomically by the first rank alone, and before a canceled training ends. With a shard it is
    /// also the result.
    /// </summary>
    public string CheckpointPath => Path.Combine(Directory, Shard?.FileName ?? "checkpoint.json");

    /// <summary>For a training that has no independent units.</summary>
    /// <exception cref="InvalidInputException">A shard was asked for.</exception>
    public void RefuseShards(string reason)
    {
        if (Shard is not null)
        {
            throw new InvalidInputException("--shard", reason);
        }
    }
}
