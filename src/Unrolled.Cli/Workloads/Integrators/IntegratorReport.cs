using System.Text.Json.Nodes;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.RungeKutta;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>The sections of an integrator's report.</summary>
internal static class IntegratorReport
{
    public static void Write(Model model, HtmlReport report)
    {
        LearnedIntegrator learned = LearnedIntegrator.Of(model);
        Advice(model, learned, report);
        Cost(model, learned, report);
        Sample(model, learned, report);
        Sweep(model, learned, report);
        Refinements(model, learned, report);
        TrainingCurve.Show(model, report, "best validation error of the fit", "One line for each fit of the search.");
        Tableau(learned, report);
        Order(model, learned, report);
    }

    private static void Advice(Model model, LearnedIntegrator learned, HtmlReport report)
    {
        report.Section("What was learned, and when to use it");
        report.Paragraph($"{learned.Method.Name}: an explicit method with constant steps {(learned.Method is FixedStepLearnedRungeKutta ? "whose coefficients depend on the step size and were fitted to whole trajectories of one family, so that the error becomes small at every step" : "whose coefficients were fitted to whole trajectories of one family, so that the error at a fixed cost becomes small")}.");
        report.List(
        [
            "Use it for many trajectories of this family at about this cost, where a constant step is wanted: real-time simulation, embedded code, large batches.",
            FormattableString.Invariant($"It is used for steps from {learned.ValidSteps.Low:g4} to {learned.ValidSteps.High:g4} and for parameters inside their ranges; elsewhere {learned.Parent.Name} takes its place."),
            "Do not use it for one trajectory to a tolerance (an adaptive method chooses its own steps), for stiff equations, or for errors close to rounding, where classical methods of high order win.",
            .. (model.Results["notes"] as JsonArray ?? []).Select(n => n!.GetValue<string>() + "."),
        ]);
    }

    private static void Cost(Model model, LearnedIntegrator learned, HtmlReport report)
    {
        if (model.Results["cost"] is not JsonArray lines)
        {
            return;
        }

        var chart = new SvgChart("Error against cost", new ChartAxis("evaluations for a trajectory") { Logarithmic = true }, new ChartAxis("geometric mean of the largest error") { Logarithmic = true })
        {
            Description = "One line per method: its error on held-out trajectories for budgets from a quarter to four times the one that was learned.",
        };
        ChartSeries[] all =
        [
            .. lines.OfType<JsonObject>().Select(line => new ChartSeries(line["method"]!.ToString(), ResultNumbers.ToDoubles(line["cost"]), ResultNumbers.ToDoubles(line["error"]))),
        ];
        ChartSeries[] classical = [.. all.Where(s => s.Name != learned.Method.Name)];
        ChartSeries[] shown = [.. all.Where(s => s.Name == learned.Method.Name || s.Name == learned.Parent.Name || IsAmongTheBest(s, classical))];
        foreach (ChartSeries series in shown)
        {
            chart.Add(series with { Emphasized = series.Name == learned.Method.Name });
        }

        int hidden = all.Length - shown.Length;
        report.Section("Error against cost");
        report.Chart(chart, "Lower is better at equal cost. " + (hidden == 0 ? string.Empty : $"Of the classical methods those are shown that are best or second best at some cost, and the parent; {hidden} {(hidden == 1 ? "is" : "are")} not. ") + (learned.Method is FixedStepLearnedRungeKutta
            ? "The learned method keeps its order, so that its line is as steep as that of its parent; classical methods of higher order are steeper."
            : "The learned method was fitted at one cost; to the left and right of it, without its fallback, it loses what it gained there."));
    }

    /// <summary>Whether at some cost no more than one other method is better for no more.</summary>
    private static bool IsAmongTheBest(ChartSeries series, ChartSeries[] others) => Enumerable.Range(0, series.X.Count).Any(i =>
        double.IsFinite(series.Y[i]) && others.Count(o => o.Name != series.Name && Enumerable.Range(0, o.X.Count).Any(k => o.X[k] <= series.X[i] && o.Y[k] < series.Y[i])) <= 1);

    private static void Sample(Model model, LearnedIntegrator learned, HtmlReport report)
    {
        if (model.Results["sample"] is not JsonObject lines)
        {
            return;
        }

        var chart = new SvgChart("Error over time", new ChartAxis("time"), new ChartAxis("largest error of a component") { Logarithmic = true })
        {
            Description = "The error of one held-out trajectory for the learned method, its parent and the best classical one.",
        };
        foreach ((string name, JsonNode? line) in lines)
        {
            chart.Add(new ChartSeries(name, ResultNumbers.ToDoubles(line!["time"]), ResultNumbers.ToDoubles(line["error"])) { Emphasized = name == learned.Method.Name });
        }

        report.Section("One trajectory");
        report.Chart(chart, "The first held-out trajectory at the budget that was learned.");
    }

