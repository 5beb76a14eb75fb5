namespace Unrolled.RungeKutta;

/// <summary>
/// The Adams-Bashforth method with <c>k</c> steps and order <c>k</c>: <c>y_{n+1} = y_n + h sum_{j=0..k-1} β_j f_{n-j}</c>,
/// where <c>β_j</c> is the integral over [0, 1] of the Lagrange polynomial of the node <c>-j</c> among
/// <c>0, -1, ..., -(k-1)</c>.
/// </summary>
/// <remarks>
/// Weights are computed in fractions and rounded once. A step costs one evaluation of <c>f</c>; the <c>k - 1</c> values
/// before the start must come from another method, at its cost. Reference: E. Hairer, S. P. Norsett, G. Wanner, Solving
/// Ordinary Differential Equations I, equation III.1.5, doi:10.1007/978-3-540-78862-1.
/// </remarks>
public sealed class AdamsBashforth
{
    private readonly Rational[] _exact;
    private readonly double[] _weights;

    /// <summary>The method with a number of steps, 1 (Euler) to 20.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is out of range.</exception>
    public AdamsBashforth(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, 20);
        _exact = new Rational[steps];
        for (int j = 0; j < steps; j++)
        {
            _exact[j] = IntegralOfLagrangePolynomial(j, steps);
        }

        _weights = PackedTriangle.Round(_exact);
    }

    /// <summary>The number of steps <c>k</c>, which is also the order.</summary>
    public int Order => _weights.Length;

    /// <summary>The name that tables show, <c>AB4</c>.</summary>
    public string Name => $"AB{Order}";

    /// <summary>The weights <c>β_0 ... β_{k-1}</c>, that of the newest value first.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>The same weights as fractions.</summary>
    public ReadOnlySpan<Rational> ExactWeights => _exact;

    private static Rational IntegralOfLagrangePolynomial(int j, int steps)
    {
        // The product of (x + l)/(l - j) over l != j, as coefficients of 1, x, x², ...
        Rational[] polynomial = [1];
        for (int l = 0; l < steps; l++)
        {
            if (l != j)
            {
                var product = new Rational[polynomial.Length + 1];
                for (int k = 0; k < polynomial.Length; k++)
                {
                    product[k] += polynomial[k] * new Rational(l, l - j);
                    product[k + 1] += polynomial[k] * new Rational(1, l - j);
                }

                polynomial = product;
            }
        }

        Rational integral = 0;
        for (int k = 0; k < polynomial.Length; k++)
        {
            integral += polynomial[k] / (k + 1);
        }

        return integral;
    }
}
