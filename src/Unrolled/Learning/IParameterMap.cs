using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>Coefficients <c>θ(d)</c> that are given by fewer or better parameters d.</summary>
public interface IParameterMap
{
    /// <summary>The number of parameters d.</summary>
    int ParameterCount { get; }

    /// <summary>The number of coefficients θ.</summary>
    int CoefficientCount { get; }

    /// <summary>θ(d); numbers that are not finite where the map is not defined.</summary>
    void Map(ReadOnlySpan<double> parameters, Span<double> destination);

    /// <summary>dθ/dd: a row per θ, a column per d.</summary>
    Matrix Jacobian(ReadOnlySpan<double> parameters);
}
