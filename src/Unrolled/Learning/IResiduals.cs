using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>Residuals <c>r(θ)</c> whose sum of squares an optimizer makes small.</summary>
public interface IResiduals
{
    /// <summary>The number of parameters θ.</summary>
    int ParameterCount { get; }

    /// <summary><c>||r(θ)||^2</c>; not finite where the residuals cannot be computed.</summary>
    double Evaluate(ReadOnlySpan<double> parameters);

    /// <summary>
    /// The same, and the Jacobian <c>J = dr/dθ</c>: the rows of <c>[J r]</c> are appended to <paramref name="factor"/>, which has one
    /// column more than there are parameters. Nothing is appended where the value is not finite.
    /// </summary>
    double Linearize(ReadOnlySpan<double> parameters, TriangularFactor factor);
}
