using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unrolled.Cli.Experiments;
using Unrolled.Cli.Reports;
using Unrolled.Cli.Sharing;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Verbs;

/// <summary>One training in the folder of a run: what <c>learn</c> and <c>merge</c> have in common.</summary>
internal sealed class Training(Invocation invocation, IWorkload workload, Settings experiment, RunFolder folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    /// <summary>The part that is done; null for the whole.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Whether the cost model is printed for one process too.</summary>
    public bool PredictsRanks { get; init; }

    /// <summary>The command line that goes on with the run.</summary>
    public required string ResumeLine { get; init; }

    /// <summary>Trains, writes and prints.</summary>
    public int Run()
    {
        using var sharing = new SharedRun(invocation.Ranks, invocation.Cancellation, PredictsRanks);
        using CancellationTokenRegistration watch = invocation.Cancellation.Register(() => Watch(sharing));
        if (Learn(sharing) is not LearnOutcome outcome)
        {
            PrintShard(sharing);
            return ExitCode.Done;
        }

        Write(outcome);
        Print(outcome, sharing);
        return outcome.Acceptance.All(a => a.Met) ? ExitCode.Done : ExitCode.NotAccepted;
    }

    /// <summary>Writes model and report; what cannot be written can be learned again from the last checkpoint, which stays until both are there.</summary>
    private void Write(LearnOutcome outcome)
    {
        try
        {
            ModelFile.Write(folder.ModelPath, outcome.Model);
            ModelReport.Create(outcome.Model, workload, folder.ModelPath, outcome.Acceptance).Write(folder.ReportPath);
            folder.Finish();
        }
        catch (IOException e) when (Checkpoint.Exists(folder.CheckpointPath))
        {
            throw new IOException($"{e.Message}; the checkpoint is kept, go on with: {ResumeLine}", e);
        }
    }

    private LearnOutcome? Learn(SharedRun sharing)
    {
        using ProgressBar progress = invocation.Progress();
        Action<string> note = invocation.Noter(progress);
        using var log = new RunLog(sharing.Leads ? folder.LogPath : null, TimeProvider.System, note);
        string fingerprint = ExperimentFingerprint.Of(experiment);
        sharing.RequireSame("the experiment", fingerprint);
        var shards = new ShardFolder(folder.Path);
        if (sharing is { Count: > 1, Leads: true })
        {
            // said before: some launchers kill all ranks when one dies, and none can say it then
            note($"{sharing.Count} ranks; should one die, go on from the last checkpoint, with any number of ranks: {ResumeLine}");
        }

        byte[]? kept = Shard is not null && sharing.Leads ? shards.ToKeep(experiment) : null;
        var context = new LearnContext
        {
            Threads = invocation.Threads,
            Progress = progress,
            Note = note,
            Cancellation = sharing.Cancellation,
            Directory = folder.Path,
            Resume = folder.Resuming,
            Log = log,
            Fingerprint = fingerprint,
            Sharing = sharing,
            Shard = Shard,
        };
        try
        {
            LearnOutcome? outcome = workload.Learn(experiment, context);
            if (IsCostShown(sharing))
            {
                log.Write("ranks", sharing.Cost.Write);
            }

            if (outcome is not null)
            {
                log.Write("done", line => line.WriteNumber("seconds", Math.Round(outcome.Model.Training.Seconds, 3)));
            }

            shards.Keep(kept);
            return outcome;
        }
        catch (OperationCanceledException e)
        {
            if (!Checkpoint.Exists(context.CheckpointPath))
            {
                throw;
            }

            shards.Keep(kept);
            log.Write("interrupted");
            throw new InterruptedException($"interrupted; go on with: {ResumeLine}", e);
        }
    }

    /// <summary>A rank that was asked to stop and still waits for the others is told about: it may be that one of them has died.</summary>
    private void Watch(SharedRun sharing)
    {
        if (sharing.Count > 1 && sharing.Leads)
        {
            _ = Task.Delay(Patience).ContinueWith(
                _ =>
                {
                    if (sharing.Waits && !sharing.Cancellation.IsCancellationRequested)
                    {
                        invocation.Warn($"another rank does not answer; after the job has ended, go on from the last checkpoint, with any number of ranks: {ResumeLine}");
                    }
                },
                TaskScheduler.Default);
        }
    }

    private static bool IsCostShown(SharedRun sharing) => sharing.Leads && !ReferenceEquals(sharing.Work, Numerics.Ranks.Alone);

    private void PrintShard(SharedRun sharing)
    {
        if (Shard is null || !sharing.Leads)
        {
            return;
        }

        if (invocation.Json)
        {
            invocation.Print(new JsonObject { ["shard"] = Shard.ToString(), ["file"] = folder.CheckpointPath });
            return;
        }

        invocation.Print(Paragraph.Wrap($"Shard {Shard} is complete: {folder.CheckpointPath}", "  "));
        PrintCost(sharing);
        invocation.Print(Paragraph.Wrap($"Next, when all {Shard.Count} are: unrolled merge {folder.Path}", "  "));
    }

    private void Print(LearnOutcome outcome, SharedRun sharing)
    {
        Model model = outcome.Model;
        if (invocation.Json)
        {
            var document = new JsonObject
            {
                ["model"] = folder.ModelPath,
                ["method"] = model.Method,
                ["parameters"] = model.Parameters.Length,
                ["loss"] = ResultNumbers.ToJson(model.Training.Loss),
                ["seconds"] = ResultNumbers.ToJson(model.Training.Seconds),
                ["seed"] = model.Training.Seed,
                ["report"] = folder.ReportPath,
                ["acceptance"] = new JsonArray([.. outcome.Acceptance.Select(a => new JsonObject { ["criterion"] = a.Criterion, ["met"] = a.Met })]),
            };
            if (IsCostShown(sharing))
            {
                document["ranks"] = CostJson(sharing);
            }

            invocation.Print(document);
            return;
        }

        invocation.Print(Paragraph.Wrap(model.Description));
        PrintTerms(
        [
            ("model", $"{folder.ModelPath} ({model.Parameters.Length} parameters)"),
            ("report", folder.ReportPath),
            ("loss", string.Create(CultureInfo.InvariantCulture,
                $"{NumberText.Scientific(model.Training.Loss)} after {NumberText.Duration(model.Training.Seconds)} by {model.Training.Trainer}, seed {model.Training.Seed}")),
        ]);
        PrintCost(sharing);
        PrintTerms([.. outcome.Acceptance.Select(a => (a.Met ? "met" : "NOT MET", a.Criterion))]);
        invocation.Print(Paragraph.Wrap($"Next: unrolled compare {folder.ModelPath}", "  "));
    }

    private void PrintCost(SharedRun sharing)
    {
        if (IsCostShown(sharing))
        {
            PrintTerms([.. sharing.Cost.Lines().Select((line, i) => (i == 0 ? "ranks" : string.Empty, line))]);
        }
    }

    private void PrintTerms(IReadOnlyList<(string Term, string Text)> terms) => invocation.Print(Paragraph.Terms(terms, width: 7));

    private static JsonNode CostJson(SharedRun sharing)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            sharing.Cost.Write(json);
            json.WriteEndObject();
        }

        return JsonNode.Parse(Encoding.UTF8.GetString(buffer.ToArray()))!;
    }
}
