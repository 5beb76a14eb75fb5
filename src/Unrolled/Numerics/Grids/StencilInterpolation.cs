namespace Unrolled.Numerics;

/// <summary>
/// Interpolation <c>P</c> made from a nine-point operator, from the grid of the points with even row and column to all points, and the coarse
/// operator <c>P^T A P</c>, which has nine points again.
/// </summary>
/// <remarks>
/// A point between two coarse points takes the weights that make its equation, summed across that line, hold; a point between four takes those
/// that make its own equation hold with the points between two already interpolated. So a jump of the coefficients or a known value next
/// door is seen by the interpolation. J. E. Dendy, Black box multigrid, J. Comput. Phys. 48 (1982), doi:10.1016/0021-9991(82)90057-2.
/// </remarks>
internal sealed class StencilInterpolation
{
    private readonly NinePointStencil _fine;
    private readonly double[] _weights;

    public StencilInterpolation(NinePointStencil fine)
    {
        _fine = fine;
        Rows = (fine.Rows + 1) / 2;
        Columns = (fine.Columns + 1) / 2;
        _weights = new double[fine.Rows * fine.Columns * 4];
    }

    /// <summary>The height of the coarse grid.</summary>
    public int Rows { get; }

    /// <summary>The width of the coarse grid.</summary>
    public int Columns { get; }

    /// <summary>How many weights are not 0.</summary>
    public long Entries { get; private set; }

    /// <summary>The multiply-adds of the last <see cref="Coarsen"/>.</summary>
    public long CoarseningWork { get; private set; }

    /// <summary>Computes the weights from the fine operator as it is now.</summary>
    public void Build()
    {
        Array.Clear(_weights);
        for (int i = 0; i < _fine.Rows; i += 2)
        {
            for (int j = 0; j < _fine.Columns; j += 2)
            {
                Parents(i, j)[0] = IsUnknown(i, j) ? 1 : 0;
            }
        }

        for (int i = 0; i < _fine.Rows; i++)
        {
            for (int j = 1 - (i & 1); j < _fine.Columns; j += 2)
            {
                BetweenTwo(i, j);
            }
        }

        for (int i = 1; i < _fine.Rows; i += 2)
        {
            for (int j = 1; j < _fine.Columns; j += 2)
            {
                BetweenFour(i, j);
            }
        }

        Entries = _weights.Length - _weights.AsSpan().Count(0.0);
    }

    /// <summary><c>coarse = P^T fine</c>.</summary>
    public void Restrict(ReadOnlySpan<double> fine, Span<double> coarse)
    {
        coarse.Clear();
        for (int point = 0; point < fine.Length; point++)
        {
            int i = point / _fine.Columns, j = point % _fine.Columns;
            for (int s = 0; s < 4; s++)
            {
                double weight = _weights[(4 * point) + s];
                if (weight != 0)
                {
                    coarse[Parent(i, j, s)] += weight * fine[point];
                }
            }
        }
    }

    /// <summary><c>fine += P coarse</c>.</summary>
    public void Prolongate(ReadOnlySpan<double> coarse, Span<double> fine)
    {
        for (int point = 0; point < fine.Length; point++)
        {
            int i = point / _fine.Columns, j = point % _fine.Columns;
            for (int s = 0; s < 4; s++)
            {
                double weight = _weights[(4 * point) + s];
                if (weight != 0)
                {
                    fine[point] += weight * coarse[Parent(i, j, s)];
                }
            }
        }
    }

    /// <summary><c>coarse = P^T A P</c>.</summary>
    public void Coarsen(NinePointStencil coarse)
    {
        coarse.Clear();
        CoarseningWork = 0;
        for (int i = 0; i < _fine.Rows; i++)
        {
            for (int j = 0; j < _fine.Columns; j++)
            {
                ReadOnlySpan<double> a = _fine.At((i * _fine.Columns) + j);
                for (int d = 0; d < 9; d++)
                {
                    if (a[d] != 0)
                    {
                        Spread(coarse, i, j, i + (d / 3) - 1, j + (d % 3) - 1, a[d]);
                    }
                }
            }
        }
    }

    private void Spread(NinePointStencil coarse, int i, int j, int i2, int j2, double a)
    {
        ReadOnlySpan<double> left = Parents(i, j), right = Parents(i2, j2);
        for (int s = 0; s < 4; s++)
        {
            if (left[s] == 0)
            {
                continue;
            }

            int row = (i / 2) + (s / 2), column = (j / 2) + (s % 2);
            Span<double> entries = coarse.At((row * Columns) + column);
            for (int t = 0; t < 4; t++)
            {
                if (right[t] != 0)
                {
                    entries[(3 * ((i2 / 2) + (t / 2) - row + 1)) + (j2 / 2) + (t % 2) - column + 1] += left[s] * a * right[t];
                    CoarseningWork++;
                }
            }
        }
    }

    private bool IsUnknown(int i, int j) => _fine.At((i * _fine.Columns) + j)[NinePointStencil.Center] > 0;

    private Span<double> Parents(int i, int j) => _weights.AsSpan(4 * ((i * _fine.Columns) + j), 4);

    private int Parent(int i, int j, int s) => (((i / 2) + (s / 2)) * Columns) + (j / 2) + (s % 2);

    /// <summary>Coarse points left and right (even row) or above and below (odd row).</summary>
    private void BetweenTwo(int i, int j)
    {
        ReadOnlySpan<double> a = _fine.At((i * _fine.Columns) + j);
        if (!(a[NinePointStencil.Center] > 0))
        {
            return;
        }

        int across = (i & 1) == 0 ? 3 : 1, along = 4 - across;
        double before = 0, after = 0, center = 0;
        for (int k = -1; k <= 1; k++)
        {
            before -= a[4 - along + (k * across)];
            after -= a[4 + along + (k * across)];
            center += a[4 + (k * across)];
        }

        center = center > 0 ? center : before + after;
        if (!(center > 0))
        {
            return;
        }

        Span<double> parents = Parents(i, j);
        int di = along == 3 ? 1 : 0, dj = 1 - di;
        parents[0] = IsUnknown(i - di, j - dj) ? before / center : 0;
        if (i + di < _fine.Rows && j + dj < _fine.Columns && IsUnknown(i + di, j + dj))
        {
            parents[along == 3 ? 2 : 1] = after / center;
        }
    }

    private void BetweenFour(int i, int j)
    {
        ReadOnlySpan<double> a = _fine.At((i * _fine.Columns) + j);
        double center = a[NinePointStencil.Center];
        if (!(center > 0))
        {
            return;
        }

        Span<double> parents = Parents(i, j);
        for (int d = 0; d < 9; d++)
        {
            int di = (d / 3) - 1, dj = (d % 3) - 1;
            if (d == NinePointStencil.Center || a[d] == 0)
            {
                continue;
            }

            // The neighbor's parents are among this point's: shifted by one row or column where the neighbor lies below or right.
            int shift = (di > 0 ? 2 : 0) + (dj > 0 ? 1 : 0);
            ReadOnlySpan<double> neighbor = Parents(i + di, j + dj);
            for (int s = 0; s + shift < 4; s++)
            {
                parents[s + shift] -= a[d] / center * neighbor[s];
            }
        }
    }
}
