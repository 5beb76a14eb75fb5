using System.Globalization;
using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Deployment.Fields;

/// <summary>A trained network for signals or images as a model stores it.</summary>
/// <remarks>
/// Settings of the method: those of <see cref="FieldNetworks"/> and <c>signals</c>, <c>noise-unit</c>, <c>least-sigma</c> and <c>largest-sigma</c>, the range of noise
/// it was trained for. The parameters are the numbers that act; nothing of the trainer is needed to run or to check them. Immutable.
/// </remarks>
public sealed class LearnedDenoiser
{
    /// <summary>The name of the method in a model and an experiment.</summary>
    public const string MethodName = "diffusion-network";

    /// <summary>The name of the range of noise levels in a model.</summary>
    public const string NoiseLevel = "noise level sigma";

    private readonly Parameters _parameters;
    private readonly Model? _model;

    /// <summary>A denoiser from its parts.</summary>
    /// <param name="network">The network.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="fields">What it is for.</param>
    /// <param name="noiseUnit">The unit in which users give noise levels.</param>
    /// <param name="noise">The least and the largest noise level it was trained for, in units of the values.</param>
    public LearnedDenoiser(FieldNetwork network, Parameters parameters, FieldKind fields, double noiseUnit, (double Least, double Largest) noise)
        : this(network, parameters, fields, noiseUnit, noise, null)
    {
    }

    private LearnedDenoiser(FieldNetwork network, Parameters parameters, FieldKind fields, double noiseUnit, (double Least, double Largest) noise, Model? model)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(parameters);
        (Network, _parameters, Fields, NoiseUnit, Noise, _model) = (network, parameters.Clone(), fields, noiseUnit, noise, model);
    }

    /// <summary>The model that it was made from, to be saved by <see cref="ModelFile"/>.</summary>
    /// <exception cref="InvalidOperationException">It was made from parts; <see cref="ToModel"/> adds what they do not say.</exception>
    public Model Model => _model ?? throw new InvalidOperationException("the denoiser was made from parts, which do not say for which family and how it was trained: see ToModel");

    /// <summary>The network.</summary>
    public FieldNetwork Network { get; }

    /// <summary>What it is for.</summary>
    public FieldKind Fields { get; }

    /// <summary>The unit in which users give noise levels: 1/255 for images.</summary>
    public double NoiseUnit { get; }

    /// <summary>The noise levels that it was trained for, in units of the values.</summary>
    public (double Least, double Largest) Noise { get; }

    /// <summary>A copy of its parameters.</summary>
    public Parameters Parameters => _parameters.Clone();

    /// <summary>The network with its numbers for a noise level.</summary>
    public BoundGraph<T> At<T>(double sigma)
        where T : struct, System.Numerics.IFloatingPointIeee754<T> => Network.Bind<T>(_parameters, sigma);

    /// <summary>Denoises all instances of a field of one channel.</summary>
    /// <param name="noisy">The noisy signals or images.</param>
    /// <param name="sigma">The standard deviation of their noise, in units of the values.</param>
    /// <param name="cancellationToken">Looked at before every instance.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public Field<float> Denoise(Field<float> noisy, double sigma, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(noisy);
        if (noisy.Channels != 1)
        {
            throw new ArgumentException($"the field has {noisy.Channels} channels; the network is for one", nameof(noisy));
        }

        var filter = new DenoisingFilter(this, sigma, 1);
        var one = new Field<float>(1, 1, noisy.Rows, noisy.Columns);
        Field<float> clean = noisy.ZerosLike(), result = one.ZerosLike();
        for (int n = 0; n < noisy.Instances; n++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            noisy.Instance(n).CopyTo(one.Values);
            filter.Apply(one, result);
            result.Values.CopyTo(clean.Instance(n));
        }

        return clean;
    }

    /// <summary>Whether a noise level lies outside those of the training, where <see cref="DenoisingFilter"/> scales values to the nearest level; to a part of a thousandth.</summary>
    /// <param name="sigma">The standard deviation, in units of the values.</param>
    public IReadOnlyList<OutOfRange> Outside(double sigma)
    {
        var range = new ValidRange(NoiseLevel, Noise.Least / NoiseUnit, Noise.Largest / NoiseUnit);
        return [.. OutOfRange.Find([range with { Low = range.Low * 0.999, High = range.High * 1.001 }], [(NoiseLevel, sigma / NoiseUnit)]).Select(o => o with { Range = range })];
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidInputException">The model is none of a denoiser, or its parts do not fit.</exception>
    public static LearnedDenoiser Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireMethod(MethodName);
        Settings settings = model.MethodSettings;
        FieldKind fields = settings.Choice("signals", ["yes", "no"]) == "yes" ? FieldKind.Signals : FieldKind.Images;
        double unit = settings.Number("noise-unit", 1e-12, 1e12);
        FieldNetwork network = FieldNetworks.Read(settings, fields, "1", unit);
        Parameters layout = network.CreateParameters();
        if (!layout.SameLayout(model.Parameters))
        {
            throw new InvalidInputException(model.Family.Source, $"the network has the parameters {layout}; the model holds {model.Parameters}");
        }

        try
        {
            var denoiser = new LearnedDenoiser(network, model.Parameters, fields, unit, (settings.Number("least-sigma", 0, 1e12), settings.Number("largest-sigma", 0, 1e12)), model);
            denoiser.At<float>(denoiser.Noise.Largest);
            return denoiser;
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(model.Family.Source, $"the parameters are no denoiser: {e.Message}", e);
        }
    }

    /// <summary>The model of this denoiser.</summary>
    /// <param name="network">The section of its network.</param>
    /// <param name="family">The section of the family it was trained for.</param>
    /// <param name="description">What the family is.</param>
    /// <param name="training">How it was trained.</param>
    public Model ToModel(Settings network, Settings family, string description, TrainingRecord training)
    {
        ArgumentNullException.ThrowIfNull(network);
        var method = new Settings("model", "methodSettings");
        method.SetAll(network);
        WriteTo(method);
        return new Model
        {
            Method = MethodName,
            Description = $"{Network.Name} for: {description}",
            MethodSettings = method,
            Family = family,
            ValidRanges = [new ValidRange(NoiseLevel, Noise.Least / NoiseUnit, Noise.Largest / NoiseUnit)],
            Parameters = Parameters,
            Training = training,
        };
    }

    /// <summary>Writes the settings that <see cref="Of"/> reads beside those of the network.</summary>
    public void WriteTo(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Set("signals", Fields == FieldKind.Signals ? "yes" : "no");
        settings.Set("noise-unit", NoiseUnit.ToString("R", CultureInfo.InvariantCulture));
        settings.Set("least-sigma", Noise.Least.ToString("R", CultureInfo.InvariantCulture));
        settings.Set("largest-sigma", Noise.Largest.ToString("R", CultureInfo.InvariantCulture));
    }
}
