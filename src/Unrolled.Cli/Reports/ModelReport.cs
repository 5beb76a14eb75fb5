using System.Globalization;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Reports;

/// <summary>The report of a model: what every method has in common, with the workload's own sections in the middle.</summary>
internal static class ModelReport
{
    /// <summary>The key of a model's results under which a <see cref="Comparison"/> is found.</summary>
    public const string ComparisonKey = "comparison";

    /// <param name="model">The model.</param>
    /// <param name="workload">The workload of its method.</param>
    /// <param name="path">The model file as the user names it.</param>
    /// <param name="acceptance">The criteria of the experiment, right after a training.</param>
    public static HtmlReport Create(Model model, IWorkload workload, string path, IReadOnlyList<Acceptance> acceptance)
    {
        var report = new HtmlReport(model.Description, $"Method {model.Method}: {workload.Summary}");
        foreach (Acceptance criterion in acceptance)
        {
            report.Note($"{(criterion.Met ? "Met" : "Not met")}: {criterion.Criterion}", criterion.Met ? ReportTone.Good : ReportTone.Bad);
        }

        report.Section("The model");
        report.Terms([("Model file", path), ("Parameters", $"{model.Parameters.Length}: {model.Parameters}")]);
        if (model.ValidRanges.Count > 0)
        {
            report.Table("Outside these ranges nothing is promised.", ["valid for", "from", "to"],
                model.ValidRanges.Select(r => ((IReadOnlyList<string>)[r.Name, NumberText.Short(r.Low), NumberText.Short(r.High)], false)));
        }

        if (ComparisonJson.FromJson(model.Results[ComparisonKey]) is Comparison comparison)
        {
            AddComparison(report, comparison);
        }

        workload.Report(model, report);
        AddCertificates(report, model);
        AddExports(report, workload, path);
        AddTraining(report, model.Training);
        report.Section("All settings");
        report.Terms([.. Terms("Family", model.Family), .. Terms("Method", model.MethodSettings), .. Terms("Training", model.Training.Settings)]);
        return report;
    }

    /// <summary>Adds a section with the table and the notes of a comparison.</summary>
    public static void AddComparison(HtmlReport report, Comparison comparison)
    {
        report.Section("How good it is, and where it loses");
        var columns = ComparisonTable.Columns(comparison);
        report.Table(
            string.Create(CultureInfo.InvariantCulture,
                $"{HtmlText.Sentence(comparison.Metric)} of {comparison.Instances} held-out problems (seed {comparison.Seed}); {(comparison.Better == Direction.Smaller ? "smaller" : "larger")} is better, the learned method is marked."),
            ["method", .. columns.Select(c => c.Title)],
            comparison.Rows.Select(row => ((IReadOnlyList<string>)[row.Method, .. columns.Select(c => c.Cell(row))], row.Kind == ComparisonRow.Learned)));
        report.List(comparison.Notes);
    }

    private static void AddCertificates(HtmlReport report, Model model)
    {
        report.Section("What is certified");
        if (model.Certificates.Count == 0)
        {
            report.Paragraph("Nothing: this model carries no certificate. Trust a result only if its residual was recomputed.");
            return;
        }

        report.Paragraph("Each claim was computed from the numbers of the model and can be computed again by unrolled certify. A claim that names a confidence "
            + "was counted on fresh draws from the family; every other one holds for all that it speaks of, as far as its assumptions do.");
        foreach (Certificate certificate in model.Certificates)
        {
            report.Claim(HtmlText.Sentence(certificate.Claim),
                $"{(certificate.Holds ? "Holds" : "Does not hold")}: {NumberText.Short(certificate.Value)}, bound {NumberText.Short(certificate.Bound)}",
                [.. certificate.Assumptions.Select(a => $"Assumes {a}")], certificate.Holds ? ReportTone.Good : ReportTone.Bad);
        }
    }

    private static void AddExports(HtmlReport report, IWorkload workload, string path)
    {
        if (workload.Exports.Count == 0)
        {
            return;
        }

        report.Section("Take it elsewhere");
        report.Paragraph("The model file is all that the command and the library need. As one of these files it runs without them, with the same numbers:");
        string quoted = path.Contains(' ') ? $"\"{path}\"" : path;
        report.Code(string.Join('\n', workload.Exports.Select(e => $"unrolled export {quoted} --to {e.Format} --output learned.{Extension(e.Format)}")));
    }

    private static string Extension(string format) => format switch
    {
        "csharp" => "cs",
        "python" => "py",
        _ => format,
    };

    private static void AddTraining(HtmlReport report, TrainingRecord training)
    {
        report.Section("How it was trained");
        report.Terms(
        [
            ("Trainer", training.Trainer),
            ("Loss", NumberText.Scientific(training.Loss)),
            ("Problems", training.Instances.ToString(CultureInfo.InvariantCulture)),
            ("Time", NumberText.Duration(training.Seconds)),
            ("Seed", training.Seed.ToString(CultureInfo.InvariantCulture)),
            ("Version", training.LibraryVersion),
            ("Date", training.Date.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        ]);
    }

    private static IEnumerable<(string Term, string Value)> Terms(string prefix, Settings settings) =>
        settings.Entries.Select(e => ($"{prefix}: {e.Key}", SettingText.Inline(e.Value)));
}
