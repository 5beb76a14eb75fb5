using Unrolled.Numerics;
using Unrolled.RungeKutta;

namespace Unrolled.Learning;

/// <summary>
/// All tableaus <c>θ(ε) = sum_k ε^k δ_k</c>, ε proportional to h, of an order <c>p</c> near a classical one, in coordinates d of its tangent
/// space: whatever d is, the order holds to rounding.
/// </summary>
/// <remarks>
/// <para>With coefficients that are polynomials in ε the defect of the order condition of a tree with <c>q</c> vertices is a polynomial
/// too, and θ(ε) has order <c>p</c> as <c>h → 0</c> exactly when the terms of <c>ε^m</c> vanish for <c>q + m ≤ p</c>. Those are the equations
/// G(Θ) = 0 of the manifold, Θ = (δ_0, ..., δ_K); consistency (<c>q = 1</c>) is asked for every m. So δ_0 moves along the methods of order
/// p, δ_1 along the directions that keep the conditions up to <c>p - 1</c>, and so on, products of terms included.</para>
/// <para>Coordinates: <c>Θ(d) = Θ_0 + T d + N s</c>, with T and N orthonormal bases of the null space and of the rows of G' at the classical
/// method Θ_0; Newton's iteration finds s from G = 0. The derivative is exact, <c>dΘ/dd = T - N (G' N)^-1 G' T</c>. For three stages, order
/// 3 and K = 2 there are 18 numbers, 7 equations and 11 coordinates. The last point is remembered: for use by one thread.</para>
/// </remarks>
public sealed class OrderManifold : IParameterMap
{
    private const int MostIterations = 30;

    private readonly int _coefficients;
    private readonly int _terms;
    private readonly int _order;
    private readonly double[] _origin;
    private readonly Matrix _tangent;
    private readonly Matrix _normal;
    private double[] _parameters = [];
    private double[] _point = [];
    private Matrix? _jacobian;

