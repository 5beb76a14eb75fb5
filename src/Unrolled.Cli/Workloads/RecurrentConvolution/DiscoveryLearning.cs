using System.Diagnostics;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Rules;
using Unrolled.Learning;
using Unrolled.Learning.Rules;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Cli.Workloads.RecurrentConvolution;

/// <summary>Searches for a rule that learns parities, compiles it to ReLU weights, and puts it behind a memory that gradient descent writes.</summary>
internal static class DiscoveryLearning
{
    private const int MemoryBits = 8, MemoryExamples = 18, MemoryQueries = 8, MemoryProblems = 3;

    public static LearnOutcome? Run(RuleExperiment experiment, LearnContext context)
    {
        var clock = Stopwatch.StartNew();
        double earlier = 0, lastCheckpoint = 0;
        RuleSearchState? state = null;
        RuleSearchOptions options = experiment.Search! with { Threads = context.Threads, Ranks = context.Ranks };
        var space = new RuleSpace(experiment.Form, experiment.Parts);
        if (context.Shard is { } shard)
        {
            using var parts = new RuleSearch(space, experiment.Seed, options);
            new DiscoveryShard(experiment, context, shard, parts).Run();
            return null;
        }

        Dictionary<string, double[]> arrays = context.Resume ? context.Load() : [];
        if (context.Resume)
        {
            earlier = arrays["seconds"][0];
            state = StateOf(arrays);
        }

        using var search = new RuleSearch(space, experiment.Seed, options, state: state);
        DiscoveryShard.Count(arrays, search, context.CheckpointPath);
        context.Sharing.RequireSame(context.CheckpointPath, $"{search.State.Restarts}"); // nobody writes before all have read
        try
        {
            for (bool more = !search.Finished; more;)
            {
                more = search.Round(context.Cancellation);
                double wrong = 1 - search.BestAccuracy;
                context.Progress.Report(new LearningProgress(
                    $"{search.State.Restarts} restarts, {search.State.OverFits} over-fits", (double)search.State.Restarts / options.Restarts, wrong, TimeSpan.FromSeconds(Seconds())));
                context.Log.Write("loss", line =>
                {
                    line.WriteNumber("restarts", search.State.Restarts);
                    line.WriteNumber("evaluations", search.State.Evaluations);
                    line.WriteNumber("overFits", search.State.OverFits);
                    line.WriteNumber("loss", wrong);
                });
                if (Seconds() - lastCheckpoint >= experiment.CheckpointSeconds)
                {
                    Save();
                }
            }
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }

        return context.Sharing.GoOnAlone() ? Finish(experiment, context, search, Seconds()) : null;

        double Seconds() => earlier + clock.Elapsed.TotalSeconds;

        void Save()
        {
            if (!context.Sharing.Leads)
            {
                return;
            }

            var checkpoint = new Checkpoint();
            RuleSearchState now = search.State;
            checkpoint.Arrays["seconds"] = [Seconds()];
            checkpoint.Arrays["counts"] = [now.Restarts, now.Evaluations, now.OverFits, now.BestScore];
            checkpoint.Arrays["best"] = [.. now.Best.Select(g => (double)g)];
            if (now.Found is byte[] found)
            {
                checkpoint.Arrays["found"] = [.. found.Select(g => (double)g)];
            }

            context.Save(checkpoint);
            lastCheckpoint = Seconds();
        }
    }

    private static RuleSearchState StateOf(Dictionary<string, double[]> arrays)
    {
        return !arrays.TryGetValue("counts", out double[]? counts) ? RuleSearchState.Start : new RuleSearchState(
            (int)counts[0], (long)counts[1], (int)counts[2], Genes(arrays["best"]), (int)counts[3], arrays.TryGetValue("found", out double[]? found) ? Genes(found) : null);

        static byte[] Genes(double[] numbers) => [.. numbers.Select(n => (byte)n)];
    }

