using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Krylov.Preconditioners;

/// <summary>
/// Incomplete Cholesky factors <c>A ~ (I + L) D (I + L)^T</c> with the pattern of <c>A</c>, for symmetric positive definite
/// matrices.
/// </summary>
/// <remarks>
/// <para>Where a pivot is not positive, which happens to matrices far from diagonal dominance, the factors are those of
/// <c>A + shift diag(A)</c> instead, with the first <c>shift</c> of 0.001, 0.002, 0.004, ... for which all pivots are at
/// least a millionth of the diagonal. The preconditioner is always symmetric positive definite.</para>
/// <para>Needs the entries, symmetric, with a positive diagonal; only the lower triangle is read.</para>
/// <para>Storage: the entries of <c>A</c>. Work per application: one fused operation per entry.</para>
/// <para>Not checked: symmetry, unless the operator declares it.</para>
/// <para>Meijerink and van der Vorst, Math. Comp. 31 (1977) 148-162, doi:10.1090/S0025-5718-1977-0438681-4; the shift:
/// Manteuffel, Math. Comp. 34 (1980) 473-497, doi:10.1090/S0025-5718-1980-0559197-0.</para>
/// </remarks>
public sealed class IncompleteCholesky : FactoredPreconditioner
{
    private const double FirstShift = 1e-3;
    private const double LeastPivot = 1e-6;

    private IncompleteCholesky(SparseMatrix lower, SparseMatrix upper, double[] inverseDiagonal, double shift)
        : base(lower, upper, inverseDiagonal, OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite) => DiagonalShift = shift;

    /// <summary>The shift relative to the diagonal that made all pivots positive; 0 where none was needed.</summary>
    public double DiagonalShift { get; }

    /// <summary>The factors of an operator.</summary>
    /// <exception cref="ArgumentException">The matrix is not square, or an element of the diagonal is not positive and finite; the text names its row.</exception>
    public static IncompleteCholesky Of(SparseOperator a)
    {
        ArgumentNullException.ThrowIfNull(a);
        Guard.Equal(a.Columns, a.Rows, "the number of columns", "the number of rows");
        double[] diagonal = a.Matrix.Diagonal();
        for (int i = 0; i < diagonal.Length; i++)
        {
            if (!(diagonal[i] > 0) || !double.IsFinite(diagonal[i]))
            {
                throw new ArgumentException(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                    $"IC(0): the diagonal in row {i + 1} is {diagonal[i]}; it must be positive and finite"));
            }
        }

        double shift = 0;
        SparseMatrix? lower;
        double[] pivots = new double[a.Rows];
        while ((lower = Factor(a.Matrix, diagonal, shift, pivots)) is null)
        {
            shift = shift == 0 ? FirstShift : 2 * shift;
            if (!double.IsFinite(shift))
            {
                throw new ArgumentException("IC(0): no shift of the diagonal makes all pivots positive; the matrix has numbers that are not finite");
            }
        }

        // (I + L) D (I + L)^T as (I + L)(D + U): U = D L^T.
        SparseMatrix upper = Triangles.Map(lower.Transpose(), (row, _, value) => value * pivots[row]);
        return new IncompleteCholesky(lower, upper, Array.ConvertAll(pivots, p => 1 / p), shift);
    }

    /// <summary>The strict lower factor, and the pivots; null as soon as a pivot is too small.</summary>
    private static SparseMatrix? Factor(SparseMatrix a, double[] diagonal, double shift, double[] pivots)
    {
        var lower = new RowsOfEntries(a.Rows);
        var scaled = new double[a.Rows]; // row i of L D, by column
        for (int i = 0; i < a.Rows; i++)
        {
            ReadOnlySpan<int> columns = a.ColumnIndices[a.RowStart[i]..a.RowStart[i + 1]];
            ReadOnlySpan<double> values = a.Values[a.RowStart[i]..a.RowStart[i + 1]];
            double pivot = diagonal[i] * (1 + shift);
            int below = 0;
            for (; below < columns.Length && columns[below] < i; below++)
            {
                int j = columns[below];
                lower.Row(j, out ReadOnlySpan<int> known, out ReadOnlySpan<double> factors);
                double sum = values[below];
                for (int k = 0; k < known.Length; k++)
                {
                    sum -= scaled[known[k]] * factors[k];
                }

                scaled[j] = sum;
                double factor = sum / pivots[j];
                lower.Add(j, factor);
                pivot -= sum * factor;
            }

            lower.EndRow();
            for (int k = 0; k < below; k++)
            {
                scaled[columns[k]] = 0;
            }

            if (!(pivot > LeastPivot * diagonal[i]))
            {
                return null;
            }

            pivots[i] = pivot;
        }

        return lower.ToMatrix();
    }
}
