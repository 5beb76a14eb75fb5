namespace Unrolled.Learning.Fields;

/// <summary>Variables that are the parameters themselves: networks without constraints.</summary>
/// <param name="count">The number of parameters.</param>
public sealed class FreeVariables(int count) : INetworkVariables
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public void Invert(Parameters parameters, Span<double> variables)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        parameters.Values.CopyTo(variables);
    }

    /// <inheritdoc/>
    public void Map(ReadOnlySpan<double> variables, Parameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        variables.CopyTo(parameters.Values);
    }

    /// <inheritdoc/>
    public void Pull(ReadOnlySpan<double> variables, Parameters parameterGradient, Span<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(parameterGradient);
        parameterGradient.Values.CopyTo(gradient);
    }
}