    private static LearnOutcome Finish(RuleExperiment experiment, LearnContext context, RuleSearch search, double seconds)
    {
        bool found = search.Found is not null;
        LearnedRule learned = LearnedRule.OfDiscovered(search.Found ?? search.Space.ToRule(search.State.Best, "not-accepted"));
        var judged = new List<Acceptance>
        {
            new(
                $"a rule passes the validation at sizes beyond those of the search: {(found ? "one does" : "none does")} after {search.State.Restarts} restarts, {search.State.OverFits} over-fits were rejected",
                found),
        };
        var results = new JsonObject
        {
            ["search"] = new JsonObject
            {
                ["restarts"] = search.State.Restarts, ["evaluations"] = search.State.Evaluations, ["overFits"] = search.State.OverFits, ["seconds"] = seconds,
                ["found"] = found, ["smallAccuracy"] = search.BestAccuracy, ["spaceBits"] = search.Space.Size,
                ["scoredOn"] = string.Join(", ", search.Tasks.Select(t => $"d = {t.Bits}, m = {t.Examples}")),
            },
            ["validation"] = new JsonArray([.. search.Validation.Tasks.Select(t => (JsonNode)new JsonObject
            {
                ["bits"] = t.Bits, ["examples"] = t.Examples, ["rank"] = t.Rank, ["right"] = RuleValidation.Right(learned.Rule, t), ["problems"] = ParityTask.Problems,
            })]),
        };
        if (found)
        {
            (Comparison comparison, long differences) = RuleComparing.Run(learned, experiment.Sizes, experiment.ComparisonProblems, experiment.Seed + 1, "model.json", context);
            results[ModelReport.ComparisonKey] = ComparisonJson.ToJson(comparison);
            judged.Add(BehindMemory(learned, experiment.Seed, context));
            judged.Add(new Acceptance(
                $"at d = {string.Join(", ", experiment.Sizes)} every prediction that the examples determine is that of elimination: {differences} differ", differences == 0));
        }

        var record = new TrainingRecord
        {
            Seed = experiment.Seed,
            Trainer = $"{experiment.Search!.Method.ToString().ToLowerInvariant()} search over {experiment.Form.ToString().ToLowerInvariant()}, {search.State.Restarts} restarts",
            Seconds = seconds,
            Loss = 1 - search.BestAccuracy,
            Instances = search.Tasks.Count * ParityTask.Problems,
            Settings = experiment.TrainingSettings,
        };
        Model model = learned.ToModel(experiment.MethodSettings, experiment.FamilySettings, record) with
        {
            Description = found ? "Discovered cellular rule that learns parities of any size" : "The best cellular rule of a search that found none that learns parities",
            ValidRanges = found ? [new(LearnedRule.Bits, 1, search.Validation.Tasks.Max(t => t.Bits)), new(LearnedRule.Examples, 1, search.Validation.Tasks.Max(t => t.Examples))] : [],
            Results = results,
        };
        if (found)
        {
            new FreshInstances(experiment.CertifiedInstances, 0).WriteTo(model.MethodSettings);
        }

        return new LearnOutcome(model with { Certificates = RuleCertificates.Of(model, context) }, judged);
    }

    /// <summary>The compiled rule as the filter of a network whose memory is written by gradient descent.</summary>
    private static Acceptance BehindMemory(LearnedRule learned, ulong seed, WorkContext context)
    {
        var family = new ConceptFamily(ConceptKind.Parity, MemoryBits, MemoryExamples, MemoryQueries);
        int equal = 0;
        foreach (LearningProblem problem in family.Draw(MemoryProblems, new RandomStream(seed).Split("behind a memory")))
        {
            var network = new MemoryRcnn<float>(MemoryBits, MemoryExamples, learned.Rows());
            network.Memorize(problem.Examples, context.Cancellation);
            IHypothesis classical = learned.Classical.Learn(problem.Examples);
            equal += network.Predict(problem.Queries.Inputs).AsSpan().SequenceEqual(classical.Predict(problem.Queries.Inputs)) ? 1 : 0;
        }

        return new Acceptance(
            $"compiled to ReLU weights behind a memory that gradient descent writes (d = {MemoryBits}) it answers as elimination does: on {equal} of {MemoryProblems} problems", equal == MemoryProblems);
    }
}
