using Unrolled.Deployment.Fields;
using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Problems.Families;

namespace Unrolled.Learning.Fields;

/// <summary>From a family of noisy signals or images to a denoiser that can be run and exported.</summary>
/// <remarks>Deterministic: iterations are counted, no clock takes part, and threads do not change a bit.</remarks>
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
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static LearnedDenoiser Learn(DenoisingFamily family, FieldNetwork? network = null, FieldFitOptions? options = null,
        IProgress<IFitRounds>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(family);
        network ??= FieldNetworks.For(family);
        options ??= FieldFitOptions.For(family);
        RandomStream stream = new RandomStream(options.Seed).Split("denoising");
        bool signals = family.Source.Rows == 1;
        (int rows, int columns) = signals ? (1, family.Source.Columns) : (ValidationExtent, ValidationExtent);
        FieldValidation validation = FieldValidation.Draw(family, ValidationCount(family), rows, columns, stream.Split("validation"), options.Threads, options.Ranks);
        using var fit = new FieldFit(network, CreateVariables(network), network.InitialParameters(stream.Split("start")), family, validation, options);
        for (bool more = !fit.Finished; more;)
        {
            more = fit.Round(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(fit);
        }

        return new LearnedDenoiser(network, ToParameters(network, fit.BestCoefficients()), signals ? FieldKind.Signals : FieldKind.Images, family.Source.NoiseUnit, family.Noise.Sigma);
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
