namespace Unrolled.Numerics;

/// <summary>
/// The loops of a finite-volume diffusion operator on a grid of cells, <c>A(x) = x + tau div Phi(grad x)</c> with the sign of <c>K^T Phi(K x)</c> and no flux across the border.
/// </summary>
internal static class CellDiffusionKernels
{
    /// <summary>Slopes to the right, then below; 0 across the border.</summary>
    public static void Slopes(ReadOnlySpan<double> x, FiniteVolumeGrid grid, Span<double> s)
    {
        Span<double> right = s[..x.Length], below = s[x.Length..];
        int columns = grid.Columns;
        for (int i = 0; i < grid.Rows; i++)
        {
            int start = i * columns, next = i + 1 < grid.Rows ? columns : 0;
            double inverseBelow = grid.InverseBelow[i];
            for (int j = 0; j + 1 < columns; j++)
            {
                right[start + j] = grid.InverseRight[j] * (x[start + j + 1] - x[start + j]);
            }

            right[start + columns - 1] = 0;
            for (int j = 0; j < columns; j++)
            {
                below[start + j] = inverseBelow * (x[start + j + next] - x[start + j]);
            }
        }
    }

    /// <summary>Sets what crosses the border to 0.</summary>
    public static void ClearBorder(FiniteVolumeGrid grid, Span<double> s)
    {
        int points = grid.Rows * grid.Columns;
        for (int i = 0; i < grid.Rows; i++)
        {
            s[(i * grid.Columns) + grid.Columns - 1] = 0;
        }

        s.Slice((2 * points) - grid.Columns, grid.Columns).Clear();
    }

    /// <summary><c>r = b - x - tau (what flows out per volume)</c>.</summary>
    public static void Residual(ReadOnlySpan<double> x, ReadOnlySpan<double> b, ReadOnlySpan<double> flux, FiniteVolumeGrid grid, double tau, Span<double> r)
    {
        ReadOnlySpan<double> right = flux[..x.Length], below = flux[x.Length..];
        int columns = grid.Columns;
        for (int i = 0; i < grid.Rows; i++)
        {
            double inverseHeight = grid.InverseHeights[i];
            for (int j = 0; j < columns; j++)
            {
                int p = (i * columns) + j;
                double across = ((j > 0 ? right[p - 1] : 0) - right[p]) * grid.InverseWidths[j];
                double along = ((i > 0 ? below[p - columns] : 0) - below[p]) * inverseHeight;
                r[p] = b[p] - x[p] - (tau * (across + along));
            }
        }
    }

    /// <summary><c>d = 1 + tau (diffusivities over the distances of the four sides, per volume)</c>, the diagonal with the diffusivity held.</summary>
    public static void Diagonal(ReadOnlySpan<double> g, FiniteVolumeGrid grid, double tau, Span<double> d)
    {
        ReadOnlySpan<double> right = g[..d.Length], below = g[d.Length..];
        int columns = grid.Columns;
        for (int i = 0; i < grid.Rows; i++)
        {
            double above = i > 0 ? grid.InverseBelow[i - 1] : 0, under = grid.InverseBelow[i], inverseHeight = grid.InverseHeights[i];
            for (int j = 0; j < columns; j++)
            {
                int p = (i * columns) + j;
                double across = (j > 0 ? right[p - 1] * grid.InverseRight[j - 1] : 0) + (right[p] * grid.InverseRight[j]);
                double along = (i > 0 ? below[p - columns] * above : 0) + (below[p] * under);
                d[p] = 1 + (tau * ((across * grid.InverseWidths[j]) + (along * inverseHeight)));
            }
        }
    }

    /// <summary>
    /// <c>x += M (r/d)</c>, M the symmetric 3 x 3 convolution with one weight for the center, one for the sides and one for the corners, reflecting; or a number.
    /// Overwrites <c>r</c>.
    /// </summary>
    public static void Smooth(Span<double> x, Span<double> r, ReadOnlySpan<double> d, int rows, int columns, ReadOnlySpan<double> weights)
    {
        for (int p = 0; p < x.Length; p++)
        {
            r[p] /= d[p];
        }

        if (weights.Length == 1)
        {
            Kernels.MultiplyAdd(weights[0], r, x, x);
            return;
        }

        double center = weights[0], side = weights[1], corner = weights[2];
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<double> above = r.Slice(Math.Max(0, i - 1) * columns, columns), here = r.Slice(i * columns, columns);
            ReadOnlySpan<double> below = r.Slice(Math.Min(rows - 1, i + 1) * columns, columns);
            for (int j = 0; j < columns; j++)
            {
                int left = Math.Max(0, j - 1), right = Math.Min(columns - 1, j + 1);
                x[(i * columns) + j] += (center * here[j]) + (side * (here[left] + here[right] + (above[j] + below[j])))
                    + (corner * (above[left] + above[right] + (below[left] + below[right])));
            }
        }
    }

    /// <summary>Overrelaxation over two colors with the diffusivity held.</summary>
    public static void RedBlack(
        Span<double> x, ReadOnlySpan<double> b, ReadOnlySpan<double> g, ReadOnlySpan<double> d, FiniteVolumeGrid grid, double tau, double relaxation)
    {
        ReadOnlySpan<double> right = g[..x.Length], below = g[x.Length..];
        int rows = grid.Rows, columns = grid.Columns;
        for (int color = 0; color < 2; color++)
        {
            for (int i = 0; i < rows; i++)
            {
                double above = i > 0 ? grid.InverseBelow[i - 1] : 0, under = grid.InverseBelow[i], inverseHeight = grid.InverseHeights[i];
                for (int j = (i + color) & 1; j < columns; j += 2)
                {
                    int p = (i * columns) + j;
                    double across = (j > 0 ? right[p - 1] * grid.InverseRight[j - 1] * x[p - 1] : 0)
                        + (j + 1 < columns ? right[p] * grid.InverseRight[j] * x[p + 1] : 0);
                    double along = (i > 0 ? below[p - columns] * above * x[p - columns] : 0) + (i + 1 < rows ? below[p] * under * x[p + columns] : 0);
                    double sum = (across * grid.InverseWidths[j]) + (along * inverseHeight);
                    x[p] += relaxation * (((b[p] + (tau * sum)) / d[p]) - x[p]);
                }
            }
        }
    }
}
