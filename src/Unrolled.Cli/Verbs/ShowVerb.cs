using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Verbs;

/// <summary><c>unrolled show MODEL</c>: what a model is, where it is valid, how good it is.</summary>
internal sealed class ShowVerb : IVerb
{
    private readonly WorkloadRegistry _registry;
    private readonly Argument<string> _model = new("MODEL") { Description = "The model file, or the folder of a run." };
    private readonly Option<string?> _report = new("--report") { Description = "Write the HTML report of the model to this file.", HelpName = "FILE" };

    public ShowVerb(WorkloadRegistry registry)
    {
        _registry = registry;
        Command = new Command("show",
            "Says what a model is, where it is valid and how good it is.")
        {
            _model, _report,
        };
    }

    /// <inheritdoc/>
    public string Example => "unrolled show runs/a";

    /// <inheritdoc/>
    public Command Command { get; }

    /// <inheritdoc/>
    public int Run(Invocation invocation)
    {
        string path = ModelPath.Of(invocation.Given.GetRequiredValue(_model));
        Model model = ModelFile.Read(path);
        if (invocation.Given.GetValue(_report) is string report)
        {
            ModelReport.Create(model, _registry.For(model, path), path, []).Write(report);
        }

        if (invocation.Json)
        {
            invocation.Print(ToJson(path, model));
        }
        else
        {
            Print(invocation, path, model);
            string drawing = _registry.Find(model)?.Draw(model) ?? string.Empty;
            if (drawing.Length > 0)
            {
                invocation.Print();
                invocation.Print(drawing.TrimEnd());
            }
        }

        return ExitCode.Done;
    }

    /// <summary>The model file without what only programs read: the parameters' numbers and the results of the training.</summary>
    private static JsonObject ToJson(string path, Model model)
    {
        using var stream = new MemoryStream();
        ModelFile.Write(stream, model);
        JsonObject json = JsonNode.Parse(stream.ToArray())!.AsObject();
        json.Insert(0, "model", path);
        json["parameters"] = model.Parameters.Length;
        json["comparison"] = model.Results[ModelReport.ComparisonKey]?.DeepClone();
        json.Remove("results");
        return json;
    }

    private static void Print(Invocation invocation, string path, Model model)
    {
        invocation.Print(Paragraph.Wrap(model.Description));
        TrainingRecord training = model.Training;
        invocation.Print(Paragraph.Terms(
        [
            ("file", path),
            ("method", $"{model.Method}{Inline(model.MethodSettings)}"),
            ("parameters", $"{model.Parameters.Length}: {model.Parameters}"),
            ("family", Inline(model.Family).TrimStart()),
            .. model.ValidRanges.Select(r => ("valid for", $"{r.Name} from {NumberText.Short(r.Low)} to {NumberText.Short(r.High)}")),
            ("trained", string.Create(CultureInfo.InvariantCulture,
                $"by {training.Trainer} on {training.Instances} problems in {NumberText.Duration(training.Seconds)}, seed {training.Seed}, version {training.LibraryVersion}, {training.Date:yyyy-MM-dd}")),
            ("loss", NumberText.Scientific(training.Loss)),
            .. model.Certificates.SelectMany(Certificate),
        ], width: 11));

        if (ComparisonJson.FromJson(model.Results[ModelReport.ComparisonKey]) is Comparison comparison)
        {
            invocation.Print();
            invocation.Print(ComparisonTable.Render(comparison));
        }
    }

    private static IEnumerable<(string Term, string Text)> Certificate(Certificate certificate) =>
        certificate.Assumptions.Select(a => (string.Empty, $"assuming {a}")).Prepend(("certificate",
            $"{certificate.Claim}: {NumberText.Short(certificate.Value)} <= {NumberText.Short(certificate.Bound)} {(certificate.Holds ? "holds" : "DOES NOT HOLD")}"));

    private static string Inline(Settings settings)
    {
        string text = string.Join("; ", SettingText.Inline(settings).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return text.Length == 0 ? string.Empty : text.Length > 300 ? $" {text[..297]}..." : $" {text}";
    }
}
