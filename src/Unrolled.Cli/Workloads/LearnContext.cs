using Unrolled.Cli.Sharing;
using Unrolled.Deployment;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads;

/// <summary>What a training may use beside a <see cref="WorkContext"/>.</summary>
internal sealed record LearnContext : WorkContext
{
    private bool _newestIsDamaged;

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

    /// <summary>Where the training keeps its state; with a shard it is also the result.</summary>
    public string CheckpointPath => Path.Combine(Directory, Shard?.FileName ?? "checkpoint.json");

    /// <summary>The state to go on from, by name; only where <see cref="Resume"/> is set.</summary>
    /// <exception cref="InvalidInputException">Neither the newest checkpoint nor the one before it can be read, or they belong to another experiment.</exception>
    public Dictionary<string, double[]> Load()
    {
        Checkpoint checkpoint = Checkpoint.Read(CheckpointPath, Fingerprint);
        if (checkpoint.Damage is string damage)
        {
            Note($"{damage.Split(';')[0]}; going on from the one before it");
            _newestIsDamaged = true;
        }

        return checkpoint.Arrays;
    }

    /// <summary>
    /// Keeps the state of a training, on the first rank alone; also to be called before a canceled one ends. Where it cannot be written, the user is told, the last
    /// checkpoint stays and the training goes on: what it learns is worth more than the interval that a kill would cost. A shard, whose result the file is, ends there.
    /// </summary>
    public void Save(Checkpoint checkpoint)
    {
        if (!Sharing.Leads)
        {
            return;
        }

        try
        {
            if (_newestIsDamaged)
            {
                File.Delete(CheckpointPath); // it must not take the place of the good one before it
                _newestIsDamaged = false;
            }

            checkpoint.Write(CheckpointPath, Fingerprint);
        }
        catch (IOException e) when (Shard is null)
        {
            Note($"no checkpoint: {e.Message}");
        }
    }

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
