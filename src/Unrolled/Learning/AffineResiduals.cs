using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// Residuals in other parameters: <c>r(θ_0 + E d)</c>, followed by the ridge <c>ρ d</c>. With E the coefficients of a tableau are
/// tied, scaled or kept.
/// </summary>
public sealed class AffineResiduals : IResiduals
{
    private readonly IResiduals _inner;
    private readonly double[] _origin;
    private readonly Matrix _map;
    private readonly double _ridge;
    private readonly double[] _theta;
    private readonly TriangularFactor _factor;

    /// <summary>Composes residuals with an affine map.</summary>
    /// <param name="inner">The residuals r(θ).</param>
    /// <param name="origin">θ_0.</param>
    /// <param name="map">E: a row per θ, a column per d.</param>
    /// <param name="ridge">ρ, which keeps directions that the residuals do not see in place.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public AffineResiduals(IResiduals inner, ReadOnlySpan<double> origin, Matrix map, double ridge = 0)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(map);
        Shapes.Length(origin, inner.ParameterCount, nameof(origin), "the residuals have");
        if (map.Rows != inner.ParameterCount)
        {
            throw new ArgumentException($"the map has {map.Rows} rows, the residuals have {inner.ParameterCount} parameters", nameof(map));
        }

        _inner = inner;
        _origin = origin.ToArray();
        _map = map;
        _ridge = ridge;
        _theta = new double[inner.ParameterCount];
        _factor = new TriangularFactor(inner.ParameterCount + 1);
    }

    /// <inheritdoc/>
    public int ParameterCount => _map.Columns;

    /// <summary>The map that keeps the sum of the last <paramref name="tied"/> of all parameters: the last one is eliminated.</summary>
    public static Matrix KeepSumOfLast(int parameters, int tied)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tied, parameters);
        Matrix map = new(parameters, parameters - 1);
        for (int i = 0; i < parameters - 1; i++)
        {
            map[i, i] = 1;
            map[parameters - 1, i] = i >= parameters - tied ? -1 : 0;
        }

        return map;
    }

    /// <summary>θ_0 + E d.</summary>
    public void Map(ReadOnlySpan<double> parameters, Span<double> destination)
    {
        _map.Multiply(parameters, destination);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] += _origin[i];
        }
    }

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> parameters)
    {
        Map(parameters, _theta);
        return _inner.Evaluate(_theta) + Ridge(parameters);
    }

    /// <inheritdoc/>
    public double Linearize(ReadOnlySpan<double> parameters, TriangularFactor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        Map(parameters, _theta);
        _factor.Clear();
        double value = _inner.Linearize(_theta, _factor);
        if (!double.IsFinite(value))
        {
            return value;
        }

        // [R q] E' with E' = diag(E, 1): rows of the new [J r], by columns.
        int rows = _factor.Columns, n = ParameterCount;
        double[] block = new double[(rows + n) * (n + 1)];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int k = i; k < rows - 1; k++)
                {
                    sum += _factor[i, k] * _map[k, j];
                }

                block[(j * (rows + n)) + i] = sum;
            }

            block[(n * (rows + n)) + i] = _factor[i, rows - 1];
        }

        for (int j = 0; j < n; j++)
        {
            block[(j * (rows + n)) + rows + j] = _ridge;
            block[(n * (rows + n)) + rows + j] = _ridge * parameters[j];
        }

        factor.Append(block, rows + n);
        return value + Ridge(parameters);
    }

    private double Ridge(ReadOnlySpan<double> parameters)
    {
        double sum = 0;
        foreach (double d in parameters)
        {
            sum += d * d;
        }

        return _ridge * _ridge * sum;
    }
}
