using Unrolled.Learning.Rules;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Learning.Rules;

/// <summary>The networks of the comparison have exact gradients, learn what such networks can learn, and do not learn parities.</summary>
public class FullyConnectedTests
{
    [Theory]
    [InlineData(FullyConnectedShape.Perceptron)]
    [InlineData(FullyConnectedShape.Residual)]
    public void GradientsEqualDifferences(FullyConnectedShape shape)
    {
        const double h = 1e-6;
        var network = new FullyConnectedNetwork(shape, 5, 7);
        LabeledExamples examples = new ConceptFamily(ConceptKind.Parity, 5, 11, 0).Draw(new RandomStream(3)).Examples;
        var stream = new RandomStream(5);
        double[] parameters = [.. network.Start(stream).Select(p => p + (0.1 * stream.NextNormal()))]; // no bias is 0
        double[] gradient = new double[parameters.Length], unused = new double[parameters.Length];
        network.Loss(parameters, examples, gradient);
        for (int n = 0; n < parameters.Length; n++)
        {
            double[] above = [.. parameters], below = [.. parameters];
            above[n] += h;
            below[n] -= h;
            Assert.Equal((network.Loss(above, examples, unused) - network.Loss(below, examples, unused)) / (2 * h), gradient[n], 1e-7);
        }

        Assert.True(gradient.Count(g => g != 0) > parameters.Length / 2);
    }

    /// <summary>From the same number of examples: far above chance for single bits of 16, at chance for parities of 64.</summary>
    [Theory]
    [InlineData(FullyConnectedShape.Perceptron, ConceptKind.Dictator, 0.75, 1)]
    [InlineData(FullyConnectedShape.Residual, ConceptKind.Dictator, 0.75, 1)]
    [InlineData(FullyConnectedShape.Perceptron, ConceptKind.Parity, 0.4, 0.6)]
    [InlineData(FullyConnectedShape.Residual, ConceptKind.Parity, 0.4, 0.6)]
    public void DictatorsAreLearnedAndParitiesAreNot(FullyConnectedShape shape, ConceptKind concept, double least, double most)
    {
        int bits = concept == ConceptKind.Parity ? 64 : 16;
        LearningProblem problem = new ConceptFamily(concept, bits, 74, 2000).Draw(new RandomStream(1));
        var network = FullyConnectedNetwork.WithParameters(shape, bits, 10_000);
        FullyConnectedFit fit = FullyConnectedFit.Train(network, problem.Examples, new RandomStream(2), steps: 400);
        Assert.Equal(1, fit.TrainingAccuracy);
        Assert.InRange(fit.Accuracy(problem.Queries), least, most);
    }

    [Theory]
    [InlineData(FullyConnectedShape.Perceptron, 3, 4, (3 * 4) + 4 + (4 * 4) + 4 + 4 + 1)]
    [InlineData(FullyConnectedShape.Residual, 3, 4, (3 * 4) + 4 + (4 * ((4 * 4) + 4)) + 4 + 1)]
    public void ParametersAreCounted(FullyConnectedShape shape, int bits, int width, int parameters)
    {
        Assert.Equal(parameters, new FullyConnectedNetwork(shape, bits, width).Parameters);
        Assert.Equal(width, FullyConnectedNetwork.WithParameters(shape, bits, parameters).Width);
        Assert.Equal(width + 1, FullyConnectedNetwork.WithParameters(shape, bits, parameters + 1).Width);
    }
}
