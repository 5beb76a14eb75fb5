using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Krylov.Preconditioners;

/// <summary>
/// Incomplete factors <c>A ~ (I + L)(D + U)</c> by Gaussian elimination in which small numbers are dropped, wherever they
/// stand (ILUT without a bound on the entries of a row): for matrices on which factors with a fixed pattern fail, such as
/// penalty formulations of incompressible flow.
/// </summary>
/// <remarks>
/// <para>The matrix is equilibrated first, so that the choice does not depend on units. A multiplier of magnitude at most
/// <c>tau</c> is dropped, and so is an entry of <c>U</c> of at most <c>tau</c> times its pivot; <c>tau = 0</c> is complete
/// elimination. Rows are not exchanged.</para>
/// <para>How small <c>tau</c> must be depends on the condition of the matrix and is found by trial when it is not given: of
/// 1e-2, 1e-4, 1e-6, 1e-8, 1e-10 the first for which <c>||v - A M^-1 v|| &lt;= 0.1 ||v||</c> for a random <c>v</c>, on the
/// equilibrated matrix; if there is none, the best. Factors of more than 50 times the entries of <c>A</c> are given up.</para>
/// <para>Needs the entries. A pivot below 1e-14 of the equilibrated matrix is replaced by that size, with its sign.</para>
/// <para>Storage: <see cref="FactoredPreconditioner.StoredEntries"/>.</para>
/// <para>Saad, Numer. Linear Algebra Appl. 1 (1994) 387-402, doi:10.1002/nla.1680010405.</para>
/// </remarks>
public sealed class ThresholdIncompleteLu : FactoredPreconditioner
{
    private const double LeastPivot = 1e-14;
    private const double GoodEnough = 0.1;
    private const int MostFill = 50;
    private static readonly double[] Tolerances = [1e-2, 1e-4, 1e-6, 1e-8, 1e-10];

    private ThresholdIncompleteLu(SparseMatrix lower, SparseMatrix upper, double[] inverseDiagonal, double dropTolerance)
        : base(lower, upper, inverseDiagonal, OperatorProperties.None) => DropTolerance = dropTolerance;

    /// <summary><c>tau</c>.</summary>
    public double DropTolerance { get; }

    /// <summary>The factors of an operator, with the largest <c>tau</c> that serves.</summary>
    /// <exception cref="ArgumentException">The matrix is not square or has numbers that are not finite, or all factors are too large.</exception>
    public static ThresholdIncompleteLu Of(SparseOperator a)
    {
        ArgumentNullException.ThrowIfNull(a);
        (SparseMatrix matrix, DiagonalScaling scaling) = Equilibrated(a);
        ThresholdIncompleteLu? best = null;
        double least = double.PositiveInfinity;
        foreach (double tolerance in Tolerances)
        {
            ThresholdIncompleteLu? factors = Factor(matrix, tolerance);
            double residual = factors is null ? double.PositiveInfinity : factors.RelativeResidual(matrix);
            if (residual < least || best is null)
            {
                (best, least) = (factors, residual);
            }

            if (factors is null || least <= GoodEnough)
            {
                break;
            }
        }

        return best?.Unscaled(scaling) ?? throw TooLarge(Tolerances[0]);
    }

