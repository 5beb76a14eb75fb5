using Unrolled.Deployment;
using Unrolled.Deployment.Rules;
using Unrolled.Learning.Rules;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.RecurrentConvolution;

/// <summary>An experiment for <c>method: recurrent-convolution</c>, read and checked as a whole before anything begins.</summary>
internal sealed class RuleExperiment
{
    private RuleExperiment(Settings experiment)
    {
        FamilySettings = experiment.RequiredSection("family");
        string kind = FamilySettings.Choice("kind", [.. Concepts.Select(c => c.Name)], "parity");
        MethodSettings = experiment.Section(LearnedRule.MethodName);
        TrainingSettings = experiment.Section("training");
        Seed = TrainingSettings.Seed("seed", 1);
        CheckpointSeconds = TrainingSettings.Number("checkpoint-seconds", 0, 3600, 1);
        if (MethodSettings.Choice("task", ["memorize", "discover"], "memorize") == "discover")
        {
            Family = new ConceptFamily(ConceptKind.Parity, 8, 18, 4);
            Learner = LearnedRule.Discovered;
            if (kind != "parity")
            {
                throw FamilySettings.Fault("kind", $"'family.kind' is '{kind}'; rules are searched for parity");
            }

            Form = MethodSettings.Choice("space", ["gates", "tables"], "gates") == "gates" ? RuleForm.Gates : RuleForm.Tables;
            Parts = MethodSettings.Choice("search-also", ["nothing", "clock", "directions", "clock-and-directions"], "nothing") switch
            {
                "clock" => SearchedParts.Clock,
                "directions" => SearchedParts.Directions,
                "clock-and-directions" => SearchedParts.Clock | SearchedParts.Directions,
                _ => SearchedParts.Functions,
            };
            Search = new RuleSearchOptions
            {
                Method = TrainingSettings.Choice("search", ["annealing", "random"], "annealing") == "annealing" ? RuleSearchMethod.Annealing : RuleSearchMethod.Random,
                Evaluations = TrainingSettings.Integer("evaluations", 1, 100_000_000, 20_000),
                Restarts = TrainingSettings.Integer("restarts", 1, 100_000_000, 10_000),
                RestartsPerRound = TrainingSettings.Integer("restarts-per-round", 1, 10_000, 16),
            };
        }
        else
        {
            Learner = MethodSettings.Choice("learner", [.. LearnedRule.Given], LearnedRule.Given.Contains(kind) ? kind : LearnedRule.Given[0]);
            Family = FamilyOf(FamilySettings, kind);
            Descends = MethodSettings.Choice("memory", ["gradient-descent", "direct"], "gradient-descent") == "gradient-descent";
            double numbers = 31.0 * MemoryWork(Family.Bits, Family.Examples);
            if (Descends && numbers > LargestTape)
            {
                throw MethodSettings.Fault("memory", FormattableString.Invariant(
                    $"'recurrent-convolution.memory' is gradient-descent, whose tape for {Family.Examples} examples of {Family.Bits} bits has {numbers:g3} bits, more than {LargestTape:g3}; choose direct, which writes the same memory"));
            }

            Problems = TrainingSettings.Integer("problems", 1, 10_000, 1);
            Settings acceptance = experiment.Section("acceptance");
            LeastAccuracy = acceptance.Has("accuracy-at-least") ? acceptance.Number("accuracy-at-least", 0, 1) : null;
            if (experiment.Has("rivals"))
            {
                Settings rivals = experiment.Section("rivals");
                RivalParameters = rivals.Integer("parameters", 100, 10_000_000, 80_000);
                RivalSteps = rivals.Integer("steps", 1, 1_000_000, 400);
            }
        }

        Settings comparison = experiment.Section("comparison");
        Sizes = RuleComparing.ReadSizes(comparison, "sizes");
        ComparisonProblems = comparison.Integer("instances", 1, 100_000, 20);
        CertifiedInstances = FreshInstances.Read(experiment);
        experiment.Text("method");
        experiment.RequireAllKnown();
    }

