using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// The coefficients (α, Θ) of <c>StepFunctions.StepConditioned</c> from unknowns (d, a): Θ(d) on an <see cref="OrderManifold"/>, and the
/// exponents α, of which those without an unknown a stay 0.
/// </summary>
internal sealed class ScaledOrderMap(OrderManifold manifold, IReadOnlyList<double> references) : IParameterMap
{
    private readonly int[] _scaled = [.. Enumerable.Range(0, references.Count).Where(i => references[i] > 0)];

    public int ParameterCount => manifold.ParameterCount + _scaled.Length;

    public int CoefficientCount => references.Count + manifold.CoefficientCount;

    public void Map(ReadOnlySpan<double> parameters, Span<double> destination)
    {
        Exponents(parameters).CopyTo(destination);
        manifold.Map(parameters[..manifold.ParameterCount], destination[references.Count..]);
    }

    public Matrix Jacobian(ReadOnlySpan<double> parameters)
    {
        Matrix inner = manifold.Jacobian(parameters[..manifold.ParameterCount]), jacobian = new(CoefficientCount, ParameterCount);
        for (int i = 0; i < inner.Rows; i++)
        {
            for (int j = 0; j < inner.Columns; j++)
            {
                jacobian[references.Count + i, j] = inner[i, j];
            }
        }

        for (int j = 0; j < _scaled.Length; j++)
        {
            jacobian[_scaled[j], inner.Columns + j] = 1;
        }

        return jacobian;
    }

    /// <summary>The numbers in the layout of <c>StepConditionedForm</c>: the exponents, then the corrections.</summary>
    public double[] Numbers(ReadOnlySpan<double> parameters) => [.. Exponents(parameters), .. manifold.Corrections(parameters[..manifold.ParameterCount])];

    private double[] Exponents(ReadOnlySpan<double> parameters)
    {
        double[] exponents = new double[references.Count];
        for (int j = 0; j < _scaled.Length; j++)
        {
            exponents[_scaled[j]] = parameters[manifold.ParameterCount + j];
        }

        return exponents;
    }
}
