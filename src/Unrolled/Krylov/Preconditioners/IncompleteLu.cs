using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Krylov.Preconditioners;

/// <summary>
/// Incomplete factors <c>A ~ (I + L)(D + U)</c> by Gaussian elimination in which fill of a level above <c>k</c> is
/// dropped; with <c>k = 0</c> the factors have the pattern of <c>A</c>.
/// </summary>
/// <remarks>
/// <para>Eliminating with row <c>k</c> creates at <c>(i, j)</c> an entry of level <c>lev(i,k) + lev(k,j) + 1</c>; entries of
/// <c>A</c> and the diagonal have level 0. The factors of a scaled matrix are the scaled factors.</para>
/// <para>Needs the entries. Pivots are taken as they come; none of them may be 0.</para>
/// <para>Meijerink and van der Vorst, Math. Comp. 31 (1977) 148-162, doi:10.1090/S0025-5718-1977-0438681-4; levels: Saad,
/// Iterative Methods for Sparse Linear Systems, section 10.3.3, doi:10.1137/1.9780898718003.</para>
/// </remarks>
public sealed class IncompleteLu : FactoredPreconditioner
{
    private IncompleteLu(SparseMatrix lower, SparseMatrix upper, double[] inverseDiagonal)
        : base(lower, upper, inverseDiagonal, OperatorProperties.None)
    {
    }

    /// <summary>The factors of an operator.</summary>
    /// <param name="a">The operator.</param>
    /// <param name="level">The largest level of fill that is kept.</param>
    /// <exception cref="ArgumentException">The matrix is not square, or a pivot is 0 or not finite; the text names its row.</exception>
    public static IncompleteLu Of(SparseOperator a, int level = 0)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        Guard.Equal(a.Columns, a.Rows, "the number of columns", "the number of rows");
        int n = a.Rows;
        SparseMatrix matrix = a.Matrix;
        var lower = new RowsOfEntries(n);
        var upper = new RowsOfEntries(n);
        var upperLevels = new List<int>();
        var upperStarts = new int[n + 1];
        var inverse = new double[n];
        var row = new WorkingRow(n);
        for (int i = 0; i < n; i++)
        {
            row.Load(matrix, i);
            int column = row.First;
            for (; column < i; column = row.After(column))
            {
                double factor = row.Value(column) * inverse[column];
                lower.Add(column, factor);
                upper.Row(column, out ReadOnlySpan<int> columns, out ReadOnlySpan<double> values);
                for (int k = 0, from = column; k < columns.Length; k++)
                {
                    int fill = row.Level(column) + upperLevels[upperStarts[column] + k] + 1;
                    from = row.Subtract(columns[k], factor * values[k], fill, level, from);
                }
            }

            Pivots.Check(row.Value(i), i, $"ILU({level})");
            inverse[i] = 1 / row.Value(i);
            for (column = row.After(i); column < n; column = row.After(column))
            {
                upper.Add(column, row.Value(column));
                upperLevels.Add(row.Level(column));
            }

            lower.EndRow();
            upper.EndRow();
            upperStarts[i + 1] = upperLevels.Count;
        }

        return new IncompleteLu(lower.ToMatrix(), upper.ToMatrix(), inverse);
    }
}
