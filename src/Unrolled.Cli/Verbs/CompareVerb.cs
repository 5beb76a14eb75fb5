using System.CommandLine;
using System.Globalization;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Verbs;

/// <summary><c>unrolled compare MODEL</c>: held-out comparison with classical methods at equal cost.</summary>
internal sealed class CompareVerb : IVerb
{
    private readonly WorkloadRegistry _registry;
    private readonly WorkloadOptions _own;
    private readonly Argument<string> _model = new("MODEL") { Description = "The model file, or the folder of a run." };
    private readonly Option<int?> _instances = CommonOptions.Number<int?>("--instances", "N", "How many held-out problems.",
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n >= 1 ? n : null,
        "an integer from 1");

    public CompareVerb(WorkloadRegistry registry)
    {
        _registry = registry;
        Command = new Command("compare",
            "Compares a model with the best classical methods on problems it was not trained on, and says where it loses.")
        {
            _model, _instances,
        };
        _own = new WorkloadOptions(Command, registry.Workloads.SelectMany(w => w.CompareOptions));
    }

    /// <inheritdoc/>
    public string Example => "unrolled compare runs/a/model.json --instances 1000 --seed 7";

    /// <inheritdoc/>
    public Command Command { get; }

    /// <inheritdoc/>
    public int Run(Invocation invocation)
    {
        string path = ModelPath.Of(invocation.Given.GetRequiredValue(_model));
        Model model = ModelFile.Read(path);
        IWorkload workload = _registry.For(model, path);
        Settings options = _own.Given(invocation.Given, workload.CompareOptions, model.Method);
        Comparison comparison;
        using (ProgressBar progress = invocation.Progress())
        {
            var request = new CompareRequest(path, invocation.Given.GetValue(_instances), invocation.Seed, options);
            comparison = workload.Compare(model, request, invocation.Context(progress));
        }

        if (invocation.Json)
        {
            invocation.Print(ComparisonJson.ToJson(comparison));
        }
        else
        {
            invocation.Print(ComparisonTable.Render(comparison));
        }

        return ExitCode.Done;
    }
}
