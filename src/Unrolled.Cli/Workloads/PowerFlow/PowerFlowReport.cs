using Unrolled.Cli.Reports;
using Unrolled.Deployment;

namespace Unrolled.Cli.Workloads.PowerFlow;

/// <summary>The sections of a power-flow model's report.</summary>
internal static class PowerFlowReport
{
    public static void Write(Model model, HtmlReport report)
    {
        PowerFlowModel known = PowerFlowModel.Of(model);
        report.Section("What was learned, and when to use it");
        report.Paragraph($"{known.Name}: a step that evaluates the mismatch at {known.Learned.Coefficients.InnerEvaluations} points, applies the factors of the intact network to each, and adds them up with learned weights. "
            + "It runs inside a loop that recomputes every mismatch, drops what has converged, and hands to Newton's method whatever does not contract.");
        report.List(
        [
            "Use it for screens of many variants of one network from a solved state: all outages go through one batch.",
            "Use Newton's method for a single power flow, and where the table says that a classical method is faster on this network.",
            "Reactive limits of generators are not enforced; a single slack bus takes what is left.",
        ]);
        report.Section("The weights");
        int n = known.Learned.Coefficients.InnerEvaluations;
        report.Table("Rows lead to the displaced points, the last to the new state", ["row", .. Enumerable.Range(0, n).Select(j => $"v{j}")], Enumerable.Range(1, n).Select(row =>
            ((IReadOnlyList<string>)[row == n ? "update" : $"point {row}", .. Enumerable.Range(0, n).Select(l => l < row
                ? FormattableString.Invariant($"{known.Learned.Coefficients.Values[(row * (row - 1) / 2) + l]:0.######}") : string.Empty)], row == n)));
        TrainingCurve.Show(model, report, "geometric mean of the mismatch, per unit", "One line for each start of the fit: the outages were split into halves, one was fitted, the other decided.");
    }
}
