using System.Diagnostics;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
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
    public static IReadOnlyList<int> ReadSizes(Settings settings, string key)
    {
        double[] sizes = settings.Numbers(key, 1, MostBits, "8, 16, 32, 64, 128");
        return sizes.All(double.IsInteger) ? [.. sizes.Select(s => (int)s)] : throw settings.Fault(key, $"'{key}' holds a fraction; expected integers from 1 to {MostBits}");
    }

    public static Comparison Run(Model model, CompareRequest request, WorkContext context) => Run(
        LearnedRule.Of(model), ReadSizes(request.Options, "sizes"), request.Instances ?? 20, request.Seed ?? (model.Training.Seed + 1), request.Path, context);

    public static Comparison Run(LearnedRule learned, IReadOnlyList<int> sizes, int instances, ulong seed, string path, WorkContext context)
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
            differences += Different(byRule, byLearner);
            if (learned.WorkOfNetwork(d, d + Surplus, Queries * instances) <= LargestNetwork)
            {
                differences += Different(Predict("the model's filter as a network", true, p => learned.PredictByNetwork(p.Examples, p.Queries.Inputs, context.Cancellation)), byLearner);
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

        return new Comparison
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
                    ? $"Every prediction of the automaton and the network is that of {plain}."
                    : $"{differences} predictions differ from those of {plain}.",
                $"The automaton is not a fast way to learn: {plain} on packed rows gives the same answers sooner. It shows that the algorithm is a recurrent convolution.",
                "Queries outside the span of the examples are guesses, for every consistent learner.",
                .. learned.HandMinimal || learned.IsDiscovered ? ["Elimination is not noise tolerant: one wrong label among independent examples changes the hypothesis."] : Array.Empty<string>(),
            ],
        };
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

    private static long Different(bool[][] labels, bool[][] others) => labels.Zip(others, (a, b) => a.Zip(b, (x, y) => x == y ? 0L : 1L).Sum()).Sum();
}
