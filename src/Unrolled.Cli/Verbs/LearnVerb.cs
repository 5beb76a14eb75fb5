using System.CommandLine;
using System.Globalization;
using Unrolled.Cli.Experiments;
using Unrolled.Cli.Sharing;
using Unrolled.Cli.Workloads;
using Unrolled.Problems;

namespace Unrolled.Cli.Verbs;

/// <summary><c>unrolled learn EXPERIMENT.yaml --out DIR</c>: trains and writes model, log and report.</summary>
internal sealed class LearnVerb : IVerb
{
    private readonly WorkloadRegistry _registry;
    private readonly Argument<string> _experiment = new("EXPERIMENT") { Description = "The experiment, a YAML file." };
    private readonly Option<string?> _out = new("--out")
    {
        Description = "The folder of the run; runs/NAME by default.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the checkpoint of an interrupted run in that folder." };
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Replace a value of the experiment; may be given several times.",
        HelpName = "KEY=VALUE",
    };

    private readonly Option<string?> _shard = new("--shard")
    {
        Description = "Do only part i of n of the fits or restarts, for job arrays; 'unrolled merge DIR' completes.",
        HelpName = "i/n",
    };

    private readonly Option<bool> _predict = new("--predict-ranks") { Description = "Print what the training would exchange and gain on more ranks (mpirun)." };

    public LearnVerb(WorkloadRegistry registry)
    {
        _registry = registry;
        Command = new Command("learn",
            "Trains what an experiment describes; writes model.json, log.jsonl and report.html.")
        {
            _experiment, _out, _resume, _set, _shard, _predict,
        };
    }

    /// <inheritdoc/>
    public string Example => "unrolled learn experiments/linear-5x5.yaml --out runs/a --seed 2";

    /// <inheritdoc/>
    public Command Command { get; }

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public int Run(Invocation invocation)
    {
        string path = invocation.Given.GetRequiredValue(_experiment);
        Settings experiment = ExperimentReader.Read(path);
        foreach (string assignment in invocation.Given.GetValue(_set) ?? [])
        {
            ExperimentOverrides.Apply(experiment, assignment);
        }

        if (invocation.Seed is ulong seed)
        {
            ExperimentOverrides.Apply(experiment, string.Create(CultureInfo.InvariantCulture, $"training.seed={seed}"));
        }

        IWorkload workload = _registry.For(experiment);
        Shard? shard = invocation.Given.GetValue(_shard) is string text ? Shard.Parse(text) : null;
        using RunFolder folder = RunFolder.Open(
            invocation.Given.GetValue(_out) ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(path)),
            invocation.Given.GetValue(_resume), shard, create: invocation.Ranks.Rank == 0);
        return new Training(invocation, workload, experiment, folder)
        {
            Shard = shard, PredictsRanks = invocation.Given.GetValue(_predict), ResumeLine = ResumeLine(invocation, path, folder),
        }.Run();
    }

    /// <summary>The line that goes on with an interrupted run: the same experiment with the same overrides.</summary>
    private string ResumeLine(Invocation invocation, string path, RunFolder folder)
    {
        IEnumerable<string> words = ["unrolled", "learn", path, "--out", folder.Path, "--resume"];
        words = words.Concat((invocation.Given.GetValue(_set) ?? []).SelectMany(a => new[] { "--set", a }));
        if (invocation.Given.GetValue(_shard) is string shard)
        {
            words = words.Concat(["--shard", shard]);
        }

        if (invocation.Seed is ulong seed)
        {
            words = words.Concat(["--seed", seed.ToString(CultureInfo.InvariantCulture)]);
        }

        return string.Join(' ', words.Select(w => w.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:+,@%".Contains(c)) ? w : $"'{w.Replace("'", "'\\''")}'"));
    }
}
