using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Problems.Families;
using Unrolled.Problems.Images;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>Clean and noisy signals or images that no training has seen, and the peak signal-to-noise ratio of whatever is made of the noisy ones.</summary>
/// <remarks>
/// The protocol: noise in single precision, neither clipped nor rounded; estimates of images clipped to their range, those of signals not; the mean over the
/// images of the ratio of each.
/// </remarks>
internal sealed class TestFields
{
    private readonly List<Field<float>> _clean = [];
    private readonly List<Field<float>> _noisy = [];
    private readonly List<double> _sigmas = [];
    private readonly PeakSignalToNoise _ratio;
    private readonly int _threads;

    private TestFields(IFieldSource source, int? threads)
    {
        _threads = threads ?? Environment.ProcessorCount;
        _ratio = new PeakSignalToNoise(source.Low, source.Peak, source.Rows == 1 ? Clipping.None : Clipping.Range);
    }

    /// <summary>How many there are.</summary>
    public int Count => _clean.Count;

    public IReadOnlyList<Field<float>> Clean => _clean;

    public IReadOnlyList<Field<float>> Noisy => _noisy;

    public IReadOnlyList<double> Sigmas => _sigmas;

    /// <summary>Draws of a family.</summary>
    public static TestFields Draw(DenoisingFamily family, int count, int rows, int columns, RandomStream stream, int? threads)
    {
        var fields = new TestFields(family.Source, threads);
        for (int i = 0; i < count; i++)
        {
            var batch = new NoisyFields(1, rows, columns);
            family.DrawInstance(batch, 0, stream.Split((ulong)i));
            fields.Add(batch.Clean, batch.Noisy, batch.Sigma[0]);
        }

        return fields;
    }

    /// <summary>Whole images with noise of one level; the noise of an image depends on its number alone.</summary>
    public static TestFields Images(ImageFolder folder, double sigma, RandomStream stream, int? threads)
    {
        var fields = new TestFields(folder, threads);
        var noise = new GaussianNoise(Distribution.Parse(sigma.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
        for (int i = 0; i < folder.Names.Length; i++)
        {
            Field<float> clean = folder.Image(i), noisy = clean.ZerosLike();
            noise.Add(clean.Values, noisy.Values, stream.Split((ulong)i));
            fields.Add(clean, noisy, sigma);
        }

        return fields;
    }

    /// <summary>The ratio of every noisy one.</summary>
    public double[] NoisyRatios() => Ratios((i, _) => _noisy[i].Values.ToArray());

    /// <summary>The ratio of what a network makes of every one.</summary>
    public double[] Ratios(FieldNetwork network, Parameters parameters, CancellationToken cancellationToken = default) => Ratios(
        (i, scratch) =>
        {
            BoundGraph<float> graph = network.Bind<float>(parameters, _sigmas[i]);
            FieldGraphMemory<float> memory = scratch.Memory is { } kept && (kept.Rows, kept.Columns) == (_noisy[i].Rows, _noisy[i].Columns)
                ? kept
                : graph.CreateMemory(_noisy[i].Rows, _noisy[i].Columns);
            scratch.Memory = memory;
            _noisy[i].CopyTo(memory.Input);
            graph.Run(memory);
            return memory.Output.Values;
        },
        cancellationToken);

    /// <summary>The ratio of what a function makes of every one.</summary>
    public double[] Ratios(Func<Field<float>, double, Field<float>> denoise, CancellationToken cancellationToken = default) =>
        Ratios((i, _) => denoise(_noisy[i], _sigmas[i]).Values, cancellationToken);

    private double[] Ratios(Estimate estimate, CancellationToken cancellationToken = default)
    {
        double[] ratios = new double[Count];
        Parallel.For(
            0,
            Count,
            new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = cancellationToken },
            () => new Scratch(),
            (i, _, scratch) =>
            {
                ratios[i] = _ratio.Of(_clean[i].Values, estimate(i, scratch));
                return scratch;
            },
            _ => { });
        return ratios;
    }

    private void Add(Field<float> clean, Field<float> noisy, double sigma)
    {
        _clean.Add(clean);
        _noisy.Add(noisy);
        _sigmas.Add(sigma);
    }

    private delegate ReadOnlySpan<float> Estimate(int index, Scratch scratch);

    private sealed class Scratch
    {
        public FieldGraphMemory<float>? Memory { get; set; }
    }
}
