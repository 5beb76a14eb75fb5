using System.Text;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Linear;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>Learned Krylov-like solvers for families of linear systems.</summary>
internal sealed class LinearWorkload : IWorkload
{
    /// <inheritdoc/>
    public string Method => LearnedLinear.MethodName;

    /// <inheritdoc/>
    public string Summary => "R2N2 for linear systems: one frozen residual polynomial for a whole family, without inner products";

    /// <inheritdoc/>
    public IReadOnlyList<Named> Families => [.. LinearFamilies.All.Select(f => new Named(f.Kind, f.Summary))];

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> SolveOptions { get; } =
    [
        new("--matrix", "FILE", "The matrix, a Matrix Market file."),
        new("--rhs", "FILE", "The right-hand side (or several, as columns), a Matrix Market file; A times all ones by default."),
        new("--tolerance", "NUMBER", "The relative residual to reach, 1e-8 by default."),
        new("--output", "FILE", "Where to write the solution, a Matrix Market file."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> CompareOptions { get; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<(string Format, Exporter Write)> Exports { get; } =
    [
        ("c", Text(LinearSource.C)), ("csharp", Text(LinearSource.CSharp)), ("python", Text(LinearSource.Python)), ("json", Text(LinearSource.Json)),
    ];

    /// <inheritdoc/>
    public LearnOutcome? Learn(Settings experiment, LearnContext context) => LinearLearning.Run(LinearExperiment.Read(experiment), context);

    /// <inheritdoc/>
    public Comparison Compare(Model model, CompareRequest request, WorkContext context)
    {
        LinearModel learned = LinearModel.Of(model);
        return LinearComparison.Run(learned, request.Path, request.Instances ?? learned.HeldOut, request.Seed ?? model.Training.Seed, context);
    }

    /// <inheritdoc/>
    public SolveOutcome Solve(Model model, Settings options, WorkContext context) =>
        LinearSolving.Run(LinearModel.Of(model), options, context);

    /// <inheritdoc/>
    public IReadOnlyList<Certificate> Certify(Model model, CertifyRequest request, WorkContext context) => LinearCertificates.Of(LinearModel.Of(model), context);

    /// <inheritdoc/>
    public void Report(Model model, HtmlReport report) => LinearReport.Write(LinearModel.Of(model), report);

    private static Exporter Text(LinearSource source) => (model, name) => Encoding.UTF8.GetBytes(source.Write(LearnedLinear.Of(model), name));
}
