using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Deployment.Rules;

/// <summary>A model of this method: a rule as text in the settings, its filter as parameters, and what the rule learns.</summary>
/// <param name="Learner">The name of what it learns; <see cref="Discovered"/> for a rule that was searched for.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Filter">The filter that the model stores.</param>
/// <param name="HandMinimal">Whether the filter claims to equal the rule in runs only, as the sieve's with 13 units does.</param>
public sealed record LearnedRule(string Learner, CellRule Rule, ReluFilter Filter, bool HandMinimal)
{
    /// <summary>The name of the method in a model and an experiment.</summary>
    public const string MethodName = "recurrent-convolution";

    /// <summary>The name of what a rule that was searched for learns.</summary>
    public const string Discovered = "discovered";

    /// <summary>The names of the ranges in the model of a discovered rule: the sizes that it was validated at. Given rules are right at every size.</summary>
    public const string Bits = "bits", Examples = "examples";

    private const string LearnerKey = "learner", FilterKey = "filter", RuleKey = "rule", HandMinimalWord = "hand-minimal", CompiledWord = "compiled";

    /// <summary>The names of the given learners that have a rule of rows.</summary>
    public static IReadOnlyList<string> Given { get; } = [ParityLearner.Linear.Name, .. Programs().Select(p => p.Name)];

    /// <summary>Whether a search found it.</summary>
    public bool IsDiscovered => Learner == Discovered;

    /// <summary>What the same learner does without any automaton: the reference of all comparisons. Discovered rules were searched to learn parities.</summary>
    public ILearner Classical => KnownLearners.Find(IsDiscovered ? ParityLearner.Linear.Name : Learner);

    /// <summary>A given learner with its filter.</summary>
    public static LearnedRule OfLearner(string learner)
    {
        RowLearner rows = RowsOf(learner);
        return new LearnedRule(learner, rows.Rule, rows.Filter, rows == RowLearner.Sieve);
    }

    /// <summary>A rule that was found.</summary>
    public static LearnedRule OfDiscovered(CellRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return new(Discovered, rule, rule.Compile(), false);
    }

    /// <summary>What a model holds.</summary>
    /// <exception cref="InvalidInputException">The rule, the filter or the learner is missing or damaged.</exception>
    public static LearnedRule Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireMethod(MethodName);
        Settings settings = model.MethodSettings;
        string learner = settings.Choice(LearnerKey, [.. Given, Discovered]);
        bool minimal = settings.Choice(FilterKey, [HandMinimalWord, CompiledWord]) == HandMinimalWord;
        CellRule rule = CellRule.Parse(settings.Text(RuleKey), "the model's rule");
        if (learner != Discovered && rule.ToString() != RowsOf(learner).Rule.ToString())
        {
            throw new InvalidInputException("model", $"the rule of the model is not the rule of the learner '{learner}'");
        }

        if (minimal && learner != ParityLearner.Linear.Name)
        {
            throw new InvalidInputException("model", $"the filter of the learner '{learner}' must be {CompiledWord}");
        }

        return new LearnedRule(learner, rule, FilterParameters.ToFilter(model.Parameters, rule.Bits.Length, "model"), minimal);
    }

    /// <summary>The model of this rule with its filter.</summary>
    /// <param name="settings">The section of the method; empty for none.</param>
    /// <param name="family">The section of what it learns from; empty for the defaults.</param>
    /// <param name="training">How it was found.</param>
    public Model ToModel(Settings settings, Settings family, TrainingRecord training)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var method = new Settings("model", "methodSettings");
        method.SetAll(settings);
        WriteTo(method);
        return new Model
        {
            Method = MethodName,
            Description = IsDiscovered ? "Discovered cellular rule that learns parities of any size" : $"Cellular rule that learns {Learner} from labeled bits",
            MethodSettings = method,
            Family = family,
            Parameters = FilterParameters.Of(Filter),
            Training = training,
        };
    }

    /// <summary>Adds the rule to the settings of a model.</summary>
    public void WriteTo(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Set(LearnerKey, Learner);
        settings.Set(FilterKey, HandMinimal ? HandMinimalWord : CompiledWord);
        settings.Set(RuleKey, Rule.ToString());
    }

    /// <summary>The rule as a learner that can run.</summary>
    /// <exception cref="InvalidInputException">The rule does not wait for its start: no search accepted it.</exception>
    public RowLearner Rows()
    {
        try
        {
            return IsDiscovered ? RowLearner.Of(Rule) : RowsOf(Learner);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException("model", e.Message, e);
        }
    }

    /// <summary>The labels of queries by the filter of the model as a network, one run for each query.</summary>
    public bool[] PredictByNetwork(LabeledExamples examples, BitRows queries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(queries);
        RowLearner rows = Rows();
        int m = examples.Count, d = examples.Bits;
        var engine = new NetworkEngine<float>(Filter, m + 1, d + 1);
        bool[] labels = new bool[queries.Count];
        for (int t = 0; t < labels.Length; t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CellGrid grid = Start(rows, examples, queries, t);
            engine.Load(grid);
            engine.Step(rows.Steps(d, m));
            engine.Store(grid);
            labels[t] = grid[rows.RowBit, m, d];
        }

        return labels;
    }

    /// <summary>The multiplications and additions of <see cref="PredictByNetwork"/>.</summary>
    public double WorkOfNetwork(int bits, int examples, int queries) =>
        (double)Rows().Steps(bits, examples) * (examples + 1.0) * (bits + 1.0) * Filter.NonZero * queries;

    /// <summary>The examples, a query below them, and the start in the first cell.</summary>
    public static CellGrid Start(RowLearner rows, LabeledExamples examples, BitRows queries, int query)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(queries);
        int m = examples.Count, d = examples.Bits;
        var grid = new CellGrid(m + 1, d + 1, rows.Rule.Bits.Length) { [rows.SendBit, 0, 0] = true };
        for (int j = 0; j <= d; j++)
        {
            for (int i = 0; i < m; i++)
            {
                grid[rows.RowBit, i, j] = j < d ? examples.Inputs[i, j] : examples.Labels[i];
            }

            grid[rows.RowBit, m, j] = j < d && queries[query, j];
        }

        return grid;
    }

    private static RowLearner RowsOf(string learner) =>
        learner == ParityLearner.Linear.Name ? RowLearner.Sieve : RowLearner.Of(Programs().First(p => p.Name == learner));

    private static IEnumerable<ColumnProgram> Programs() => KnownLearners.All.ToArray().OfType<ColumnProgram>();
}
