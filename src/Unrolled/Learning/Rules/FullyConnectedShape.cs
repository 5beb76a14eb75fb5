namespace Unrolled.Learning.Rules;

/// <summary>How the layers of a <see cref="FullyConnectedNetwork"/> are connected.</summary>
public enum FullyConnectedShape
{
    /// <summary>A multilayer perceptron: two hidden layers.</summary>
    Perceptron,

    /// <summary>A residual network: two blocks <c>x + V r(U r(x) + b) + c</c> between an embedding and a last layer.</summary>
    Residual,
}
