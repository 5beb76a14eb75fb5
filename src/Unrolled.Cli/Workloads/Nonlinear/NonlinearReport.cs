using System.Text.Json.Nodes;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>The sections of a nonlinear solver's report.</summary>
internal static class NonlinearReport
{
    private const int MostColumns = 12;

    public static void Write(Model model, HtmlReport report)
    {
        LearnedNonlinear learned = LearnedNonlinear.Of(model);
        Advice(model, learned, report);
        report.Section("Residual against evaluations");
        Residuals(model, learned, report, "median", "Median over the problems");
        Residuals(model, learned, report, "worst", "Worst case over the problems");
        TrainingCurve.Show(model, report, "best validation error of the fit", "One line for each start; the best on the validation set became the model.");
        Weights(model, learned, report);
    }

    private static void Advice(Model model, LearnedNonlinear learned, HtmlReport report)
    {
        report.Section("What was learned, and when to use it");
        report.Paragraph(learned.Form == LearnedForm.Direct
            ? $"{learned.Method.Name}: a step evaluates F at the iterate and at displaced points and combines the values with learned weights; no derivative, no inner product."
            : $"{learned.Method.Name}: Newton's step with a frozen polynomial of learned weights in place of the inner solver; one evaluation of F and products with J.");
        report.List(
        [
            "Use it where the number of evaluations is fixed and small and the worst case counts: real-time computation, a first guess for every member of a large batch.",
            "Use Anderson's mixing where the median or a tolerance counts and the fixed-point iteration is near a contraction: it often needs fewer evaluations, as the tables and charts here show.",
            "Use Newton's method, or Newton-GMRES, for few unknowns, for high accuracy, and for problems outside the ranges above.",
            FormattableString.Invariant($"To a tolerance it runs inside a safeguard: a step must bring ||F|| to at most the part {learned.Rate:g4}, else Newton's method goes on. At a fixed budget there is no safeguard."),
            .. (model.Results["notes"] as JsonArray ?? []).Select(n => n!.GetValue<string>() + "."),
        ]);
    }

    private static void Residuals(Model model, LearnedNonlinear learned, HtmlReport report, string key, string title)
    {
        if (model.Results["cost"] is not JsonArray lines)
        {
            return;
        }

        var chart = new SvgChart(title, new ChartAxis("evaluations, mean over the problems"), new ChartAxis($"{key} of ||F||") { Logarithmic = true })
        {
            Description = $"One line for each method: the {key} of the residual norm on held-out problems after 0, 1, 2, ... steps.",
        };
        foreach (JsonObject line in lines.OfType<JsonObject>())
        {
            string name = line["method"]!.ToString();
            chart.Add(new ChartSeries(name, ResultNumbers.ToDoubles(line["cost"]), ResultNumbers.ToDoubles(line[key])) { Emphasized = name == learned.Method.Name });
        }

        string[] absent = [.. ClassicalSolvers.All.Select(m => m.Name).Where(n => !lines.OfType<JsonObject>().Any(l => l["method"]!.ToString() == n))];
        report.Chart(chart, "Lower is better at equal cost; markers are steps." + (absent.Length == 0 ? string.Empty : $" Not even one step of {string.Join(", ", absent)} fits."));
    }

    private static void Weights(Model model, LearnedNonlinear learned, HtmlReport report)
    {
        LearnedCoefficients c = learned.Coefficients;
        report.Section("The weights");
        int n = c.InnerEvaluations;
        NonlinearFamily family = NonlinearFamilies.Create(model.Family);
        double[] middle = At(c, new double[c.Coordinates]);
        string where = c.AreConstant ? string.Empty : ", in the middle of the ranges";
        report.Table($"Row j combines the evaluations v into the j-th displacement, the last into the step{where}", ["row", .. Enumerable.Range(0, n).Select(l => $"v{l}")],
            Enumerable.Range(1, n).Select(j => ((IReadOnlyList<string>)[j == n ? "step" : $"{j}", .. Enumerable.Range(0, n).Select(l => l < j ? Digits(middle[(j * (j - 1) / 2) + l]) : string.Empty)], j == n)));
        if (c.AreConstant)
        {
            return;
        }

        if (c.Coordinates == 1)
        {
            AgainstParameter(c, family, report);
        }

        if (c.BasisLength <= MostColumns)
        {
            report.Table("Their coefficients of Chebyshev polynomials in the coordinates", ["weight", .. Enumerable.Range(0, c.BasisLength).Select(b => c.Coordinates == 1 ? $"T{b}" : $"{b}")],
                Enumerable.Range(0, c.Weights).Select(w => ((IReadOnlyList<string>)[Name(w), .. c.Values.Slice(w * c.BasisLength, c.BasisLength).ToArray().Select(Digits)], false)));
        }
    }

    private static void AgainstParameter(LearnedCoefficients c, NonlinearFamily family, HtmlReport report)
    {
        int varying = Enumerable.Range(0, family.Parameters.Count).First(i => family.Parameters[i] is not { Kind: DistributionKind.Constant } && NonlinearRanges.Of(family)[i] is { } r && r.High > r.Low);
        ValidRange range = NonlinearRanges.Of(family)[varying];
        double[] places = [.. Enumerable.Range(0, 41).Select(k => -1 + (k / 20.0))];
        double[][] weights = [.. places.Select(p => At(c, [p]))];
        double[] x = [.. places.Select(p => range.Low + ((range.High - range.Low) * (p + 1) / 2))];
        var chart = new SvgChart("The weights of the step against the parameter", new ChartAxis(range.Name), new ChartAxis("weight"));
        int n = c.InnerEvaluations;
        for (int l = 0; l < n; l++)
        {
            int w = (n * (n - 1) / 2) + l;
            chart.Add(new ChartSeries(Name(w), x, [.. weights.Select(v => v[w])]));
        }

        report.Chart(chart, "The last row, which combines the evaluations into the step.");
    }

    private static string Name(int weight)
    {
        int row = 1;
        while (row * (row + 1) / 2 <= weight)
        {
            row++;
        }

        return $"row {row}, v{weight - (row * (row - 1) / 2)}";
    }

    private static double[] At(LearnedCoefficients c, double[] coordinates)
    {
        Batch place = Batch.Zeros(c.Coordinates, 1), basis = Batch.Zeros(c.BasisLength, 1);
        coordinates.CopyTo(place.Values);
        c.Basis(place, basis);
        return [.. Enumerable.Range(0, c.Weights).Select(w => Enumerable.Range(0, c.BasisLength).Sum(b => c.Values[(w * c.BasisLength) + b] * basis[b, 0]))];
    }

    private static string Digits(double value) => FormattableString.Invariant($"{value:0.####}");
}
