using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Krylov;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>The sections of a linear model's report: when to use it, error against cost, spectrum and polynomial, training.</summary>
internal static class LinearReport
{
    private const int PolynomialSamples = 600;

    public static void Write(LinearModel model, HtmlReport report)
    {
        Comparison? comparison = ComparisonJson.FromJson(model.Model.Results["comparison"]);
        Advice(model, report);
        if (comparison is not null)
        {
            ErrorAgainstCost(comparison, report);
        }

        Polynomial(model, report);
        Training(model, report);
    }

    private static void Advice(LinearModel model, HtmlReport report)
    {
        string degrees = string.Join(", ", model.Methods.Select(m => m.InnerEvaluations));
        report.Section("What was learned, and when to use it");
        report.Paragraph(
            $"Stationary solvers for one family of linear systems, with {degrees} products a step. Each multiplies the residual by one fixed polynomial "
            + "in the matrix; the coefficients were fitted to the family once and no inner products are needed to run it.");
        report.List(
        [
            "Use it for many systems of this family at once, to a low or moderate accuracy, or where inner products are expensive; as a smoother; "
            + "or as the polynomial preconditioner of CG or FGMRES, which reaches any tolerance with a verified residual (that is what unrolled solve does).",
            "Do not use it for a single system: GMRES and CG adapt to it, and a direct solver is exact. Do not use it for systems outside the family; "
            + (model.Eigenvalues is ValidRange range
                ? string.Create(CultureInfo.InvariantCulture, $"it was trained for eigenvalues in [{range.Low:g4}, {range.High:g4}] (of the scaled matrix).")
                : "its polynomial is certified for symmetric operators only, so around this one always use FGMRES."),
            .. (model.Model.Results["notes"] as JsonArray ?? []).Select(n => Sentence(n!.GetValue<string>())),
        ]);
    }

    private static void ErrorAgainstCost(Comparison comparison, HtmlReport report)
    {
        var chart = new SvgChart("Error against cost", new ChartAxis("products with the matrix"), new ChartAxis($"geometric mean of the {comparison.Metric}") { Logarithmic = true })
        {
            Description = "One line per method: the residual it has reached after a number of products, on held-out systems.",
        };
        foreach (IGrouping<string, ComparisonRow> method in comparison.Rows.Where(r => r.Cost is not null).GroupBy(r => r.Kind == ComparisonRow.Learned ? "learned (R2N2)" : r.Method))
        {
            ComparisonRow[] rows = [.. method.OrderBy(r => r.Cost)];
            chart.Add(new ChartSeries(method.Key, [.. rows.Select(r => r.Cost!.Value)], [.. rows.Select(r => r.GeometricMean ?? double.NaN)])
            {
                Emphasized = rows[0].Kind == ComparisonRow.Learned,
            });
        }

        report.Section("Error against cost");
        report.Chart(chart, "Lower is better at equal cost. GMRES without restart is the best that any such method can do on each single system; how close the learned line comes to it is what one polynomial for the whole family costs.");
        var time = new SvgChart("Error against time", new ChartAxis("time for all held-out systems (ms)") { Logarithmic = true }, new ChartAxis($"geometric mean of the {comparison.Metric}") { Logarithmic = true });
        foreach (IGrouping<string, ComparisonRow> method in comparison.Rows.Where(r => r.Seconds is not null).GroupBy(r => r.Kind == ComparisonRow.Learned ? "learned (R2N2)" : r.Method))
        {
            ComparisonRow[] rows = [.. method.OrderBy(r => r.Cost)];
            time.Add(new ChartSeries(method.Key, [.. rows.Select(r => r.Seconds!.Value * 1e3)], [.. rows.Select(r => r.GeometricMean ?? double.NaN)])
            {
                Emphasized = rows[0].Kind == ComparisonRow.Learned,
            });
        }

        report.Chart(time, "The same against measured time on this machine: methods without inner products and with little memory move to the left. A direct solver, where one was run, is the point far below.");
    }

    private static void Polynomial(LinearModel model, HtmlReport report)
    {
        report.Section("Spectrum and residual polynomial");
        if (model.Eigenvalues is not ValidRange range)
        {
            report.Paragraph("The operators are not symmetric: their eigenvalues are complex, and no plot of the polynomial on a line would show what it does.");
            return;
        }

        double[] nodes = ResultNumbers.ToDoubles(model.Model.Results["nodes"]), weights = ResultNumbers.ToDoubles(model.Model.Results["weights"]);
        var chart = new SvgChart("Residual polynomial", new ChartAxis("eigenvalue t of the scaled operator"), new ChartAxis("q(t): factor of one step"));
        foreach (LearnedKrylov method in model.Methods)
        {
            double[] t = [.. Enumerable.Range(0, PolynomialSamples + 1).Select(i => range.High * i / PolynomialSamples)];
            chart.Add(new ChartSeries($"degree {method.InnerEvaluations}", t, [.. t.Select(x => method.ResidualPolynomial(x))]) { Emphasized = method == model.Longest });
        }

        if (nodes.Length > 0)
        {
            chart.Add(new ChartSeries("quadrature nodes of the training spectra", nodes, new double[nodes.Length]) { Style = ChartStyle.Points });
        }

        report.Chart(chart, "Every component of the residual to an eigenvalue t is multiplied by q(t) in each step: near 0 it hardly shrinks, elsewhere it does. It must stay between -1 and 1 on the whole spectrum; that is what the certificate says.");
        if (nodes.Length > 0)
        {
            var measure = new SvgChart("Spectral measure", new ChartAxis("eigenvalue t of the scaled operator"), new ChartAxis("weight of the right-hand sides") { Logarithmic = true });
            measure.Add(new ChartSeries("training set, compressed", nodes, weights) { Style = ChartStyle.Points });
            report.Chart(measure, "The training set, whatever its size, counts only through these nodes and weights: how much of the right-hand sides lies at which eigenvalue.");
        }
    }

    private static void Training(LinearModel model, HtmlReport report)
    {
        if (model.Model.Results["curves"] is not JsonObject { Count: > 0 } curves)
        {
            return;
        }

        bool convex = model.Model.Training.Trainer == "least squares";
        var chart = new SvgChart("Training curve", new ChartAxis(convex ? "degree of the polynomial" : "optimizer step"), new ChartAxis(convex ? "mean squared residual after one step" : "weighted loss of the unrolled run") { Logarithmic = true });
        foreach ((string name, JsonNode? curve) in curves)
        {
            chart.Add(new ChartSeries($"{name} evaluations a step", ResultNumbers.ToDoubles(curve!["steps"]), ResultNumbers.ToDoubles(curve["loss"])) { Emphasized = curves.Count == 1 });
        }

        report.Section("Training");
        report.Chart(chart, convex
            ? "The best polynomial of every degree is found by least squares, without iterating: the curve shows what another evaluation buys."
            : "Each fall is one random start, first by Adam, then by L-BFGS; the best end is the model.");
    }

    private static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..] + ".";
}
