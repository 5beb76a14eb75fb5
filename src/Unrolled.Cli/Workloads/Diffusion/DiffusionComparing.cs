using System.Diagnostics;
using System.Globalization;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Diffusion;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>A denoiser beside its rivals and classical diffusion filters on signals or images that it was not trained on.</summary>
internal static class DiffusionComparing
{
    /// <summary>Its own options of <c>unrolled compare</c>.</summary>
    public static IReadOnlyList<WorkloadOption> Options { get; } =
    [
        new("--images", "DIR", "A folder of PNG, PGM or PPM images to compare on; draws of the family by default."),
        new("--sigma", "NUMBER", "The standard deviation of the noise, in the unit of the family (25 for images of 0 to 255)."),
    ];

    public static Comparison Run(Model model, CompareRequest request, WorkContext context)
    {
        LearnedDenoiser denoiser = LearnedDenoiser.Of(model);
        Settings options = request.Options;
        double sigma = options.Has("sigma") ? options.Number("sigma", 0, 1e6) * denoiser.NoiseUnit : double.NaN;
        ulong seed = request.Seed ?? model.Training.Seed + 1;
        RandomStream stream = new RandomStream(seed).Split("comparison");
        (TestFields fields, TestFields? tuning, string family) = Fields(model, denoiser, request, sigma, stream, context);
        var notes = new List<string>();
        if (!double.IsNaN(sigma) && !(sigma >= denoiser.Noise.Least * 0.999 && sigma <= denoiser.Noise.Largest * 1.001))
        {
            notes.Add(FormattableString.Invariant(
                $"the noise lies outside of what the network was trained for, sigma {denoiser.Noise.Least / denoiser.NoiseUnit:g4} to {denoiser.Noise.Largest / denoiser.NoiseUnit:g4}"));
        }

        double[] own = [];
        var rows = new List<ComparisonRow>();
        foreach (LearnedDenoiser network in (IEnumerable<LearnedDenoiser>)[denoiser, .. RivalFiles.Read(request.Path, model, context.Note).Select(LearnedDenoiser.Of)])
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.Progress.Report(new(network.Network.Name, 0.5 * rows.Count / (rows.Count + 1), double.NaN, TimeSpan.Zero));
            long started = Stopwatch.GetTimestamp();
            double[] ratios = fields.Ratios(network.Network, network.Parameters, context.Cancellation);
            ComparisonRow row = ComparisonRow.Of(network.Network.Name, ComparisonRow.Learned, ratios, Direction.Larger) with
            {
                Cost = network.Network.ParameterCount,
                CostUnit = "parameters",
                Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
            };
            own = rows.Count == 0 ? ratios : own;
            rows.Add(rows.Count == 0 ? row : row with { LearnedBetter = Better(own, ratios) });
        }

        foreach (Flux flux in tuning is null ? [] : ClassicalDenoiser.Fluxes)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.Progress.Report(new(flux.Name, 0.5 + (0.1 * (rows.Count % 5)), double.NaN, TimeSpan.Zero));
            ClassicalDenoiser tuned = ClassicalDenoiser.Tuned(flux, tuning!, context);
            long started = Stopwatch.GetTimestamp();
            double[] ratios = fields.Ratios((noisy, sigma) => tuned.Denoise(noisy, sigma, context.Cancellation), context.Cancellation);
            rows.Add(ComparisonRow.Of(tuned.Name, ComparisonRow.Classical, ratios, Direction.Larger) with
            {
                Cost = ClassicalDenoiser.ParameterCount,
                CostUnit = "parameters",
                Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
                LearnedBetter = Better(own, ratios),
            });
        }

        rows.Add(ComparisonRow.Of("noisy", ComparisonRow.Classical, fields.NoisyRatios(), Direction.Larger) with { LearnedBetter = Better(own, fields.NoisyRatios()) });
        notes.AddRange(Verdict(rows));
        return new Comparison
        {
            Model = request.Path,
            Family = family,
            Metric = "PSNR in dB",
            Better = Direction.Larger,
            Instances = fields.Count,
            Seed = seed,
            Rows = rows,
            Notes = notes,
        };
    }

    private static (TestFields Fields, TestFields? Tuning, string Family) Fields(
        Model model, LearnedDenoiser denoiser, CompareRequest request, double sigma, RandomStream stream, WorkContext context)
    {
        bool signals = denoiser.Fields == FieldKind.Signals, images = request.Options.Has("images");
        if (images && signals)
        {
            throw request.Options.Fault("images", "--images: the model is for signals");
        }

        if (images && double.IsNaN(sigma))
        {
            sigma = Math.Sqrt(denoiser.Noise.Least * denoiser.Noise.Largest);
        }

        DenoisingFamily? family = null;
        try
        {
            family = DenoisingFamilies.Create(model.Family);
        }
        catch (InvalidInputException e) when (images)
        {
            context.Note($"classical filters are left out, as there is nothing to tune them on: {e.Message}");
        }

        if (family is not null && !double.IsNaN(sigma))
        {
            string level = (sigma / denoiser.NoiseUnit).ToString("R", CultureInfo.InvariantCulture);
            family = new DenoisingFamily(family.Source, new GaussianNoise(Distribution.Parse(level), denoiser.NoiseUnit));
        }

        TestFields? tuning = family is null ? null : ClassicalDenoiser.TuningDraws(family, signals, stream.Split("tuning"), context.Threads);
        if (images)
        {
            ImageFolder folder = ImageFolder.Read(request.Options.Text("images"), 1);
            return (TestFields.Images(folder, sigma, stream.Split("images"), context.Threads), tuning,
                FormattableString.Invariant($"{folder.Names.Length} whole images, normal noise with sigma {sigma / denoiser.NoiseUnit:g4}"));
        }

        int rows = signals ? 1 : 96, columns = signals ? family!.Source.Columns : 96;
        return (TestFields.Draw(family!, request.Instances ?? (signals ? 500 : 48), rows, columns, stream.Split("draws"), context.Threads), tuning, family!.Description);
    }

    /// <summary>On which part of the fields the learned one is better.</summary>
    private static double Better(double[] own, double[] other) => own.Zip(other).Count(p => p.First > p.Second) / (double)own.Length;

    private static IEnumerable<string> Verdict(List<ComparisonRow> rows)
    {
        foreach (string kind in (string[])[ComparisonRow.Learned, ComparisonRow.Classical])
        {
            ComparisonRow? best = rows.Skip(1).Where(r => r.Kind == kind && r.Method != "noisy").MaxBy(r => r.Mean);
            if (best is not null)
            {
                double gain = rows[0].Mean!.Value - best.Mean!.Value;
                yield return FormattableString.Invariant(
                    $"{rows[0].Method} is {Math.Abs(gain):f2} dB {(gain >= 0 ? "above" : "BELOW")} the best {(kind == ComparisonRow.Learned ? "rival network" : "classical filter")}, {best.Method}");
            }
        }
    }
}
