namespace Unrolled.Learning.Fields;

/// <summary>
/// The numbers that a trainer turns, without constraints, and the parameters of the network that they stand for: constraints hold by
/// construction, whatever the trainer does.
/// </summary>
public interface INetworkVariables
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>Variables that stand for the given parameters, or for the nearest that obey the constraints.</summary>
    void Invert(Parameters parameters, Span<double> variables);

    /// <summary>The parameters that the variables stand for.</summary>
    void Map(ReadOnlySpan<double> variables, Parameters parameters);

    /// <summary>The adjoint of the derivative of <see cref="Map"/>: from a gradient of the parameters to one of the variables.</summary>
    /// <param name="variables">Where the derivative is taken.</param>
    /// <param name="parameterGradient">The gradient with respect to the parameters.</param>
    /// <param name="gradient">Becomes the gradient with respect to the variables.</param>
    void Pull(ReadOnlySpan<double> variables, Parameters parameterGradient, Span<double> gradient);
}
