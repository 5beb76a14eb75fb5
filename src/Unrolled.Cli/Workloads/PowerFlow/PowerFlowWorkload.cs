using System.Text;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Problems;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Cli.Workloads.PowerFlow;

/// <summary>Screening of a power network: AC power flow for every single outage, with a learned step inside a correct loop.</summary>
internal sealed class PowerFlowWorkload : IWorkload
{
    public const string Family = "outages";

    /// <inheritdoc/>
    public string Method => LearnedNonlinear.PowerFlowName;

    /// <inheritdoc/>
    public string Summary => "R2N2 for AC power flow: N-1 screening of a network in one batch, safeguarded by Newton's method";

    /// <inheritdoc/>
    public IReadOnlyList<Named> Families => [new(Family, "single branch outages of a MATPOWER case")];

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> SolveOptions { get; } =
    [
        new("--case", "FILE", "The network, a MATPOWER case file of version 2; that of the training by default."),
        new("--screen", "n-1", "Solve the network with every branch out in turn."),
        new("--load", "FACTOR", "All loads and generation times this factor."),
        new("--tolerance", "NUMBER", "The mismatch to reach, in per unit."),
        new("--output", "FILE", "Where to write the table of the screen: CSV, or JSON for FILE.json."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> CompareOptions { get; } = [new("--case", "FILE", "Another network than that of the training.")];

    /// <summary>Coefficients alone: the case, its Jacobian and its sparse factors are no source code.</summary>
    public IReadOnlyList<(string Format, Exporter Write)> Exports { get; } = [("json", (model, name) => Encoding.UTF8.GetBytes(PowerFlowSource.Write(model, name)))];

    /// <inheritdoc/>
    public LearnOutcome? Learn(Settings experiment, LearnContext context) => PowerFlowLearning.Run(PowerFlowExperiment.Read(experiment), context);

    /// <inheritdoc/>
    public Comparison Compare(Model model, CompareRequest request, WorkContext context)
    {
        PowerFlowModel known = PowerFlowModel.Of(model);
        string path = request.Options.Text("case", known.CasePath);
        return new PowerFlowComparing(model, context).Run(request.Path, PowerFlowScreening.Solve(PowerNetwork.Read(path), path, known.Load));
    }

    /// <inheritdoc/>
    public SolveOutcome Solve(Model model, Settings options, WorkContext context) => PowerFlowSolving.Run(model, options, context);

    /// <inheritdoc/>
    public IReadOnlyList<WorkloadOption> CertifyOptions { get; } = [new("--case", "FILE", "Where the network of the training is now, a MATPOWER case file.")];

    /// <inheritdoc/>
    public IReadOnlyList<Certificate> Certify(Model model, CertifyRequest request, WorkContext context)
    {
        PowerFlowModel known = PowerFlowModel.Of(model);
        string path = request.Options.Text("case", known.CasePath);
        return File.Exists(path)
            ? PowerFlowCertificates.Of(model, PowerFlowScreening.Solve(PowerNetwork.Read(path), path, known.Load), context)
            : throw new InvalidInputException(path, "there is no such file; what is certified is about all outages of this network: say with --case FILE where it is");
    }

    /// <inheritdoc/>
    public void Report(Model model, HtmlReport report) => PowerFlowReport.Write(model, report);
}
