using Unrolled.Numerics;

namespace Unrolled.Diffusion.Multigrid;

/// <summary>The masked operator <c>M K^T diag(g) K M</c> of the gradient bank as a stencil.</summary>
internal static class FivePoint
{
    /// <summary>Fills a stencil from the diffusivities of the differences to the right and below.</summary>
    public static void Fill(NinePointStencil stencil, Field<double> diffusivity, ReadOnlySpan<bool> known)
    {
        ReadOnlySpan<double> right = diffusivity.Plane(0, 0), below = diffusivity.Plane(0, 1);
        int rows = stencil.Rows, columns = stencil.Columns;
        stencil.Clear();
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                int point = (i * columns) + j;
                if (j + 1 < columns)
                {
                    Join(stencil, point, 5, point + 1, 3, right[point], known);
                }

                if (i + 1 < rows)
                {
                    Join(stencil, point, 7, point + columns, 1, below[point], known);
                }
            }
        }
    }

    private static void Join(NinePointStencil stencil, int first, int toSecond, int second, int toFirst, double weight, ReadOnlySpan<bool> known)
    {
        if (!known[first])
        {
            stencil.At(first)[NinePointStencil.Center] += weight;
            stencil.At(first)[toSecond] = known[second] ? 0 : -weight;
        }

        if (!known[second])
        {
            stencil.At(second)[NinePointStencil.Center] += weight;
            stencil.At(second)[toFirst] = known[first] ? 0 : -weight;
        }
    }
}
