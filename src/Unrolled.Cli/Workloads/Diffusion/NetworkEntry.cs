using Unrolled.Deployment.Fields;
using Unrolled.Diffusion.Networks;
using Unrolled.Learning.Fields;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>A network that an experiment trains: the one that becomes the model, or a rival of it.</summary>
internal sealed class NetworkEntry
{
    /// <summary>Reads an entry.</summary>
    /// <param name="section">Its section.</param>
    /// <param name="family">What it is for.</param>
    /// <param name="rates">The learning rates where the section names none.</param>
    /// <param name="iterations">The iterations where the section names none.</param>
    public NetworkEntry(Settings section, DenoisingFamily family, string rates, int iterations)
    {
        Network = FieldNetworks.For(family, section);
        LearningRates = section.Numbers("learning-rates", 1e-8, 10, rates);
        Iterations = section.Integer("iterations", 1, 100_000_000, iterations);
        Margin = section.Has("margin") ? section.Number("margin", -100, 100) : null;
        Settings = section;
    }

    /// <summary>The network.</summary>
    public FieldNetwork Network { get; }

    /// <summary>The learning rates that are tried; the best on the validation set counts.</summary>
    public double[] LearningRates { get; }

    /// <summary>The steps of a training.</summary>
    public int Iterations { get; }

    /// <summary>By how many decibels the model must be above this rival; null for no claim.</summary>
    public double? Margin { get; }

    /// <summary>Its section, with the values that were left out.</summary>
    public Settings Settings { get; }

    /// <summary>What its training turns.</summary>
    public INetworkVariables CreateVariables() => DenoiserTraining.CreateVariables(Network);
}
