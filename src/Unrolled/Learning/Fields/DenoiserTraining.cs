using System.Diagnostics;
using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Learning.Fields;

/// <summary>From a family of noisy signals or images to a denoiser that can be run, saved and exported.</summary>
/// <remarks>Deterministic: iterations are counted, no clock takes part, and threads do not change a bit. The model has no certificates.</remarks>
public static class DenoiserTraining
{
    /// <summary>The extent of the images that decide which parameters are kept.</summary>
    public const int ValidationExtent = 96;

    /// <summary>How many signals or images decide which parameters are kept.</summary>
    public static int ValidationCount(DenoisingFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        return family.Source.Rows == 1 ? 200 : 24;
    }

    /// <summary>Trains a network for a family.</summary>
    /// <param name="family">Clean fields and their noise.</param>
    /// <param name="network">The network; null for the symmetric one of <see cref="FieldNetworks.For"/>.</param>
    /// <param name="options">How; null for <see cref="FieldFitOptions.For"/>.</param>
    /// <param name="progress">Told after every round; null for nobody.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <exception cref="ArgumentException">A model cannot hold the network, see <see cref="FieldNetworks.Write"/>.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static LearnedDenoiser Learn(DenoisingFamily family, FieldNetwork? network = null, FieldFitOptions? options = null,
        IProgress<LearningProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(family);
        long started = Stopwatch.GetTimestamp();
        options ??= FieldFitOptions.For(family);
        FieldKind fields = family.Source.Rows == 1 ? FieldKind.Signals : FieldKind.Images;

        // the network as the model will hold it: a noise level may be the neighbor of the given number
        Settings section = FieldNetworks.Write(network ?? FieldNetworks.For(family), fields, family.Source.NoiseUnit);
        network = FieldNetworks.For(family, section);
        RandomStream stream = new RandomStream(options.Seed).Split("denoising");
        (int rows, int columns) = fields == FieldKind.Signals ? (1, family.Source.Columns) : (ValidationExtent, ValidationExtent);
        FieldValidation validation = FieldValidation.Draw(family, ValidationCount(family), rows, columns, stream.Split("validation"), options.Threads, options.Ranks);
        using var fit = new FieldFit(network, CreateVariables(network), network.InitialParameters(stream.Split("start")), family, validation, options);
        for (bool more = !fit.Finished; more;)
        {
            more = fit.Round(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new LearningProgress("Adam", (double)fit.Rounds / options.Rounds, fit.BestError, Stopwatch.GetElapsedTime(started)));
        }

        var denoiser = new LearnedDenoiser(network, ToParameters(network, fit.BestCoefficients()), fields, family.Source.NoiseUnit, family.Noise.Sigma);
        TrainingRecord record = Record(options, fit.BestError, Stopwatch.GetElapsedTime(started).TotalSeconds);
        return LearnedDenoiser.Of(denoiser.ToModel(section, FamilySettings.ForModel(family), family.Description, record));
    }

    /// <summary>How a training came out, as a model stores it.</summary>
    /// <param name="options">How the network was trained.</param>
    /// <param name="error">The validation error.</param>
    /// <param name="seconds">How long it took.</param>
    public static TrainingRecord Record(FieldFitOptions options, double error, double seconds)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new TrainingRecord
        {
            Seed = options.Seed,
            Trainer = string.Create(CultureInfo.InvariantCulture, $"Adam, {options.Iterations} iterations of {options.BatchSize} patches, rate {options.LearningRate:g3}"),
            Seconds = seconds,
            Loss = error,
            Instances = options.Iterations * options.BatchSize,
        };
    }

    /// <summary>What the training of a network turns: the bounded numbers of a symmetric one, all numbers of the others.</summary>
    public static INetworkVariables CreateVariables(FieldNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network is SymmetricNetwork symmetric ? new SymmetricVariables(symmetric) : new FreeVariables(network.ParameterCount);
    }

    /// <summary>Trained numbers as the network computes with them and as they are certified: in single precision.</summary>
    public static Parameters ToParameters(FieldNetwork network, ReadOnlySpan<double> numbers)
    {
        ArgumentNullException.ThrowIfNull(network);
        Parameters parameters = network.CreateParameters();
        for (int i = 0; i < numbers.Length; i++)
        {
            parameters.Values[i] = (float)numbers[i];
        }

        return parameters;
    }
}