    /// <summary>The factors of an operator.</summary>
    /// <param name="a">The operator.</param>
    /// <param name="dropTolerance"><c>tau</c>.</param>
    /// <exception cref="ArgumentException">The matrix is not square or has numbers that are not finite, <c>tau</c> is
    /// negative, or the factors are too large.</exception>
    public static ThresholdIncompleteLu Of(SparseOperator a, double dropTolerance)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentOutOfRangeException.ThrowIfNegative(dropTolerance);
        (SparseMatrix matrix, DiagonalScaling scaling) = Equilibrated(a);
        return Factor(matrix, dropTolerance)?.Unscaled(scaling) ?? throw TooLarge(dropTolerance);
    }

    private static (SparseMatrix Matrix, DiagonalScaling Scaling) Equilibrated(SparseOperator a)
    {
        Guard.Equal(a.Columns, a.Rows, "the number of columns", "the number of rows");
        DiagonalScaling scaling = DiagonalScaling.Of(a.Matrix, ScalingKind.Equilibrate);
        return (scaling.Scale(a.Matrix), scaling);
    }

    private static ArgumentException TooLarge(double tolerance) => new(string.Create(CultureInfo.InvariantCulture,
        $"ILUT: with drop tolerance {tolerance} the factors have more than {MostFill} times the entries of the matrix"));

    /// <summary>The factors of an equilibrated matrix; null where they are too large.</summary>
    private static ThresholdIncompleteLu? Factor(SparseMatrix matrix, double tolerance)
    {
        int n = matrix.Rows;
        long most = (long)MostFill * (matrix.StoredEntries + n);
        var lower = new RowsOfEntries(n);
        var upper = new RowsOfEntries(n);
        var inverse = new double[n];
        var row = new WorkingRow(n);
        for (int i = 0; i < n; i++)
        {
            row.Load(matrix, i);
            int column = row.First;
            for (; column < i; column = row.After(column))
            {
                double factor = row.Value(column) * inverse[column];
                if (Math.Abs(factor) <= tolerance)
                {
                    continue;
                }

                lower.Add(column, factor);
                upper.Row(column, out ReadOnlySpan<int> columns, out ReadOnlySpan<double> values);
                for (int k = 0, from = column; k < columns.Length; k++)
                {
                    from = row.Subtract(columns[k], factor * values[k], 0, 0, from);
                }
            }

            double pivot = row.Value(i);
            pivot = Math.Abs(pivot) < LeastPivot ? Math.CopySign(LeastPivot, pivot) : pivot;
            Pivots.Check(pivot, i, "ILUT");
            inverse[i] = 1 / pivot;
            for (column = row.After(i); column < n; column = row.After(column))
            {
                if (Math.Abs(row.Value(column)) > tolerance * Math.Abs(pivot))
                {
                    upper.Add(column, row.Value(column));
                }
            }

            lower.EndRow();
            upper.EndRow();
            if (lower.Count + upper.Count > most)
            {
                return null;
            }
        }

        return new ThresholdIncompleteLu(lower.ToMatrix(), upper.ToMatrix(), inverse, tolerance);
    }

    private double RelativeResidual(SparseMatrix matrix)
    {
        Batch v = Batch.Zeros(Rows, 1), z = Batch.Zeros(Rows, 1), product = Batch.Zeros(Rows, 1);
        var stream = new RandomStream(0);
        foreach (ref double number in v.Values)
        {
            number = stream.NextNormal();
        }

        Apply(v, z);
        SparseKernels.Multiply(matrix, z, product);
        Kernels.Subtract<double>(v.Values, product.Values, product.Values);
        Span<double> norms = stackalloc double[2];
        BatchKernels.Norm(product, norms[..1]);
        BatchKernels.Norm(v, norms[1..]);
        double relative = norms[0] / norms[1];
        return double.IsNaN(relative) ? double.PositiveInfinity : relative;
    }

    /// <summary>The factors of <c>A</c> from those of <c>S = L A R</c>.</summary>
    private ThresholdIncompleteLu Unscaled(DiagonalScaling scaling)
    {
        double[] left = scaling.Left.ToArray(), right = scaling.Right.ToArray(), inverse = new double[Rows];
        for (int i = 0; i < inverse.Length; i++)
        {
            inverse[i] = InverseDiagonal[i] * (left[i] * right[i]);
        }

        return new ThresholdIncompleteLu(
            Triangles.Map(Lower, (row, column, value) => value * (left[column] / left[row])),
            Triangles.Map(Upper, (row, column, value) => value / (left[row] * right[column])),
            inverse,
            DropTolerance);
    }
}
