using System.Diagnostics;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Learning;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using Unrolled.Problems.Images;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>Denoises the user's file: an image by tiles, whatever its size, or the signals of a CSV or NPY file.</summary>
internal static class DiffusionSolving
{
    private const double Doubtful = 1.5;

    /// <summary>Its own options of <c>unrolled solve</c>.</summary>
    public static IReadOnlyList<WorkloadOption> Options { get; } =
    [
        new("--input", "FILE", "The noisy image (PNG, PGM, PPM) or signals (CSV, NPY)."),
        new("--output", "FILE", "Where to write the result, in the format of the input."),
        new("--sigma", "NUMBER", "The standard deviation of the noise (of 255 for images); estimated from the file by default."),
        new("--mask", "FILE", "An image that is not black where the input is known: the rest is filled in by diffusion instead of being denoised."),
        new("--tile", "N", "The extent of the tiles that an image is cut into, 512 by default."),
    ];

    public static SolveOutcome Run(Model model, Settings options, WorkContext context)
    {
        LearnedDenoiser denoiser = LearnedDenoiser.Of(model);
        if (!options.Has("input"))
        {
            throw new InvalidInputException("solve", "a denoiser needs --input FILE, a noisy image or signals; and --output FILE for the result");
        }

        string input = options.Text("input");
        double? sigma = options.Has("sigma") ? options.Number("sigma", 1e-9, 1e9) * denoiser.NoiseUnit : null;
        string? output = options.Has("output") ? options.Text("output") : null;
        if (options.Has("mask"))
        {
            return denoiser.Fields == FieldKind.Signals
                ? throw options.Fault("mask", "--mask: the model is for signals")
                : ImageInpainting.Run(input, options.Text("mask"), output, context);
        }

        long started = Stopwatch.GetTimestamp();
        double unit = denoiser.NoiseUnit;
        var notes = new List<string>();
        (double level, double removed, string what) = denoiser.Fields == FieldKind.Signals
            ? Signals(denoiser, input, output, sigma, notes, context.Cancellation)
            : Image(denoiser, input, output, sigma, options.Integer("tile", 16, 1 << 14, 512), notes, context);
        if (sigma is null)
        {
            notes.Add(FormattableString.Invariant($"the noise was estimated from the file: sigma {level / unit:g4}; say --sigma if you know it"));
        }

        IReadOnlyList<OutOfRange> outside = denoiser.Outside(level);
        if (outside.Count > 0)
        {
            notes.Add(FormattableString.Invariant(
                $"the noise lies outside of what the network was trained for (sigma {denoiser.Noise.Least / unit:g4} to {denoiser.Noise.Largest / unit:g4}); values were scaled to the nearest level it knows"));
        }

        if (output is null)
        {
            notes.Add("nothing was written; name a file with --output");
        }

        return new SolveOutcome
        {
            Residual = "removed noise over its expected size",
            Rows =
            [
                new SolveRow(denoiser.Network.Name, "learned", true, $"denoised {what}", level > 0 ? removed / level : null,
                    [("sigma", Math.Round(level / unit, 4))], Stopwatch.GetElapsedTime(started).TotalSeconds),
            ],
            Outside = outside,
            Output = output,
            Notes = notes,
        };
    }

    /// <summary>What to say about a noise level that the user gave and the data contradict: the median of high-pass differences is never far below the noise.</summary>
    private static void Doubt(double given, double estimated, double unit, List<string> notes)
    {
        if (estimated > 0 && (estimated < given / Doubtful || estimated > given * Doubtful))
        {
            notes.Add(FormattableString.Invariant(
                $"--sigma says {given / unit:g4}, but differences of neighbors in the file look like noise of {estimated / unit:g4}{(estimated > given ? " (or like fine texture)" : string.Empty)}: check the level"));
        }
    }

    private static (double Sigma, double Removed, string What) Signals(
        LearnedDenoiser denoiser, string input, string? output, double? sigma, List<string> notes, CancellationToken cancellationToken)
    {
        bool array = Path.GetExtension(input).Equals(".npy", StringComparison.OrdinalIgnoreCase);
        NumberArray? numbers = array ? NpyReader.Read(input) : null;
        SignalTable? table = array ? null : CsvSignalReader.Read(input);
        if (numbers is not null && numbers.Shape.Length is not (1 or 2))
        {
            throw new InvalidInputException(input, $"the array has the shape ({string.Join(", ", numbers.Shape)}), expected (samples) or (signals, samples)");
        }

        Field<float> noisy = (table ?? new SignalTable(numbers!.Shape.Length == 1 ? 1 : numbers.Shape[0], numbers.Shape[^1], numbers.Values)).ToField();
        double estimated = Estimate(noisy), level = sigma ?? estimated;
        Doubt(level, estimated, denoiser.NoiseUnit, notes);
        if (level <= 0)
        {
            throw new InvalidInputException(input, "no noise was found; say --sigma");
        }

        Field<float> clean = denoiser.Denoise(noisy, level, cancellationToken);
        if (output is not null && array)
        {
            NpyWriter.Write<float>(output, numbers!.Shape.AsSpan(), clean.Values);
        }
        else if (output is not null)
        {
            CsvSignalWriter.Write(output, clean, table);
        }

        return (level, Difference(noisy.Values, clean.Values), $"{noisy.Instances} signals of {noisy.Columns} samples");
    }

