using System.CommandLine;
using Unrolled.Cli.Experiments;
using Unrolled.Cli.Sharing;
using Unrolled.Cli.Workloads;
using Unrolled.Problems;

namespace Unrolled.Cli.Verbs;

/// <summary><c>unrolled merge DIR</c>: unites the shards of a training and writes the model that one run would have written.</summary>
internal sealed class MergeVerb : IVerb
{
    private readonly WorkloadRegistry _registry;
    private readonly Argument<string> _folder = new("DIR") { Description = "The folder of the shards." };

    public MergeVerb(WorkloadRegistry registry)
    {
        _registry = registry;
        Command = new Command("merge", "Unites the shards of a training (learn --shard) to the model of an unsharded run.") { _folder };
    }

    /// <inheritdoc/>
    public string Example => "unrolled merge runs/a";

    /// <inheritdoc/>
    public Command Command { get; }

    /// <inheritdoc/>
    public int Run(Invocation invocation)
    {
        string path = invocation.Given.GetRequiredValue(_folder);
        if (!Directory.Exists(path))
        {
            throw new InvalidInputException(path, "there is no such folder");
        }

        var shards = new ShardFolder(path);
        Settings experiment = shards.ReadExperiment();
        string fingerprint = ExperimentFingerprint.Of(experiment);
        IWorkload workload = _registry.For(experiment);
        shards.Unite(fingerprint).Write(Path.Combine(path, "checkpoint.json"), fingerprint);
        using RunFolder folder = RunFolder.Open(path, resume: true); // all fits are made: what is left is the model
        return new Training(invocation.Alone(), workload, experiment, folder) { ResumeLine = $"unrolled merge {path}" }.Run();
    }
}
