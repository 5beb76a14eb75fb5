namespace Unrolled.Numerics;

/// <summary>
/// A variable nine-point operator on a grid: for every point the coefficients of its 3 x 3 neighborhood, row after row; those of neighbors
/// outside the grid are 0. A row without entries belongs to a point that is not an unknown.
/// </summary>
/// <param name="rows">The height.</param>
/// <param name="columns">The width.</param>
internal sealed class NinePointStencil(int rows, int columns)
{
    /// <summary>Which entry is the diagonal.</summary>
    public const int Center = 4;

    private readonly double[] _entries = new double[rows * columns * 9];

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    /// <summary>The nine coefficients of a point; the neighbor (a, b) relative to it has the index <c>3 (a + 1) + b + 1</c>.</summary>
    public Span<double> At(int point) => _entries.AsSpan(point * 9, 9);

    public void Clear() => Array.Clear(_entries);

    /// <summary>Whether only the four nearest neighbors have coefficients, so that two colors separate the points.</summary>
    public bool IsFivePoint { get; set; }

    /// <summary>The residual <c>b - A x</c> at a point.</summary>
    public double Residual(ReadOnlySpan<double> x, ReadOnlySpan<double> b, int i, int j)
    {
        int point = (i * Columns) + j;
        ReadOnlySpan<double> a = At(point);
        double r = b[point];
        int top = i > 0 ? 0 : 1, bottom = i < Rows - 1 ? 2 : 1, left = j > 0 ? 0 : 1, right = j < Columns - 1 ? 2 : 1;
        for (int p = top; p <= bottom; p++)
        {
            int start = ((i + p - 1) * Columns) + j - 1;
            for (int q = left; q <= right; q++)
            {
                r -= a[(3 * p) + q] * x[start + q];
            }
        }

        return r;
    }

    /// <summary><c>r = b - A x</c> at the points of one color of the checkerboard (0 or 1), or at all (-1).</summary>
    public void Residual(ReadOnlySpan<double> x, ReadOnlySpan<double> b, Span<double> r, int color = -1)
    {
        for (int i = 0; i < Rows; i++)
        {
            int first = color < 0 ? 0 : (i + color) & 1, stride = color < 0 ? 1 : 2;
            for (int j = first; j < Columns; j += stride)
            {
                r[(i * Columns) + j] = Residual(x, b, i, j);
            }
        }
    }

    /// <summary>
    /// Successive overrelaxation over colors, the coarse points of the next grid last: two colors for five-point operators, four otherwise.
    /// Writes the residual at the points of the last color, which the sweep knows.
    /// </summary>
    public void Sweep(Span<double> x, ReadOnlySpan<double> b, Span<double> r, double relaxation)
    {
        if (IsFivePoint)
        {
            for (int color = 1; color >= 0; color--)
            {
                for (int i = 0; i < Rows; i++)
                {
                    RelaxRow(x, b, r, relaxation, i, (i + color) & 1);
                }
            }

            return;
        }

        for (int color = 3; color >= 0; color--)
        {
            for (int i = color / 2; i < Rows; i += 2)
            {
                RelaxRow(x, b, r, relaxation, i, color & 1);
            }
        }
    }

    private void RelaxRow(Span<double> x, ReadOnlySpan<double> b, Span<double> r, double relaxation, int i, int first)
    {
        for (int j = first; j < Columns; j += 2)
        {
            int point = (i * Columns) + j;
            double diagonal = _entries[(point * 9) + Center];
            if (diagonal > 0)
            {
                double v = Residual(x, b, i, j);
                x[point] += relaxation * v / diagonal;
                r[point] = (1 - relaxation) * v;
            }
        }
    }
}
