using System.Diagnostics;
using System.Globalization;
using Unrolled.Learning.Rules;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Benchmarks;

/// <summary>Rules found by search, the table of small learners, and parities learned through noise.</summary>
internal static class RuleSearches
{
    private const int Seeds = 10;

    private static readonly Dictionary<RuleForm, Asked> _asked = new()
    {
        [RuleForm.Gates] = Asked.Time($"discovery of the elimination rule among gates, median of {Seeds} seeds, one thread", 60, "s"),
        [RuleForm.Tables] = Asked.Time($"discovery of the elimination rule among tables, median of {Seeds} seeds, one thread", 300, "s"),
    };

    public static Scenario Scenario { get; } = new("rule-search", "rules found by search, the table of small learners, and parities learned through noise", Run)
    {
        Asked = [.. _asked.Values],
    };

    private static void Run(Results results)
    {
        results.Line(string.Empty);
        results.Line("Searches run on one thread. CPU seconds are those of the process, validation and run-time compilation included; on a busy machine more");
        results.Line("time passes on the clock. Judged is the median of the time on the clock; a search that ends without a rule takes for ever.");
        foreach (RuleForm form in Enum.GetValues<RuleForm>())
        {
            Search(results, form, SearchedParts.Functions, Seeds, _asked[form]);
        }

        Search(results, RuleForm.Gates, SearchedParts.Clock, 3);
        Search(results, RuleForm.Tables, SearchedParts.Clock, 3, restarts: 200);
        SmallLearners(results);
        Noise(results);
    }

    private static void Search(Results results, RuleForm form, SearchedParts parts, int seeds, Asked? asked = null, int restarts = 2000)
    {
        var space = new RuleSpace(form, parts);
        results.Table(string.Create(CultureInfo.InvariantCulture, $"{form}, searched {parts}: 2^{space.Size:0.0} rules"),
            "seed", "found", "restarts", "over-fits rejected", "evaluations", "CPU s", "wall s", "evaluations per CPU s");
        List<double> processor = [], wall = [], evaluations = [];
        for (int seed = 1; seed <= seeds; seed++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            using var search = new RuleSearch(space, (ulong)seed, RuleSearchOptions.For(form) with { Threads = 1, Restarts = restarts });
            search.Run();
            double seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds, clock = Stopwatch.GetElapsedTime(start).TotalSeconds;
            RuleSearchState state = search.State;
            results.Row($"{seed}", search.Found is null ? "no" : "yes", $"{state.Restarts}", $"{state.OverFits}", $"{state.Evaluations}",
                Number(seconds), Number(clock), $"{state.Evaluations / seconds:0}");
            processor.Add(seconds);
            wall.Add(search.Found is null ? double.PositiveInfinity : clock);
            evaluations.Add(state.Evaluations);
        }

        results.Row("median", string.Empty, string.Empty, string.Empty, $"{Median(evaluations):0}", Number(Median(processor)), asked is null ? Number(Median(wall)) : results.Judge(asked, Median(wall)), string.Empty);
    }

    private static void SmallLearners(Results results)
    {
        results.Table("All 2^18 small learners, d = 12, m = 60, 256 samples, 6 instances", "task", "P(exact on one)", "P(exact on all 6)", "programs exact on all", "best accuracy");
        long start = Stopwatch.GetTimestamp();
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        foreach (SmallTaskKind kind in Enum.GetValues<SmallTaskKind>())
        {
            SmallLearnerCounts counts = SmallLearnerEnumeration.Count(kind, 6, new RandomStream(1).Split((ulong)kind));
            results.Row($"{kind}", Number(counts.ExactProbability, "0.0e+0"), Number(counts.ReusableProbability, "0.0e+0"), $"{counts.Reusable}", Number(counts.BestAccuracy, "0.000"));
        }

        results.Line(string.Empty);
        results.Line($"In {Number(Stopwatch.GetElapsedTime(start).TotalSeconds)} s, {Number((Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds)} CPU s.");
    }

    private static void Noise(Results results)
    {
        results.Table("Parities through noise, a pool of 8d + 8 examples and those that validate, delta = 0.001, 20 trials", "d", "noise", "planned restarts", "validation examples", "right", "mean restarts", "mean ms", "median ms", "least ms");
        foreach ((int d, double noise) in new[] { (16, 0.1), (32, 0.1), (32, 0.2), (64, 0.05), (64, 0.1), (64, 0.125), (64, 0.15) })
        {
            var learner = new NoisyParity(d, noise, (8 * d) + 8, 0.001);
            int right = 0;
            double restarts = 0;
            List<double> times = [];
            for (ulong trial = 1; trial <= 20; trial++)
            {
                LearningProblem problem = new ConceptFamily(ConceptKind.Parity, d, learner.FewestExamples, 256, noise: noise).Draw(new RandomStream(trial));
                long start = Stopwatch.GetTimestamp();
                NoisyParityOutcome outcome = learner.Learn(problem.Examples, trial);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                restarts += outcome.Restarts / 20.0;
                right += outcome.Hypothesis is ulong h && Enumerable.Range(0, 256).All(i => (ulong.PopCount(problem.Queries.Inputs.Row(i)[0] & h) % 2 != 0) == problem.Queries.Labels[i]) ? 1 : 0;
            }

            results.Row($"{d}", Number(noise, "0.###"), $"{learner.Restarts}", $"{learner.ValidationExamples}", $"{right} of 20", $"{restarts:0}", Number(times.Average()), Number(Median(times)), Number(times.Min()));
        }
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Number(double value, string format = "0.00") => value.ToString(format, CultureInfo.InvariantCulture);
}
