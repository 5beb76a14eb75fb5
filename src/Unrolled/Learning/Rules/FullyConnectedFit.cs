using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Learning.Rules;

/// <summary>Trains a <see cref="FullyConnectedNetwork"/> by Adam on all examples at once, until it has them by heart.</summary>
/// <param name="Network">The network.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Steps">How many steps were taken.</param>
/// <param name="Loss">The loss on the examples before the last step.</param>
/// <param name="TrainingAccuracy">The part of the examples that it labels right.</param>
public sealed record FullyConnectedFit(FullyConnectedNetwork Network, double[] Parameters, int Steps, double Loss, double TrainingAccuracy)
{
    /// <summary>Trains.</summary>
    /// <param name="network">The network.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="stream">Decides the start.</param>
    /// <param name="steps">The most steps.</param>
    /// <param name="rate">Adam's rate.</param>
    /// <param name="loss">Training ends below this loss.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    public static FullyConnectedFit Train(
        FullyConnectedNetwork network, LabeledExamples examples, RandomStream stream, int steps = 1000, double rate = 1e-3, double loss = 1e-3,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        double[] parameters = network.Start(stream), gradient = new double[parameters.Length];
        var adam = new Adam(parameters.Length);
        double reached = double.PositiveInfinity;
        while (adam.Steps < steps && reached > loss)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reached = network.Loss(parameters, examples, gradient);
            adam.Step(parameters, gradient, rate);
        }

        return new FullyConnectedFit(network, parameters, adam.Steps, reached, network.Accuracy(parameters, examples));
    }

    /// <summary>The part of labeled bits that the network labels right.</summary>
    public double Accuracy(LabeledExamples examples) => Network.Accuracy(Parameters, examples);
}
