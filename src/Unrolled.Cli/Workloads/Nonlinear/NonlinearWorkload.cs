using System.Text;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>Solvers for families of nonlinear systems, learned for a few evaluations of F.</summary>
internal sealed class NonlinearWorkload : IWorkload
{
    /// <inheritdoc/>
    public string Method => LearnedNonlinear.MethodName;

    /// <inheritdoc/>
    public string Summary => "R2N2 for nonlinear systems: steps tuned for a family and a few evaluations, with Newton's method as safeguard";

    /// <inheritdoc/>
    public IReadOnlyList<Named> Families => [.. NonlinearFamilies.All.Select(f => new Named(f.Kind, f.Summary))];

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> SolveOptions { get; } =
    [
        new("--parameters", "c=0.7", "The parameters of the equations; the middle of their ranges by default."),
        new("--initial", "x=1,y=0", "The start, or a file with it; the mean of the family's starts by default."),
        new("--tolerance", "NUMBER", "The norm of F to reach, 1e-10 by default."),
        new("--output", "FILE", "Where to write the solution, as CSV."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> CompareOptions { get; } =
    [
        new("--evaluations", "3,6,9", "The budgets of evaluations to compare at."),
        new("--tolerance", "NUMBER", "The norm of F to which evaluations are counted."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<(string Format, Exporter Write)> Exports { get; } =
    [
        ("c", Text(NonlinearSource.C)), ("csharp", Text(NonlinearSource.CSharp)), ("python", Text(NonlinearSource.Python)), ("json", Text(NonlinearSource.Json)),
    ];

    /// <inheritdoc/>
    public LearnOutcome? Learn(Settings experiment, LearnContext context) => NonlinearLearning.Run(NonlinearExperiment.Read(experiment), context);

    /// <inheritdoc/>
    public Comparison Compare(Model model, CompareRequest request, WorkContext context) =>
        new NonlinearComparing(model, NonlinearComparingOptions.Read(model, request), context).Run(request.Path);

    /// <inheritdoc/>
    public SolveOutcome Solve(Model model, Settings options, WorkContext context) => NonlinearSolving.Run(model, options, context);

    /// <inheritdoc/>
    public IReadOnlyList<Certificate> Certify(Model model, CertifyRequest request, WorkContext context) => NonlinearCertificates.Of(model, context);

    /// <inheritdoc/>
    public void Report(Model model, HtmlReport report) => NonlinearReport.Write(model, report);

    private static Exporter Text(NonlinearSource source) => (model, name) => Encoding.UTF8.GetBytes(source.Write(model, name));
}
