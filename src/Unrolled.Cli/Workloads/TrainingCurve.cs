using System.Text.Json.Nodes;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;

namespace Unrolled.Cli.Workloads;

/// <summary>The validation errors of the fits of a training, round by round, as a model stores them and a report shows them.</summary>
internal static class TrainingCurve
{
    private const string Key = "curve";

    /// <summary>Stores the curve in the results of a model.</summary>
    public static void Store(FitRunner fits, JsonObject results) => results[Key] = new JsonObject
    {
        ["fits"] = new JsonArray([.. fits.Curve.Select(c => (JsonNode)c.Fit)]),
        ["error"] = ResultNumbers.ToJson([.. fits.Curve.Select(c => c.Error)]),
    };

    /// <summary>A section with one line for each fit; nothing where the model stores no curve.</summary>
    /// <param name="model">The model.</param>
    /// <param name="report">The report.</param>
    /// <param name="error">What the error is, for the axis.</param>
    /// <param name="sentence">What to see.</param>
    public static void Show(Model model, HtmlReport report, string error, string sentence)
    {
        double[] errors = ResultNumbers.ToDoubles(model.Results[Key]?["error"]);
        if (errors.Length == 0)
        {
            return;
        }

        string[] fits = [.. model.Results[Key]!["fits"]!.AsArray().Select(f => f!.ToString())];
        var chart = new SvgChart("Training", new ChartAxis("round"), new ChartAxis(error) { Logarithmic = true });
        foreach (string fit in fits.Distinct())
        {
            double[] own = [.. Enumerable.Range(0, fits.Length).Where(i => fits[i] == fit).Select(i => errors[i])];
            chart.Add(new ChartSeries(fit, [.. own.Select((_, i) => i + 1.0)], own));
        }

        report.Section("Training");
        report.Chart(chart, sentence);
    }
}
