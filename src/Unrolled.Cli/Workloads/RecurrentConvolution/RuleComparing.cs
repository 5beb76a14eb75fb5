using System.Diagnostics;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Deployment.Rules;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RecurrentConvolution.Learners;

namespace Unrolled.Cli.Workloads.RecurrentConvolution;

/// <summary>A rule on problems of several sizes beside the same learner without an automaton: for parities, plain elimination.</summary>
internal static class RuleComparing
{
    private const int Queries = 4, Surplus = 10, MostBits = 4096;
    private const double LargestNetwork = 2e9;

    /// <summary>The sizes that an option or an experiment names.</summary>
    /// <exception cref="InvalidInputException">One is no integer from 1.</exception>
    public static IReadOnlyList<int> ReadSizes(Settings settings, string key) => Counts.Read(settings, key, "8, 16, 32, 64, 128", MostBits);

    public static Comparison Run(Model model, CompareRequest request, WorkContext context) => Run(
        LearnedRule.Of(model), ReadSizes(request.Options, "sizes"), request.Instances ?? 20, request.Seed ?? (model.Training.Seed + 1), request.Path, context).Table;

    /// <summary>The table, and on how many queries that the examples determine a prediction is not that of the plain learner.</summary>
    public static (Comparison Table, long Differences) Run(LearnedRule learned, IReadOnlyList<int> sizes, int instances, ulong seed, string path, WorkContext context)
    {
        RowLearner rows = learned.Rows();
        ILearner classical = learned.Classical;
        ConceptKind concept = RuleExperiment.Concepts.First(c => c.Name == classical.Name).Kind;
        var table = new List<ComparisonRow>();
        long differences = 0;
        string plain = learned.IsDiscovered || learned.HandMinimal ? "elimination" : "learner without automaton";
        foreach (int d in sizes)
        {
            var family = new ConceptFamily(concept, d, d + Surplus, Queries);
            IReadOnlyList<LearningProblem> problems = family.Draw(instances, new RandomStream(seed).Split("comparison").Split((ulong)d));
            bool[][] byRule = Predict("the rule, 64 cells to a word", true, p => rows.Predict(p.Examples, p.Queries.Inputs));
            bool[][] byLearner = Predict(plain, false, p => classical.Learn(p.Examples).Predict(p.Queries.Inputs));
            bool[][] determined = [.. problems.Select(p => Determined(classical, p))];
            differences += Different(byRule, byLearner, determined);
            if (learned.WorkOfNetwork(d, d + Surplus, Queries * instances) <= LargestNetwork)
            {
                differences += Different(Predict("the model's filter as a network", true, p => learned.PredictByNetwork(p.Examples, p.Queries.Inputs, context.Cancellation)), byLearner, determined);
            }

            bool[][] Predict(string name, bool isLearned, Func<LearningProblem, bool[]> answer)
            {
                bool[][] labels = new bool[problems.Count][];
                double[] accuracy = new double[problems.Count];
                var clock = Stopwatch.StartNew();
                for (int s = 0; s < labels.Length; s++)
                {
                    context.Cancellation.ThrowIfCancellationRequested();
                    labels[s] = answer(problems[s]);
                }

                double seconds = clock.Elapsed.TotalSeconds;
                for (int s = 0; s < labels.Length; s++)
                {
                    accuracy[s] = Accuracy(labels[s], problems[s].Queries.Labels);
                }

                string kind = isLearned ? ComparisonRow.Learned : ComparisonRow.Classical;
                table.Add(ComparisonRow.Of($"{name}, d = {d}", kind, accuracy, Direction.Larger) with { Seconds = seconds });
                return labels;
            }
        }

        var comparison = new Comparison
        {
            Model = path,
            Family = $"Learning {classical.Name} from d + {Surplus} examples of d uniform bits, {Queries} queries per problem",
            Metric = "part of right answers",
            Better = Direction.Larger,
            Instances = instances,
            Seed = seed,
            Rows = table,
            Notes =
            [
                differences == 0
                    ? $"Every prediction of the automaton and the network that the examples determine is that of {plain}."
                    : $"{differences} predictions that the examples determine differ from those of {plain}.",
                $"The automaton is not a fast way to learn: {plain} on packed rows gives the same answers sooner. It shows that the algorithm is a recurrent convolution.",
                "Queries outside the span of the examples are guesses, for every consistent learner.",
                .. learned.HandMinimal || learned.IsDiscovered ? ["Elimination is not noise tolerant: one wrong label among independent examples changes the hypothesis."] : Array.Empty<string>(),
            ],
        };
        return (comparison, differences);
    }

    /// <summary>The part of equal labels.</summary>
    public static double Accuracy(ReadOnlySpan<bool> labels, ReadOnlySpan<bool> right)
    {
        int equal = 0;
        for (int t = 0; t < labels.Length; t++)
        {
            equal += labels[t] == right[t] ? 1 : 0;
        }

        return (double)equal / labels.Length;
    }

    /// <summary>Which queries have one answer that all consistent hypotheses of the learner give; all where the learner does not say.</summary>
    public static bool[] Determined(ILearner learner, LearningProblem problem) => learner.Learn(problem.Examples) is ParityHypothesis parity
        ? Array.ConvertAll(parity.Outside(problem.Queries.Inputs), outside => !outside)
        : [.. Enumerable.Repeat(true, problem.Queries.Count)];

    private static long Different(bool[][] labels, bool[][] others, bool[][] determined)
    {
        long different = 0;
        for (int s = 0; s < labels.Length; s++)
        {
            for (int t = 0; t < labels[s].Length; t++)
            {
                different += determined[s][t] && labels[s][t] != others[s][t] ? 1 : 0;
            }
        }

        return different;
    }
}
