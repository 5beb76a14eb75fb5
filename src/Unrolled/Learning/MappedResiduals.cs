using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>Residuals in other parameters: <c>r(θ(d))</c>, followed by the ridge <c>ρ d</c>.</summary>
internal class MappedResiduals : IResiduals
{
    private readonly IResiduals _inner;
    private readonly IParameterMap _map;
    private readonly double _ridge;
    private readonly double[] _theta;
    private readonly TriangularFactor _factor;

    /// <summary>Composes residuals with a map.</summary>
    /// <param name="inner">The residuals r(θ).</param>
    /// <param name="map">θ(d).</param>
    /// <param name="ridge">ρ, which keeps directions that the residuals do not see in place.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public MappedResiduals(IResiduals inner, IParameterMap map, double ridge = 0)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(map);
        if (map.CoefficientCount != inner.ParameterCount)
        {
            throw new ArgumentException($"the map has {map.CoefficientCount} rows, the residuals have {inner.ParameterCount} parameters", nameof(map));
        }

        _inner = inner;
        _map = map;
        _ridge = ridge;
        _theta = new double[inner.ParameterCount];
        _factor = new TriangularFactor(inner.ParameterCount + 1);
    }

    /// <inheritdoc/>
    public int ParameterCount => _map.ParameterCount;

    /// <summary>θ(d).</summary>
    public void Map(ReadOnlySpan<double> parameters, Span<double> destination) => _map.Map(parameters, destination);

    /// <inheritdoc/>
    public double Evaluate(ReadOnlySpan<double> parameters)
    {
        _map.Map(parameters, _theta);
        return _inner.Evaluate(_theta) + Ridge(parameters);
    }

    /// <inheritdoc/>
    public double Linearize(ReadOnlySpan<double> parameters, TriangularFactor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        _map.Map(parameters, _theta);
        _factor.Clear();
        double value = _inner.Linearize(_theta, _factor);
        if (!double.IsFinite(value))
        {
            return value;
        }

        // [R q] E' with E' = diag(dθ/dd, 1): rows of the new [J r], by columns.
        Matrix jacobian = _map.Jacobian(parameters);
        int rows = _factor.Columns, n = ParameterCount;
        double[] block = new double[(rows + n) * (n + 1)], product = new double[n];
        for (int i = 0; i < rows; i++)
        {
            Array.Clear(product);
            for (int k = i; k < rows - 1; k++)
            {
                NumberKernels.AddScaled(_factor[i, k], jacobian.Row(k), product);
            }

            for (int j = 0; j < n; j++)
            {
                block[(j * (rows + n)) + i] = product[j];
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
