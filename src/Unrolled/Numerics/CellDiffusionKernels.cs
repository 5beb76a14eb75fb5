namespace Unrolled.Numerics;

/// <summary>The loops of a diffusion operator on a grid of cells, <c>A(x) = c x + tau K^T Phi(K x)</c>, K the forward differences over the spacing.</summary>
internal static class CellDiffusionKernels
{
    /// <summary>Differences to the right, then below; 0 across the border.</summary>
    public static void Differences(ReadOnlySpan<double> x, int rows, int columns, double inverseSpacing, Span<double> s)
    {
        Span<double> right = s[..x.Length], below = s[x.Length..];
        for (int i = 0; i < rows; i++)
        {
            int start = i * columns;
            for (int j = 0; j + 1 < columns; j++)
            {
                right[start + j] = inverseSpacing * (x[start + j + 1] - x[start + j]);
            }

            right[start + columns - 1] = 0;
            int next = i + 1 < rows ? columns : 0;
            for (int j = 0; j < columns; j++)
            {
                below[start + j] = inverseSpacing * (x[start + j + next] - x[start + j]);
            }
        }
    }

    /// <summary>Sets what crosses the border to 0.</summary>
    public static void ClearBorder(int rows, int columns, Span<double> s)
    {
        Span<double> right = s[..(rows * columns)], below = s[(rows * columns)..];
        for (int i = 0; i < rows; i++)
        {
            right[(i * columns) + columns - 1] = 0;
        }

        below.Slice((rows - 1) * columns, columns).Clear();
    }

    /// <summary><c>r = b - c x - factor (adjoint differences of the fluxes)</c>.</summary>
    public static void Residual(
        ReadOnlySpan<double> x, ReadOnlySpan<double> b, double c, ReadOnlySpan<double> flux, int rows, int columns, double factor, Span<double> r)
    {
        ReadOnlySpan<double> right = flux[..x.Length], below = flux[x.Length..];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                int p = (i * columns) + j;
                double inflow = (j > 0 ? right[p - 1] : 0) - right[p] + ((i > 0 ? below[p - columns] : 0) - below[p]);
                r[p] = b[p] - (c * x[p]) - (factor * inflow);
            }
        }
    }

    /// <summary><c>d = c + factor (sum of the diffusivities of the four sides)</c>, the diagonal with the diffusivity held.</summary>
    public static void Diagonal(double c, ReadOnlySpan<double> g, int rows, int columns, double factor, Span<double> d)
    {
        ReadOnlySpan<double> right = g[..d.Length], below = g[d.Length..];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                int p = (i * columns) + j;
                d[p] = c + (factor * ((j > 0 ? right[p - 1] : 0) + right[p] + ((i > 0 ? below[p - columns] : 0) + below[p])));
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
        Span<double> x, ReadOnlySpan<double> b, double c, ReadOnlySpan<double> g, ReadOnlySpan<double> d, int rows, int columns, double factor, double relaxation)
    {
        ReadOnlySpan<double> right = g[..x.Length], below = g[x.Length..];
        for (int color = 0; color < 2; color++)
        {
            for (int i = 0; i < rows; i++)
            {
                for (int j = (i + color) & 1; j < columns; j += 2)
                {
                    int p = (i * columns) + j;
                    double sum = (j > 0 ? right[p - 1] * x[p - 1] : 0) + (j + 1 < columns ? right[p] * x[p + 1] : 0)
                        + ((i > 0 ? below[p - columns] * x[p - columns] : 0) + (i + 1 < rows ? below[p] * x[p + columns] : 0));
                    x[p] += relaxation * (((b[p] + (factor * sum)) / d[p]) - x[p]);
                }
            }
        }
    }
}
