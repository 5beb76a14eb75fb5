using System.Text;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>Integrators with constant steps, learned for a family of ordinary differential equations.</summary>
internal sealed class IntegratorWorkload : IWorkload
{
    /// <inheritdoc/>
    public string Method => LearnedIntegrator.MethodName;

    /// <inheritdoc/>
    public string Summary => "R2N2 for differential equations: Runge-Kutta methods, with and without memory, tuned for a family and a budget";

    /// <inheritdoc/>
    public IReadOnlyList<Named> Families => [.. OdeFamilies.All.Select(f => new Named(f.Kind, f.Summary))];

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> SolveOptions { get; } =
    [
        new("--initial", "x=1,y=0", "The initial values; the middle of the family's by default."),
        new("--parameters", "mu=1.5", "The parameters of the equations; the middle of their ranges by default."),
        new("--horizon", "NUMBER", "How far to integrate; as in training by default."),
        new("--steps", "N", "The number of steps; by default as many as give the step that was learned."),
        new("--tolerance", "NUMBER", "Halve the step until the error against the reference is below this."),
        new("--output", "FILE", "Where to write the trajectory, as CSV."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> CompareOptions { get; } =
    [
        new("--horizon-factor", "FACTOR", "Trajectories this many times longer than in training, with the same step."),
        new("--outside", "FRACTION", "Parameters beyond their ranges, up to this fraction of the ranges away."),
        new("--steps", "sweep", "Add rows for steps from an eighth to twice the one that was learned."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<(string Format, Exporter Write)> Exports { get; } =
    [
        ("c", Text(IntegratorSource.C)), ("csharp", Text(IntegratorSource.CSharp)), ("python", Text(IntegratorSource.Python)), ("json", Text(IntegratorSource.Json)),
    ];

    /// <inheritdoc/>
    public LearnOutcome? Learn(Settings experiment, LearnContext context) => IntegratorLearning.Run(IntegratorExperiment.Read(experiment), context);

    /// <inheritdoc/>
    public Comparison Compare(Model model, CompareRequest request, WorkContext context)
    {
        int heldOut = model.MethodSettings.Integer("held-out", 1, 1_000_000, 200);
        var options = IntegratorComparingOptions.Read(request.Instances ?? heldOut, request.Seed ?? model.Training.Seed, request.Options);
        return new IntegratorComparing(model, new ReferenceTrajectories(), context).Run(request.Path, options);
    }

    /// <inheritdoc/>
    public SolveOutcome Solve(Model model, Settings options, WorkContext context) => IntegratorSolving.Run(model, options, context);

    /// <inheritdoc/>
    public IReadOnlyList<Certificate> Certify(Model model, CertifyRequest request, WorkContext context) =>
        IntegratorCertificates.Of(model, new ReferenceTrajectories(), context);

    /// <inheritdoc/>
    public void Report(Model model, HtmlReport report) => IntegratorReport.Write(model, report);

    private static Exporter Text(IntegratorSource source) => (model, name) => Encoding.UTF8.GetBytes(source.Write(LearnedIntegrator.Of(model), name));
}
