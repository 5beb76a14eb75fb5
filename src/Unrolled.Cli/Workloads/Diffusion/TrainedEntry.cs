using Unrolled.Diffusion.Networks;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>A network of an experiment after its training with one seed.</summary>
/// <param name="Entry">What was trained.</param>
/// <param name="Parameters">The parameters with the least validation error.</param>
/// <param name="LearningRate">The rate that led there.</param>
/// <param name="Error">That error.</param>
/// <param name="Seconds">The time of the training with that rate.</param>
internal sealed record TrainedEntry(NetworkEntry Entry, Parameters Parameters, double LearningRate, double Error, double Seconds)
{
    /// <summary>The network.</summary>
    public FieldNetwork Network => Entry.Network;
}