    private static void Sweep(Model model, LearnedIntegrator learned, HtmlReport report)
    {
        if (model.Results["sweep"] is not JsonObject sweep)
        {
            return;
        }

        double[] h = ResultNumbers.ToDoubles(sweep["steps"]), mine = ResultNumbers.ToDoubles(sweep["learned"]), parent = ResultNumbers.ToDoubles(sweep["parent"]);
        var chart = new SvgChart("Error against step size", new ChartAxis("step size h") { Logarithmic = true }, new ChartAxis("geometric mean of the largest error") { Logarithmic = true })
        {
            Description = "The learned method without its fallback, and its parent, on validation trajectories.",
        };
        chart.Add(new ChartSeries(learned.Method.Name, h, mine) { Emphasized = true }).Add(new ChartSeries(learned.Parent.Name, h, parent));
        chart.Add(new ChartSeries("ends of the valid interval", [learned.ValidSteps.Low, learned.ValidSteps.High],
            [At(h, mine, learned.ValidSteps.Low), At(h, mine, learned.ValidSteps.High)]) { Style = ChartStyle.Points });
        report.Section("Where it loses");
        int lost = Enumerable.Range(0, h.Length).Count(i => !(mine[i] <= parent[i]));
        report.Chart(chart, FormattableString.Invariant(
            $"Outside [{learned.ValidSteps.Low:g4}, {learned.ValidSteps.High:g4}] the model uses {learned.Parent.Name}. Without that it would lose at {lost} of {h.Length} steps shown."));
    }

    private static void Refinements(Model model, LearnedIntegrator learned, HtmlReport report)
    {
        if (model.Results["refinements"] is not JsonObject gains)
        {
            return;
        }

        double[] k = ResultNumbers.ToDoubles(gains["refinements"]), mine = ResultNumbers.ToDoubles(gains["learned"]);
        double[] classical = ResultNumbers.ToDoubles(gains["classical"]), fourth = ResultNumbers.ToDoubles(gains["rk4"]);
        report.Section("Every step");
        report.Table("Error on held-out trajectories at refined steps, of the best classical method with as many stages, and of RK4 at as many evaluations",
            ["step", learned.Method.Name, "best classical", "gain", "RK4"],
            k.Select((factor, i) => ((IReadOnlyList<string>)
            [
                FormattableString.Invariant($"h0/{factor}"), NumberText.Scientific(mine[i]), NumberText.Scientific(classical[i]),
                FormattableString.Invariant($"{classical[i] / mine[i]:0.00}"), NumberText.Scientific(fourth[i]),
            ], false)));
    }

    private static double At(double[] h, double[] error, double value) => error[Array.IndexOf(h, h.MinBy(x => Math.Abs(x - value)))];

    private static void Tableau(LearnedIntegrator integrator, HtmlReport report)
    {
        IntegratorCoefficients learned = integrator.Coefficients;
        report.Section("The coefficients");
        if (integrator.Method is FixedStepLearnedRungeKutta { Method: var method })
        {
            Conditioned(integrator, method, report);
        }

        string[] columns = ["row", .. Enumerable.Range(0, learned.Stages).Select(j => $"k{j}"), .. Enumerable.Range(0, learned.Memory).Select(j => learned.Start is null ? $"old k{learned.Stages - learned.Memory + j}" : $"f {j + 1} back")];
        report.Table("Rows lead to the stages, the last to the new state", columns, learned.Rows.Select((row, i) =>
        {
            string[] cells = [i == learned.Stages ? "b" : $"a{i}", .. columns.Skip(1).Select((_, j) =>
                j < learned.Stages ? (j < i ? Digits(row[j]) : string.Empty) : (row.Length > i ? Digits(row[i + j - learned.Stages]) : string.Empty))];
            return ((IReadOnlyList<string>)cells, i == learned.Stages);
        }));
    }

    /// <summary>ε, and the corrections in the layout of the tableau.</summary>
    private static void Conditioned(LearnedIntegrator integrator, LearnedRungeKutta method, HtmlReport report)
    {
        string scale = string.Concat(integrator.Family.Function.Inputs[1].Components.Zip(method.Scale.Exponents, method.Scale.References)
            .Where(p => p.Second != 0).Select(p => FormattableString.Invariant($" ({p.First}/{p.Third:g6})^{p.Second:0.####}")));
        report.Paragraph(FormattableString.Invariant(
            $"The tableau below is that of {method.Parent.Name}; added to it are the terms epsilon^r delta with epsilon = (h/{method.BaseStep:g6}){scale}."));
        report.Table("The terms, rows one after the other, the weights b last", ["r", .. Enumerable.Range(0, method.Parent.Parameters.Length).Select(i => $"{i}")],
            method.Corrections.Select(c => ((IReadOnlyList<string>)[FormattableString.Invariant($"{c.Exponent}"), .. c.Delta.Select(Digits)], false)));
    }

    private static string Digits(double value) => FormattableString.Invariant($"{value:0.######}");

    private static void Order(Model model, LearnedIntegrator learned, HtmlReport report)
    {
        double[] mine = ResultNumbers.ToDoubles(model.Results["defects"]?["learned"]), parent = ResultNumbers.ToDoubles(model.Results["defects"]?["parent"]);
        report.Section("Order");
        report.Paragraph(learned.Order > 1
            ? $"{learned.Method.Name} has order {learned.Order}, as its certificate says; {learned.Parent.Name}, which takes over outside the range, has order {learned.ParentOrder}."
            : $"A fitted method gives up order for a small error at its step: it is consistent, no more. {learned.Parent.Name}, which takes over outside the range, has order {learned.ParentOrder}.");
        if (parent.Length > 0)
        {
            string[] columns = mine.Length > 0 ? ["order", learned.Method.Name, learned.Parent.Name] : ["order", learned.Parent.Name];
            report.Table($"Largest defect of the order conditions{(learned.Method is FixedStepLearnedRungeKutta ? " at the step h0" : string.Empty)}", columns, parent.Select((p, i) =>
                ((IReadOnlyList<string>)(mine.Length > 0 ? [$"{i + 1}", NumberText.Scientific(mine[i]), NumberText.Scientific(p)] : new[] { $"{i + 1}", NumberText.Scientific(p) }), false)));
        }
    }
}
