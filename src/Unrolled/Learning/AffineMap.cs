using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary><c>θ(d) = θ_0 + E d</c>: coefficients are tied, scaled or kept.</summary>
public sealed class AffineMap : IParameterMap
{
    private readonly double[] _origin;
    private readonly Matrix _map;

    /// <summary>A map from its parts.</summary>
    /// <param name="origin">θ_0.</param>
    /// <param name="map">E: a row per θ, a column per d.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public AffineMap(ReadOnlySpan<double> origin, Matrix map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Rows != origin.Length)
        {
            throw new ArgumentException($"the map has {map.Rows} rows, there are {origin.Length} coefficients", nameof(map));
        }

        _origin = origin.ToArray();
        _map = map;
    }

    /// <inheritdoc/>
    public int ParameterCount => _map.Columns;

    /// <inheritdoc/>
    public int CoefficientCount => _map.Rows;

    /// <inheritdoc/>
    public void Map(ReadOnlySpan<double> parameters, Span<double> destination)
    {
        _map.Multiply(parameters, destination);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] += _origin[i];
        }
    }

    /// <inheritdoc/>
    public Matrix Jacobian(ReadOnlySpan<double> parameters) => _map;
}
