using System.Text.Json.Nodes;
using Unrolled.Cli.Reports;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Diffusion;
using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Problems.Formats;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>The sections of a denoiser's report.</summary>
internal static class DiffusionReport
{
    private const int ExampleExtent = 128;

    private const int MostFluxes = 6;

    public static void Write(Model model, HtmlReport report)
    {
        LearnedDenoiser denoiser = LearnedDenoiser.Of(model);
        Advice(model, denoiser, report);
        Networks(model, report);
        Example(model, denoiser, report);
        if (denoiser.Network is SymmetricNetwork network)
        {
            Fluxes(network, denoiser, report);
        }

        TrainingCurve.Show(model, report, "validation error (mean square)", "One line for each training; the parameters with the least error were kept. Rivals have lines of their own.");
    }

    private static void Advice(Model model, LearnedDenoiser denoiser, HtmlReport report)
    {
        report.Section("What was learned, and when to use it");
        report.Paragraph(denoiser.Network is SymmetricNetwork
            ? "A symmetric residual network: every block is an explicit step of nonlinear diffusion, u - tau K^T Phi(K u). The second convolution is the transpose of the first, so that a block has half the kernels of a standard one and a proof of stability."
            : $"{denoiser.Network.Name}: an unconstrained network, without a proof of stability.");
        report.List(
        [
            "Use it where a small, fast denoiser with guarantees is wanted: embedded filters, preprocessing of measurements, a step inside an iterative reconstruction.",
            "Use a large convolutional network where only the last tenths of a decibel count and a graphics processor is at hand; use non-local methods where textures repeat.",
            "Norm decrease is not the same as a Lipschitz constant of 1: see the certificates for what is proved here.",
            .. (model.Results["notes"] as JsonArray ?? []).Select(n => n!.GetValue<string>() + "."),
        ]);
    }

    private static void Networks(Model model, HtmlReport report)
    {
        if (model.Results["networks"] is not JsonArray networks)
        {
            return;
        }

        report.Section("Networks trained by the same trainer");
        report.Table(
            "Mean peak signal-to-noise ratio in dB on fresh fields; each network with the best of its learning rates.",
            ["network", "parameters", "iterations", "rate", "training (s)", "PSNR (dB)", "per seed"],
            networks.OfType<JsonObject>().Select((n, i) =>
            {
                double[] seeds = ResultNumbers.ToDoubles(n["psnr"]);
                return ((IReadOnlyList<string>)
                [
                    n["name"]!.ToString(),
                    n["parameters"]!.ToString(),
                    n["iterations"]!.ToString(),
                    FormattableString.Invariant($"{n["learningRate"]!.GetValue<double>():g3}"),
                    FormattableString.Invariant($"{ResultNumbers.ToDouble(n["seconds"]):f1}"),
                    FormattableString.Invariant($"{seeds.Average():f2}"),
                    string.Join(" ", seeds.Select(s => FormattableString.Invariant($"{s:f2}"))),
                ], i == 0);
            }));
    }

    private static void Example(Model model, LearnedDenoiser denoiser, HtmlReport report)
    {
        DenoisingFamily family;
        try
        {
            family = DenoisingFamilies.Create(model.Family);
        }
        catch (InvalidInputException)
        {
            return; // the user's files are no longer where they were
        }

        report.Section("An example");
        int extent = family.Source is ImageFolder folder ? Math.Min(ExampleExtent, folder.LargestSquare) : ExampleExtent;
        var batch = new NoisyFields(1, denoiser.Fields == FieldKind.Signals ? 1 : extent, denoiser.Fields == FieldKind.Signals ? family.Source.Columns : extent);
        family.DrawInstance(batch, 0, new RandomStream(model.Training.Seed).Split("example"));
        Field<float> estimate = denoiser.Denoise(batch.Noisy, batch.Sigma[0]);
        if (denoiser.Fields == FieldKind.Signals)
        {
            double[] x = [.. Enumerable.Range(0, batch.Clean.Columns).Select(i => (double)i)];
            report.Chart(
                new SvgChart("A signal of the family", new ChartAxis("sample"), new ChartAxis("value")) { Description = "A noisy signal, the clean one, and what the network makes of the noisy one." }
                    .Add(new ChartSeries("noisy", x, Doubles(batch.Noisy)) { Style = ChartStyle.Points })
                    .Add(new ChartSeries("clean", x, Doubles(batch.Clean)))
                    .Add(new ChartSeries(denoiser.Network.Name, x, Doubles(estimate)) { Emphasized = true }),
                "The estimate follows the clean signal, with its jumps; what remains of the noise is seen on the flat parts.");
            return;
        }

        report.Pictures(
            "A piece of the family: clean, noisy, and what the network makes of the noisy one.",
            [("clean", Gray(batch.Clean)), ("noisy", Gray(batch.Noisy)), ("denoised", Gray(estimate))]);
    }

    private static void Fluxes(SymmetricNetwork network, LearnedDenoiser denoiser, HtmlReport report)
    {
        double[] weights = new double[network.Graph.WeightCount];
        double sigma = Math.Sqrt(Math.Max(denoiser.Noise.Least, 1e-6) * denoiser.Noise.Largest);
        network.WriteWeights(denoiser.Parameters, sigma, weights);
        IActivation<double> flux = network.FluxOf(weights, 0);
        double reach = 6 * sigma;
        const int samples = 201;
        int filters = network.Options.Filters;
        double[] s = [.. Enumerable.Range(0, samples).Select(i => reach * ((2.0 * i / (samples - 1)) - 1))];
        double[] arguments = [.. Enumerable.Range(0, filters).SelectMany(_ => s)], values = new double[arguments.Length];
        flux.Apply(arguments, values, filters);
        var chart = new SvgChart("Fluxes of the first block", new ChartAxis("s, response of a filter"), new ChartAxis("Phi(s)"))
        {
            Description = "The trained nonlinearity of the first few filters, as functions of the response.",
        };
        for (int c = 0; c < Math.Min(MostFluxes, filters); c++)
        {
            chart.Add(new ChartSeries($"filter {c + 1}", s, values[(c * samples)..((c + 1) * samples)]));
        }

        report.Section("What the network diffuses");
        report.Chart(chart, "Where a curve rises like s, differences of that size are smoothed; where it returns to zero they are kept as edges. " + (network.Options.Flux.IsForward
            ? "All curves lie between 0 and s: that is what stability rests on."
            : "Where a curve has the sign opposite to s they are sharpened, by a bounded amount: on that bound stability rests."));
    }

    private static double[] Doubles(Field<float> field)
    {
        double[] values = new double[field.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = field.Values[i];
        }

        return values;
    }

    private static Raster Gray(Field<float> field) => new(new RasterLayout(field.Rows, field.Columns, RasterKind.Gray), field);
}
