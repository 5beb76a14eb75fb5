using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Sources;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Deployment.Rules;

/// <summary>
/// Writes a learning rule with its filter as source code that needs nothing else: the weights, one step of the recurrent convolution, and a function that learns
/// from examples of any number and size and answers a query.
/// </summary>
/// <remarks>Integers throughout: results are those of the library exactly. <see cref="OnnxRuleModel"/> is the same as a graph.</remarks>
public abstract class RuleSource
{
    /// <summary>C99 without any header but stddef.h, and no allocation.</summary>
    public static RuleSource C { get; } = new CRuleSource();

    /// <summary>C#, one static class without dependencies.</summary>
    public static RuleSource CSharp { get; } = new CSharpRuleSource();

    /// <summary>Python 3 with NumPy; many queries at once.</summary>
    public static RuleSource Python { get; } = new PythonRuleSource();

    /// <summary>The rule in words and the filter as JSON.</summary>
    public static RuleSource Json { get; } = new JsonRuleSource();

    /// <summary>The text of the file.</summary>
    /// <param name="learner">The rule and how it is run.</param>
    /// <param name="filter">Its filter.</param>
    /// <param name="description">What it is, for the head of the file.</param>
    /// <param name="name">The name that identifiers begin with; other characters than letters and digits become underscores.</param>
    /// <exception cref="ArgumentException">The filter has another number of bits than the rule.</exception>
    public string Write(RowLearner learner, ReluFilter filter, string description, string name)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(description);
        Require(learner, filter);
        return Write(new RuleProgram(learner, filter), description, SourceText.Identifier(name)).ReplaceLineEndings("\n");
    }

    internal static void Require(RowLearner learner, ReluFilter filter)
    {
        if (filter.Bits != learner.Rule.Bits.Length)
        {
            throw new ArgumentException($"the filter has {filter.Bits} bits, the rule has {learner.Rule.Bits.Length}", nameof(filter));
        }
    }

    private protected abstract string Write(RuleProgram program, string description, string name);

    /// <summary>Rows of integers, each in the brackets of a language.</summary>
    private protected static string Rows(IEnumerable<int[]> rows, string open, string close, string indent) =>
        string.Join(",\n" + indent, rows.Select(r => $"{open}{string.Join(", ", r)}{close}").Chunk(8).Select(line => string.Join(", ", line)));

    /// <summary>For every unit, how many weights there are up to its last one.</summary>
    private protected static IEnumerable<int> Ends(IEnumerable<int> counts)
    {
        int sum = 0;
        return counts.Select(c => sum += c);
    }
}
