using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// <c>||K||_2 &lt;= sqrt(||K||_1 ||K||_inf)</c> for signals and images of every size, from the largest sums of absolute values of the columns and rows of the actual
/// operators: numbers that a boundary brings to the same entry are added first.
/// </summary>
/// <remarks>
/// Sharp for finite differences. A row or column within one kernel of an edge is like no other; edges further apart than that do not meet in one, so the
/// sums of sides up to twice the extents of the kernels are those of all sizes. A side is 1 where the kernels have one row.
/// </remarks>
internal static class SchurBound
{
    /// <summary>The bound.</summary>
    public static double Of(ConvolutionBank<double> bank)
    {
        double largestRow = 0, largestColumn = 0;
        int mostRows = bank.KernelRows == 1 ? 1 : 2 * bank.KernelRows, mostColumns = bank.KernelColumns == 1 ? 1 : 2 * bank.KernelColumns;
        for (int rows = 1; rows <= mostRows; rows++)
        {
            for (int columns = 1; columns <= mostColumns; columns++)
            {
                Sums(bank, rows, columns, ref largestRow, ref largestColumn);
            }
        }

        return Math.Sqrt(largestRow * largestColumn);
    }

    private static void Sums(ConvolutionBank<double> bank, int rows, int columns, ref double largestRow, ref double largestColumn)
    {
        var padding = new Padding(rows, columns, bank.KernelRows / 2, bank.KernelColumns / 2, bank.Boundary);
        int plane = rows * columns;
        double[] entries = new double[bank.Channels * plane], columnSums = new double[entries.Length];
        for (int c = 0; c < bank.Filters; c++)
        {
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    Array.Clear(entries);
                    for (int s = 0; s < bank.Channels; s++)
                    {
                        ReadOnlySpan<double> kernel = bank.Kernel(c, s);
                        for (int a = 0, at = 0; a < bank.KernelRows; a++)
                        {
                            for (int b = 0; b < bank.KernelColumns; b++, at++)
                            {
                                int sourceRow = padding.RowSources[i + a], sourceColumn = padding.ColumnSources[j + b];
                                if (sourceRow >= 0 && sourceColumn >= 0)
                                {
                                    entries[(s * plane) + (sourceRow * columns) + sourceColumn] += kernel[at];
                                }
                            }
                        }
                    }

                    double row = 0;
                    for (int k = 0; k < entries.Length; k++)
                    {
                        double size = Math.Abs(entries[k]);
                        row += size;
                        columnSums[k] += size;
                    }

                    largestRow = Math.Max(largestRow, row);
                }
            }
        }

        largestColumn = Math.Max(largestColumn, columnSums.Max());
    }
}