    private static (double Sigma, double Removed, string What) Image(LearnedDenoiser denoiser, string input, string? output, double? sigma, int tile, List<string> notes, WorkContext context)
    {
        double estimated = Estimate(input, context.Cancellation), level = sigma ?? estimated;
        Doubt(level, estimated, denoiser.NoiseUnit, notes);
        if (level <= 0)
        {
            throw new InvalidInputException(input, "no noise was found; say --sigma");
        }

        using IRowReader reader = RasterFile.Open(input);
        RasterLayout layout = reader.Layout;
        using IRowWriter writer = output is null ? new NoRows(layout) : RasterFile.Create(output, layout);
        var removed = new Removal();
        ImageStream.Process(
            reader,
            writer,
            denoiser.Network.Radius,
            () =>
            {
                var filter = new DenoisingFilter(denoiser, level, layout.Channels);
                return (from, to) =>
                {
                    filter.Apply(from, to);
                    removed.Add(from, to, layout.ColorChannels);
                };
            },
            new TileOptions { Extent = tile, Threads = context.Threads ?? Environment.ProcessorCount },
            new Fraction(context.Progress),
            context.Cancellation);
        return (level, removed.Deviation, $"{layout.Columns} x {layout.Rows} {layout.Kind} pixels");
    }

    private static double Estimate(Field<float> signals)
    {
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        foreach (float value in signals.Values)
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        var estimate = new NoiseEstimate(Math.Max(high - low, float.Epsilon));
        for (int n = 0; n < signals.Instances; n++)
        {
            estimate.AddSignal(signals.Instance(n));
        }

        return estimate.Sigma;
    }

    private static double Estimate(string image, CancellationToken cancellationToken)
    {
        using IRowReader reader = RasterFile.Open(image);
        RasterLayout layout = reader.Layout;
        NoiseEstimate[] channels = [.. Enumerable.Range(0, layout.ColorChannels).Select(_ => new NoiseEstimate())];
        float[] row = new float[layout.RowSamples];
        for (int i = 0; i < layout.Rows; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reader.ReadRow(row);
            for (int c = 0; c < channels.Length; c++)
            {
                channels[c].AddRow(row.AsSpan(c * layout.Columns, layout.Columns));
            }
        }

        return channels.Average(c => c.Sigma);
    }

    private static double Difference(ReadOnlySpan<float> noisy, ReadOnlySpan<float> clean)
    {
        double sum = 0;
        for (int i = 0; i < noisy.Length; i++)
        {
            double d = noisy[i] - clean[i];
            sum += d * d;
        }

        return Math.Sqrt(sum / Math.Max(1, noisy.Length));
    }

    /// <summary>What was taken away, over all tiles; halos count twice, which a check of the size allows.</summary>
    private sealed class Removal
    {
        private readonly Lock _lock = new();
        private double _sum;
        private long _count;

        public double Deviation => Math.Sqrt(_sum / Math.Max(1, _count));

        public void Add(Field<float> noisy, Field<float> clean, int channels)
        {
            double sum = 0;
            for (int c = 0; c < channels; c++)
            {
                double deviation = Difference(noisy.Plane(0, c), clean.Plane(0, c));
                sum += deviation * deviation * noisy.PlaneLength;
            }

            lock (_lock)
            {
                _sum += sum;
                _count += (long)channels * noisy.PlaneLength;
            }
        }
    }

    private sealed class Fraction(IProgress<LearningProgress> progress) : IProgress<double>
    {
        private readonly long _started = Stopwatch.GetTimestamp();

        public void Report(double value) => progress.Report(new("denoising", value, double.NaN, Stopwatch.GetElapsedTime(_started)));
    }

    private sealed class NoRows(RasterLayout layout) : IRowWriter
    {
        public RasterLayout Layout => layout;

        public void WriteRow(ReadOnlySpan<float> samples)
        {
        }

        public void Complete()
        {
        }

        public void Dispose()
        {
        }
    }
}
