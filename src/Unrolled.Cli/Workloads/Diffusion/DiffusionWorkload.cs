using System.Text;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>Diffusion schemes as networks: denoisers for signals and images.</summary>
internal sealed class DiffusionWorkload : IWorkload
{
    /// <inheritdoc/>
    public string Method => LearnedDenoiser.MethodName;

    /// <inheritdoc/>
    public string Summary => "denoisers for signals and images: diffusion as a symmetric residual network with a proof of stability";

    /// <inheritdoc/>
    public IReadOnlyList<Named> Families => [.. DenoisingFamilies.All.Select(f => new Named(f.Kind, f.Summary))];

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> SolveOptions => DiffusionSolving.Options;

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> CompareOptions => DiffusionComparing.Options;

    /// <inheritdoc/>
    public LearnOutcome? Learn(Settings experiment, LearnContext context) => DiffusionLearning.Run(DiffusionExperiment.Read(experiment), context);

    /// <inheritdoc/>
    public Comparison Compare(Model model, CompareRequest request, WorkContext context) => DiffusionComparing.Run(model, request, context);

    /// <inheritdoc/>
    public SolveOutcome Solve(Model model, Settings options, WorkContext context) => DiffusionSolving.Run(model, options, context);

    /// <inheritdoc/>
    public IReadOnlyList<Certificate> Certify(Model model, CertifyRequest request, WorkContext context) => DiffusionCertificates.Of(model, context);

    /// <inheritdoc/>
    public IReadOnlyList<(string Format, Exporter Write)> Exports { get; } =
    [
        ("c", Text(DenoiserSource.C)), ("csharp", Text(DenoiserSource.CSharp)), ("python", Text(DenoiserSource.Python)), ("json", Text(DenoiserSource.Json)),
        ("onnx", (model, name) => OnnxDenoiserModel.Write(LearnedDenoiser.Of(model), model.Description, name)),
    ];

    /// <inheritdoc/>
    public void Report(Model model, HtmlReport report) => DiffusionReport.Write(model, report);

    private static Exporter Text(DenoiserSource source) => (model, name) => Encoding.UTF8.GetBytes(source.Write(LearnedDenoiser.Of(model), model.Description, name));
}
