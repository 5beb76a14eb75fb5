using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Cli.Experiments;
using Unrolled.Cli.Reports;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Verbs;

/// <summary><c>unrolled learn EXPERIMENT.yaml --out DIR</c>: trains and writes model, log and report.</summary>
internal sealed class LearnVerb : IVerb
{
    private readonly WorkloadRegistry _registry;
    private readonly Argument<string> _experiment = new("EXPERIMENT") { Description = "The experiment: a YAML file, or the name of a built-in one." };
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

    public LearnVerb(WorkloadRegistry registry)
    {
        _registry = registry;
        Command = new Command("learn",
            "Trains what an experiment describes; writes model.json, log.jsonl and report.html.")
        {
            _experiment, _out, _resume, _set,
        };
    }

    /// <inheritdoc/>
    public string Example => "unrolled learn experiments/linear-5x5.yaml --out runs/a --set training.seconds=20";

    /// <inheritdoc/>
    public Command Command { get; }

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
        using RunFolder folder = RunFolder.Open(
            invocation.Given.GetValue(_out) ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(path)),
            invocation.Given.GetValue(_resume));
        LearnOutcome outcome = Learn(invocation, workload, experiment, folder, path);
        Write(outcome, workload, folder, () => ResumeLine(invocation, path, folder));
        Print(invocation, outcome, folder);
        return outcome.Acceptance.All(a => a.Met) ? ExitCode.Done : ExitCode.NotAccepted;
    }

    /// <summary>Writes model and report; what cannot be written can be learned again from the last checkpoint, which stays until both are there.</summary>
    private static void Write(LearnOutcome outcome, IWorkload workload, RunFolder folder, Func<string> resumeLine)
    {
        try
        {
            ModelFile.Write(folder.ModelPath, outcome.Model);
            ModelReport.Create(outcome.Model, workload, folder.ModelPath, outcome.Acceptance).Write(folder.ReportPath);
            folder.Finish();
        }
        catch (IOException e) when (Checkpoint.Exists(folder.CheckpointPath))
        {
            throw new IOException($"{e.Message}; the checkpoint is kept, go on with: {resumeLine()}", e);
        }
    }

    /// <summary>The line that goes on with an interrupted run: the same experiment with the same overrides.</summary>
    private string ResumeLine(Invocation invocation, string path, RunFolder folder)
    {
        IEnumerable<string> words = ["unrolled", "learn", path, "--out", folder.Path, "--resume"];
        words = words.Concat((invocation.Given.GetValue(_set) ?? []).SelectMany(a => new[] { "--set", a }));
        if (invocation.Seed is ulong seed)
        {
            words = words.Concat(["--seed", seed.ToString(CultureInfo.InvariantCulture)]);
        }

        return string.Join(' ', words.Select(w => w.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:+,@%".Contains(c)) ? w : $"'{w.Replace("'", "'\\''")}'"));
    }

    private LearnOutcome Learn(Invocation invocation, IWorkload workload, Settings experiment, RunFolder folder, string path)
    {
        using ProgressBar progress = invocation.Progress();
        Action<string> note = invocation.Noter(progress);
        using var log = new RunLog(folder.LogPath, TimeProvider.System, note);
        var context = new LearnContext
        {
            Threads = invocation.Threads,
            Progress = progress,
            Note = note,
            Cancellation = invocation.Cancellation,
            Directory = folder.Path,
            Resume = folder.Resuming,
            Log = log,
            Fingerprint = ExperimentFingerprint.Of(experiment),
        };
        try
        {
            LearnOutcome outcome = workload.Learn(experiment, context);
            log.Write("done", line => line.WriteNumber("seconds", Math.Round(outcome.Model.Training.Seconds, 3)));
            return outcome;
        }
        catch (OperationCanceledException e)
        {
            if (!Checkpoint.Exists(context.CheckpointPath))
            {
                throw;
            }

            log.Write("interrupted");
            throw new InterruptedException($"interrupted; go on with: {ResumeLine(invocation, path, folder)}", e);
        }
    }

    private static void Print(Invocation invocation, LearnOutcome outcome, RunFolder folder)
    {
        Model model = outcome.Model;
        if (invocation.Json)
        {
            invocation.Print(new JsonObject
            {
                ["model"] = folder.ModelPath,
                ["method"] = model.Method,
                ["parameters"] = model.Parameters.Length,
                ["loss"] = ResultNumbers.ToJson(model.Training.Loss),
                ["seconds"] = ResultNumbers.ToJson(model.Training.Seconds),
                ["seed"] = model.Training.Seed,
                ["report"] = folder.ReportPath,
                ["acceptance"] = new JsonArray([.. outcome.Acceptance.Select(a => new JsonObject { ["criterion"] = a.Criterion, ["met"] = a.Met })]),
            });
            return;
        }

        invocation.Print(model.Description);
        invocation.Print($"  model    {folder.ModelPath} ({model.Parameters.Length} parameters)");
        invocation.Print($"  report   {folder.ReportPath}");
        invocation.Print(string.Create(CultureInfo.InvariantCulture,
            $"  loss     {NumberText.Scientific(model.Training.Loss)} after {NumberText.Duration(model.Training.Seconds)} by {model.Training.Trainer}, seed {model.Training.Seed}"));
        foreach (Acceptance acceptance in outcome.Acceptance)
        {
            invocation.Print($"  {(acceptance.Met ? "met     " : "NOT MET ")} {acceptance.Criterion}");
        }

        invocation.Print($"Next: unrolled compare {folder.ModelPath}");
    }
}
