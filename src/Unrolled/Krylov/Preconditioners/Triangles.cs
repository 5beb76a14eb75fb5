using Unrolled.Numerics;

namespace Unrolled.Krylov.Preconditioners;

/// <summary>The strict triangles of sparse matrices.</summary>
internal static class Triangles
{
    /// <summary>The strict lower and upper triangle, each entry passed through a function of its row, column and value.</summary>
    public static (SparseMatrix Lower, SparseMatrix Upper) Of(
        SparseMatrix a, Func<int, int, double, double> lower, Func<int, int, double, double> upper)
    {
        var below = new RowsOfEntries(a.Rows);
        var above = new RowsOfEntries(a.Rows);
        for (int i = 0; i < a.Rows; i++)
        {
            for (int k = a.RowStart[i]; k < a.RowStart[i + 1]; k++)
            {
                int column = a.ColumnIndices[k];
                if (column < i)
                {
                    below.Add(column, lower(i, column, a.Values[k]));
                }
                else if (column > i)
                {
                    above.Add(column, upper(i, column, a.Values[k]));
                }
            }

            below.EndRow();
            above.EndRow();
        }

        return (below.ToMatrix(), above.ToMatrix());
    }

    /// <summary>A matrix of the same pattern, each entry passed through a function of its row, column and value.</summary>
    public static SparseMatrix Map(SparseMatrix a, Func<int, int, double, double> entry)
    {
        double[] values = a.Values.ToArray();
        for (int i = 0; i < a.Rows; i++)
        {
            for (int k = a.RowStart[i]; k < a.RowStart[i + 1]; k++)
            {
                values[k] = entry(i, a.ColumnIndices[k], values[k]);
            }
        }

        return a.WithValues(values);
    }
}
