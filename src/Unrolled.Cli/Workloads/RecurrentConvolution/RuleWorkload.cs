using System.Text;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Rules;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Cli.Workloads.RecurrentConvolution;

/// <summary>Recurrent convolutions that memorize labeled bits and then learn from them, by known rules or by rules that a search discovers.</summary>
internal sealed class RuleWorkload : IWorkload
{
    /// <inheritdoc/>
    public string Method => LearnedRule.MethodName;

    /// <inheritdoc/>
    public string Summary => "RCNN: a recurrent convolution that memorizes labeled bits by gradient descent and then runs a learning algorithm on them, given or discovered";

    /// <inheritdoc/>
    public IReadOnlyList<Named> Families { get; } =
    [
        .. RuleExperiment.Concepts.Select(c => new Named(c.Name, $"Labeled bits: {c.Summary}.")),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> SolveOptions { get; } =
    [
        new("--examples", "FILE", "Labeled bits, one example per line, the label last; 0/1 or -1/+1."),
        new("--queries", "FILE", "Bits without labels, as many per line as the examples have."),
        new("--output", "FILE", "Where to write the predictions, as CSV in the encoding of the examples."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> CompareOptions { get; } = [new("--sizes", "8,16,32", "The numbers of bits to compare at.")];

    /// <inheritdoc/>
    public LearnOutcome? Learn(Settings experiment, LearnContext context)
    {
        RuleExperiment read = RuleExperiment.Read(experiment);
        return read.Search is null ? MemoryLearning.Run(read, context) : DiscoveryLearning.Run(read, context);
    }

    /// <inheritdoc/>
    public Comparison Compare(Model model, CompareRequest request, WorkContext context) => RuleComparing.Run(model, request, context);

    /// <inheritdoc/>
    public SolveOutcome Solve(Model model, Settings options, WorkContext context) => RuleSolving.Run(model, options, context);

    /// <inheritdoc/>
    public IReadOnlyList<Certificate> Certify(Model model, CertifyRequest request, WorkContext context) => RuleCertificates.Of(model, context);

    /// <inheritdoc/>
    public string Draw(Model model) => LearnedRule.Of(model).Rule.Draw();

    /// <inheritdoc/>
    public IReadOnlyList<(string Format, Exporter Write)> Exports { get; } =
    [
        ("c", Text(RuleSource.C)), ("csharp", Text(RuleSource.CSharp)), ("python", Text(RuleSource.Python)), ("json", Text(RuleSource.Json)),
        ("onnx", (model, name) => Written(model, (rows, filter) => OnnxRuleModel.Write(rows, filter, model.Description, name))),
    ];

    /// <inheritdoc/>
    public void Report(Model model, HtmlReport report) => RuleReport.Write(model, report);

    private static Exporter Text(RuleSource source) => (model, name) => Written(model, (rows, filter) => Encoding.UTF8.GetBytes(source.Write(rows, filter, model.Description, name)));

    private static byte[] Written(Model model, Func<RowLearner, ReluFilter, byte[]> write)
    {
        LearnedRule learned = LearnedRule.Of(model);
        return write(learned.Rows(), learned.Filter);
    }
}