    private const double LargestTape = 3e10;

    /// <summary>The words after <c>family.kind</c>.</summary>
    public static IReadOnlyList<(string Name, ConceptKind Kind, string Summary)> Concepts { get; } =
    [
        ("parity", ConceptKind.Parity, "the parity of an unknown subset of the bits"),
        ("parity-of-all", ConceptKind.ParityOfAll, "the exclusive-or of all bits"),
        ("dictator", ConceptKind.Dictator, "one bit, which one is unknown"),
        ("conjunction", ConceptKind.Conjunction, "the conjunction of three unknown bits"),
        ("disjunction", ConceptKind.Disjunction, "the disjunction of three unknown bits"),
        ("constant", ConceptKind.Constant, "always 1"),
    ];

    public ConceptFamily Family { get; }

    public Settings FamilySettings { get; }

    public Settings MethodSettings { get; }

    public Settings TrainingSettings { get; }

    public ulong Seed { get; }

    public double CheckpointSeconds { get; }

    /// <summary>What runs on the memory.</summary>
    public string Learner { get; }

    /// <summary>Whether the memory is written by gradient descent.</summary>
    public bool Descends { get; }

    /// <summary>How many problems are memorized and asked, one after the other.</summary>
    public int Problems { get; }

    /// <summary>The form of the rules to search; null parts of an experiment that does not search have the defaults.</summary>
    public RuleForm Form { get; }

    /// <summary>What is searched beside the functions.</summary>
    public SearchedParts Parts { get; }

    /// <summary>How to search; null where the learner is given.</summary>
    public RuleSearchOptions? Search { get; }

    /// <summary>How many parameters the fully connected rivals have; null for no rivals.</summary>
    public int? RivalParameters { get; }

    /// <summary>How many steps of Adam they get.</summary>
    public int RivalSteps { get; }

    /// <summary>The numbers of bits at which the rule is compared with elimination.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>How many problems of each.</summary>
    public int ComparisonProblems { get; }

    /// <summary>How many fresh problems the statistical certificate is about.</summary>
    public int CertifiedInstances { get; }

    /// <summary>The part of right answers that is asked for, where a memory is learned from.</summary>
    public double? LeastAccuracy { get; }

    public static RuleExperiment Read(Settings experiment) => new(experiment);

    /// <summary>The problems that a model's certificate is about: those of its family, or parities of 32 bits for a rule that was searched for, with a few queries each.</summary>
    public static ConceptFamily FamilyOf(Settings family, LearnedRule learned, int queries)
    {
        if (learned.IsDiscovered)
        {
            return new ConceptFamily(ConceptKind.Parity, 32, 42, queries);
        }

        ConceptFamily own = FamilyOf(family, family.Choice("kind", [.. Concepts.Select(c => c.Name)], "parity"));
        return new ConceptFamily(own.Concept, own.Bits, own.Examples, queries, own.Inputs, own.Noise);
    }

    private static ConceptFamily FamilyOf(Settings family, string kind)
    {
        int bits = family.Integer("bits", 1, 4096, 16);
        return new ConceptFamily(
            Concepts.First(c => c.Name == kind).Kind,
            bits,
            family.Integer("examples", 1, 8192, bits + 10),
            family.Integer("queries", 1, 100_000, 100),
            family.Choice("inputs", ["uniform", "sparse", "low-rank", "duplicated"], "uniform") switch
            {
                "sparse" => ExampleKind.Sparse,
                "low-rank" => ExampleKind.LowRank,
                "duplicated" => ExampleKind.Duplicated,
                _ => ExampleKind.Uniform,
            },
            family.Number("noise", 0, 0.5, 0));
    }

    private static double MemoryWork(int bits, int examples) => ((3.0 * examples) + (2.0 * bits) + 2) * (examples + 1.0) * ((bits + 64) / 64 * 64.0);
}
