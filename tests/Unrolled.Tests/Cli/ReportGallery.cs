using Unrolled.Cli.Reports;

namespace Unrolled.Tests.Cli;

/// <summary>A report with every kind of element and awkward data.</summary>
internal static class ReportGallery
{
    public static HtmlReport Create()
    {
        double[] steps = [.. Enumerable.Range(1, 3000).Select(i => (double)i)];
        var training = new SvgChart("Loss during training", new ChartAxis("gradient evaluations"), new ChartAxis("weighted loss") { Logarithmic = true })
            .Add(new ChartSeries("Adam", steps[..2000], [.. steps[..2000].Select(i => (0.5 * Math.Exp(-i / 300)) + 1e-3 + (1e-3 * Math.Sin(i)))]) { Emphasized = true })
            .Add(new ChartSeries("L-BFGS", steps[2000..], [.. steps[2000..].Select(i => 4.7e-4 + (1e-3 * Math.Exp(-(i - 2000) / 60)))]));
        double[] cost = [0, 4, 8, 12, 16, 20, 24, 28, 32];
        var error = new SvgChart("Error against cost", new ChartAxis("products with A"), new ChartAxis("relative residual |b − A x| / |b|") { Logarithmic = true });
        string[] names = ["learned Krylov", "CG", "CG, Jacobi", "CG, IC(0)", "MINRES", "GMRES(4)", "GMRES, full", "BiCGStab", "Chebyshev, exact interval", "Richardson"];
        for (int i = 0; i < names.Length; i++)
        {
            double rate = 0.3 + (0.17 * i);
            error.Add(new ChartSeries(names[i], cost, [.. cost.Select((c, k) => i == 7 && k == 4 ? double.NaN : Math.Exp(-c * rate / 2))]) { Emphasized = i == 0 });
        }

        double[] t = [.. Enumerable.Range(0, 401).Select(i => i / 400.0 * 14.5)];
        var polynomial = new SvgChart("Residual polynomial on the spectrum", new ChartAxis("eigenvalue"), new ChartAxis("q(λ)") { Low = -0.4, High = 1.1 })
            .Add(new ChartSeries("learned q", t, [.. t.Select(v => Math.Cos(v) * Math.Exp(-v / 4))]) { Emphasized = true })
            .Add(new ChartSeries("Chebyshev", t, [.. t.Select(v => 0.2 * Math.Cos(3 * v))]))
            .Add(new ChartSeries("eigenvalues", [1, 2.5, 5.2, 9, 14.5], [0, 0, 0, 0, 0]) { Style = ChartStyle.Points });
        var histogram = new SvgChart("Share of problems at or below a residual", new ChartAxis("relative residual") { Logarithmic = true }, new ChartAxis("share of problems"))
            .Add(new ChartSeries("learned Krylov", [1e-9, 3e-9, 1e-8, 2e-8, 1e-7], [0, 0.2, 0.6, 0.9, 1]) { Style = ChartStyle.Step, Emphasized = true })
            .Add(new ChartSeries("CG", [1e-8, 1e-7, 3e-7, 1e-6, 1e-5], [0, 0.1, 0.5, 0.95, 1]) { Style = ChartStyle.Step });
        var flat = new SvgChart("Step size", new ChartAxis("time (s)"), new ChartAxis("step (ms)"))
            .Add(new ChartSeries("constant", [0, 1e-4, 2e-4], [12345678, 12345678, 12345678]));
        return new HtmlReport(
                "A fixed-size iteration for diffusion on 24 x 24 grids with random coefficients",
                "Method krylov: a Krylov-like iteration with frozen weights, fitted to a family of linear systems.")
            .Note("Met: at least 2 times below CG in residual norm at 8 and 16 evaluations (reached 2.41 and 3.08).", ReportTone.Good)
            .Note("Not met: within 50 % of full GMRES after 32 evaluations (reached 71 %).", ReportTone.Bad)
            .Section("What was learned")
            .Terms([
                ("Model file", "runs/diffusion-2d/model.json"), ("Parameters", "36: weights[36]"),
                ("Family: kind", "diffusion"), ("Family: equations", "dx = y\ndy = mu*(1 - x^2)*y - x"), ("Method: evaluations", "8"),
            ])
            .Table("Outside these ranges nothing is promised.", ["valid for", "from", "to"],
                [(["least eigenvalue of the scaled operator", "0.0021", "0.0034"], false), (["largest eigenvalue", "1", "1"], false)])
            .Section("How good it is, and where it loses")
            .Table("Relative residual of 20 held-out problems (seed 99); smaller is better, the learned method is marked.",
                ["method", "products", "geo.mean", "mean", "median", "worst", "seconds", "conv."],
                names.Select((n, i) => ((IReadOnlyList<string>)[n, "16", $"{i + 1}.06e-02", "1.10e-02", "1.02e-02", "2.51e-02", "1.2e-03", "20"], i == 0)))
            .List(["Full GMRES is better per product and needs 17 vectors of storage.", "For one system of this size sparse LU is faster."])
            .Chart(error, "Lower and further left is better: each marker is one more step; the learned method is the heavy line, and BiCGStab has a gap where it broke down.")
            .Chart(training, "The loss falls until L-BFGS takes over and settles it; a curve that is still falling at its end would mean that more training helps.")
            .Chart(polynomial, "Where the curve is close to zero an error component vanishes in one step; outside the marked eigenvalues nothing is promised.")
            .Chart(histogram, "The further left a curve rises, the more problems are solved to that residual.")
            .Chart(flat, "A constant is a horizontal line.")
            .Section("What is certified")
            .Note("max |q(t)| over [0.0021, 1] is 0.93, bound 1. It holds.", ReportTone.Good)
            .List(["Assumes that the spectrum lies in [0.0021, 1]."]);
    }
}
