using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>Several residuals of the same parameters, one below the other.</summary>
/// <param name="parts">The residuals.</param>
internal sealed class StackedResiduals(IReadOnlyList<IResiduals> parts) : IResiduals
{
    /// <inheritdoc/>
    public int ParameterCount => parts[0].ParameterCount;

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> parameters)
    {
        double sum = 0;
        foreach (IResiduals part in parts)
        {
            sum += part.Evaluate(parameters);
        }

        return sum;
    }

    /// <inheritdoc/>
    public double Linearize(ReadOnlySpan<double> parameters, TriangularFactor factor)
    {
        double sum = 0;
        foreach (IResiduals part in parts)
        {
            sum += part.Linearize(parameters, factor);
        }

        return sum;
    }
}
