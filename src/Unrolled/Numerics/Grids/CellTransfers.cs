namespace Unrolled.Numerics;

/// <summary>
/// Transfers between a grid of cells and the grid of blocks of 2 x 2 cells, reflecting at the border. Weights are symmetric: a coarse cell gathers
/// its 4 x 4 neighborhood with one weight for the 4 inner, one for the 8 edge and one for the 4 corner cells; a fine cell is interpolated from the
/// nearest coarse cell, its two next neighbors and the one across.
/// </summary>
internal static class CellTransfers
{
    /// <summary><c>coarse = R fine</c>.</summary>
    /// <param name="fine">Row after row.</param>
    /// <param name="rows">The height of the fine grid.</param>
    /// <param name="columns">The width of the fine grid.</param>
    /// <param name="coarse">Half of each extent, rounded up.</param>
    /// <param name="weights">Inner, edge, corner.</param>
    public static void Restrict(ReadOnlySpan<double> fine, int rows, int columns, Span<double> coarse, ReadOnlySpan<double> weights)
    {
        int coarseRows = (rows + 1) / 2, coarseColumns = (columns + 1) / 2;
        double inner = weights[0], edge = weights[1], corner = weights[2];
        for (int i = 0; i < coarseRows; i++)
        {
            ReadOnlySpan<double> r0 = Row(fine, (2 * i) - 1, rows, columns), r1 = Row(fine, 2 * i, rows, columns);
            ReadOnlySpan<double> r2 = Row(fine, (2 * i) + 1, rows, columns), r3 = Row(fine, (2 * i) + 2, rows, columns);
            for (int j = 0; j < coarseColumns; j++)
            {
                int c1 = 2 * j, c2 = Mirror(c1 + 1, columns);
                double sum = inner * (r1[c1] + r1[c2] + (r2[c1] + r2[c2]));
                if (edge != 0 || corner != 0)
                {
                    int c0 = Mirror(c1 - 1, columns), c3 = Mirror(c1 + 2, columns);
                    sum += edge * (r0[c1] + r0[c2] + (r3[c1] + r3[c2]) + (r1[c0] + r2[c0] + (r1[c3] + r2[c3])));
                    sum += corner * (r0[c0] + r0[c3] + (r3[c0] + r3[c3]));
                }

                coarse[(i * coarseColumns) + j] = sum;
            }
        }
    }

    /// <summary><c>fine += scale P (x - y)</c> for coarse <c>x</c> and <c>y</c>.</summary>
    /// <param name="x">The coarse solution.</param>
    /// <param name="y">What it started from.</param>
    /// <param name="fine">Row after row.</param>
    /// <param name="rows">The height of the fine grid.</param>
    /// <param name="columns">The width of the fine grid.</param>
    /// <param name="weights">Nearest, neighbor, across.</param>
    public static void Prolongate(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> fine, int rows, int columns, ReadOnlySpan<double> weights)
    {
        int coarseRows = (rows + 1) / 2, coarseColumns = (columns + 1) / 2;
        for (int i = 0; i < rows; i++)
        {
            int near = i / 2 * coarseColumns, far = Mirror((i & 1) == 0 ? (i / 2) - 1 : (i / 2) + 1, coarseRows) * coarseColumns;
            for (int j = 0; j < columns; j++)
            {
                int n = j / 2, f = Mirror((j & 1) == 0 ? n - 1 : n + 1, coarseColumns);
                fine[(i * columns) + j] += (weights[0] * (x[near + n] - y[near + n]))
                    + (weights[1] * (x[near + f] - y[near + f] + (x[far + n] - y[far + n]))) + (weights[2] * (x[far + f] - y[far + f]));
            }
        }
    }

    private static ReadOnlySpan<double> Row(ReadOnlySpan<double> fine, int i, int rows, int columns) => fine.Slice(Mirror(i, rows) * columns, columns);

    private static int Mirror(int i, int extent)
    {
        i = i < 0 ? -1 - i : i;
        return i < extent ? i : Math.Max(0, (2 * extent) - 1 - i);
    }
}