    /// <summary>The manifold around a tableau.</summary>
    /// <param name="origin">Its coefficients; it has the order.</param>
    /// <param name="order">The order p to keep.</param>
    /// <param name="degree">K, the largest exponent of ε.</param>
    /// <exception cref="ArgumentException">The coefficients leave no freedom at that order: no other tableau near has it.</exception>
    public OrderManifold(ReadOnlySpan<double> origin, int order, int degree)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(order);
        ArgumentOutOfRangeException.ThrowIfNegative(degree);
        (_coefficients, _terms, _order) = (origin.Length, degree + 1, order);
        _origin = new double[_terms * _coefficients];
        origin.CopyTo(_origin);
        (Matrix? tangent, Matrix? normal) = OrthonormalBasis.Split(Equations(_origin).Jacobian);
        _tangent = tangent ?? throw new ArgumentException($"{_origin.Length} coefficients leave no freedom at order {order}", nameof(origin));
        _normal = normal!; // consistency is an equation of every order
    }

    /// <summary>The number of coordinates d.</summary>
    public int ParameterCount => _tangent.Columns;

    /// <summary>The number of coefficients Θ.</summary>
    public int CoefficientCount => _origin.Length;

    /// <summary>The coefficients Θ = (δ_0, ..., δ_K), δ_0 with the tableau itself; not finite where the coordinates end.</summary>
    public ReadOnlySpan<double> Point(ReadOnlySpan<double> parameters)
    {
        if (parameters.SequenceEqual(_parameters) && _point.Length > 0)
        {
            return _point;
        }

        double[] point = new double[_origin.Length], s = new double[_normal.Columns], step = new double[_normal.Columns];
        _tangent.Multiply(parameters, point);
        for (int i = 0; i < point.Length; i++)
        {
            point[i] += _origin[i];
        }

        double before = double.PositiveInfinity;
        for (int k = 0; ; k++)
        {
            (double[] values, Matrix jacobian) = Equations(point);
            double largest = values.Max(Math.Abs);
            if (largest == 0 || (largest < 1e-14 && largest >= before))
            {
                break; // exact, or at the level of rounding
            }

            if (!(largest < 1e3) || k == MostIterations)
            {
                Array.Fill(point, double.NaN);
                break;
            }

            QrFactorization.Factor(jacobian.Multiply(_normal)).Solve(values, step);
            for (int i = 0; i < point.Length; i++)
            {
                for (int j = 0; j < step.Length; j++)
                {
                    point[i] -= _normal[i, j] * step[j];
                }
            }

            before = largest;
        }

        (_parameters, _point, _jacobian) = (parameters.ToArray(), point, null);
        return _point;
    }

    /// <inheritdoc/>
    public void Map(ReadOnlySpan<double> parameters, Span<double> destination) => Point(parameters).CopyTo(destination);

    /// <summary>
    /// The corrections (δ_0, ..., δ_K) to the tableau that d stands for, one after the other, δ_0 now without the tableau itself. The last
    /// weight makes the sum of the weights' corrections zero without rounding, however small they are.
    /// </summary>
    public double[] Corrections(ReadOnlySpan<double> parameters)
    {
        double[] corrections = Point(parameters).ToArray();
        int weights = PackedTriangle.Rows(_coefficients);
        for (int k = 0; k < _terms; k++)
        {
            Span<double> delta = corrections.AsSpan(k * _coefficients, _coefficients);
            for (int i = 0; k == 0 && i < delta.Length; i++)
            {
                delta[i] -= _origin[i];
            }

            delta[^1] = 0;
            foreach (double weight in delta[^weights..^1])
            {
                delta[^1] -= weight;
            }
        }

        return corrections;
    }

    /// <inheritdoc/>
    public Matrix Jacobian(ReadOnlySpan<double> parameters)
    {
        double[] point = Point(parameters).ToArray();
        if (_jacobian is not null)
        {
            return _jacobian;
        }

        Matrix g = Equations(point).Jacobian, moved = g.Multiply(_tangent), jacobian = _tangent.Copy();
        QrFactorization normal = QrFactorization.Factor(g.Multiply(_normal));
        double[] column = new double[g.Rows], s = new double[_normal.Columns];
        for (int j = 0; j < jacobian.Columns; j++)
        {
            for (int i = 0; i < column.Length; i++)
            {
                column[i] = moved[i, j];
            }

            normal.Solve(column, s);
            for (int i = 0; i < jacobian.Rows; i++)
            {
                for (int q = 0; q < s.Length; q++)
                {
                    jacobian[i, j] -= _normal[i, q] * s[q];
                }
            }
        }

        return _jacobian = jacobian;
    }

    /// <summary>G(Θ), a row for every tree and power of ε, and G'.</summary>
    private (double[] Values, Matrix Jacobian) Equations(double[] point)
    {
        PowerSeries<double>[] theta = new PowerSeries<double>[_coefficients];
        for (int i = 0; i < theta.Length; i++)
        {
            double[] series = new double[_terms];
            for (int k = 0; k < _terms; k++)
            {
                series[k] = point[(k * _coefficients) + i];
            }

            theta[i] = new(series);
        }

        ElementaryWeights<PowerSeries<double>> weights = new(theta, _order);
        PowerSeries<double>[] defects = weights.Defects();
        PowerSeries<double>[,] derivatives = weights.Jacobian();
        List<double> values = [];
        List<double[]> rows = [];
        foreach (RootedTree tree in RootedTree.UpTo(_order))
        {
            int last = tree.Order == 1 ? Math.Max(_terms - 1, _order - 1) : _order - tree.Order;
            for (int m = 0; m <= last; m++)
            {
                values.Add(defects[tree.Index][m]);
                double[] row = new double[point.Length];
                for (int k = 0; k <= Math.Min(m, _terms - 1); k++)
                {
                    for (int i = 0; i < _coefficients; i++)
                    {
                        row[(k * _coefficients) + i] = derivatives[tree.Index, i][m - k];
                    }
                }

                rows.Add(row);
            }
        }

        return ([.. values], Matrix.FromRows([.. rows]));
    }
}
