using Unrolled.Deployment;
using Unrolled.Diffusion;
using Unrolled.Numerics;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>A classical diffusion filter with its contrast and time tuned for a noise level on draws of the family, as a careful user would.</summary>
internal sealed class ClassicalDenoiser
{
    private const int TuningFields = 6;

    private readonly Flux _flux;
    private readonly double _relativeContrast;
    private readonly double _time;

    private ClassicalDenoiser(Flux flux, double relativeContrast, double time) => (_flux, _relativeContrast, _time) = (flux, relativeContrast, time);

    /// <summary>The filters that a comparison shows.</summary>
    public static IReadOnlyList<Flux> Fluxes { get; } = [Flux.PeronaMalik, Flux.Charbonnier];

    /// <summary>The name with what was tuned.</summary>
    public string Name => FormattableString.Invariant($"{_flux.Name} diffusion, contrast {_relativeContrast:g3} sigma, time {_time:g3}");

    /// <summary>How many numbers were tuned.</summary>
    public static int ParameterCount => 2;

    /// <summary>Tries contrasts and times in a grid and keeps the pair with the least mean logarithm of the squared error.</summary>
    public static ClassicalDenoiser Tuned(Flux flux, TestFields fields, WorkContext context)
    {
        (double Ratio, ClassicalDenoiser Filter) best = (double.NegativeInfinity, new ClassicalDenoiser(flux, 1, 1));
        foreach (double contrast in (double[])[0.25, 0.5, 1, 1.5, 2, 3])
        {
            foreach (double time in (double[])[0.5, 1, 2, 4, 8, 16, 32])
            {
                var filter = new ClassicalDenoiser(flux, contrast, time);
                double ratio = fields.Ratios((noisy, sigma) => filter.Denoise(noisy, sigma, context.Cancellation), context.Cancellation).Average();
                best = ratio > best.Ratio ? (ratio, filter) : best;
            }
        }

        return best.Filter;
    }

    /// <summary>Draws to tune on, with the noise of the comparison.</summary>
    public static TestFields TuningDraws(DenoisingFamily family, bool signals, RandomStream stream, int? threads) => TestFields.Draw(
        family, signals ? 8 * TuningFields : TuningFields, signals ? 1 : 96, signals ? family.Source.Columns : 96, stream, threads);

    /// <summary>What the filter makes of a noisy field.</summary>
    public Field<float> Denoise(Field<float> noisy, double sigma, CancellationToken cancellationToken)
    {
        var filter = new DiffusionFilter(new DiffusionFilterOptions { Flux = _flux, Contrast = _relativeContrast * sigma });
        return filter.Apply(noisy.ConvertTo<double>(), _time, cancellationToken).Image.ConvertTo<float>();
    }
}
