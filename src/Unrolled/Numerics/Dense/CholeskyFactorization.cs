using System.Diagnostics.CodeAnalysis;

namespace Unrolled.Numerics;

/// <summary>
/// A = L L' of a symmetric positive definite matrix, L lower triangular with a positive diagonal.
/// </summary>
/// <remarks>
/// <para>Only the lower triangle of A is read; that A is symmetric is not checked. Storage n^2 doubles, work 1/3 n^3
/// operations once and 2 n^2 per solve; a solve allocates nothing, and solves may run concurrently.</para>
/// <para>Reference: Golub and Van Loan, Matrix Computations, 4th ed., algorithm 4.2.1 (inner product form, by rows).</para>
/// </remarks>
public sealed class CholeskyFactorization
{
    private readonly Matrix _lower;

    private CholeskyFactorization(Matrix lower) => _lower = lower;

    /// <summary>Number of rows of A.</summary>
    public int Order => _lower.Rows;

    /// <summary>
    /// Factors <paramref name="a"/>, which is left unchanged. The result is false when a pivot is not positive and finite:
    /// A is then not positive definite to working precision.
    /// </summary>
    /// <exception cref="ArgumentException">The matrix is not square.</exception>
    public static bool TryFactor(Matrix a, [NotNullWhen(true)] out CholeskyFactorization? cholesky)
    {
        Shapes.Square(a, nameof(a));
        cholesky = null;
        var lower = new Matrix(a.Rows, a.Rows);
        for (int i = 0; i < a.Rows; i++)
        {
            Span<double> row = lower.Row(i);
            for (int j = 0; j < i; j++)
            {
                Span<double> other = lower.Row(j);
                row[j] = (a[i, j] - RowOperations.Dot(row[..j], other[..j])) / other[j];
            }

            double pivot = a[i, i] - RowOperations.Dot(row[..i], row[..i]);
            if (!(pivot > 0 && double.IsFinite(pivot)))
            {
                return false;
            }

            row[i] = Math.Sqrt(pivot);
        }

        cholesky = new CholeskyFactorization(lower);
        return true;
    }

    /// <summary>The factor L, as a copy.</summary>
    public Matrix Lower() => _lower.Copy();

    /// <summary>x with A x = b. The two spans may be the same.</summary>
    /// <exception cref="ArgumentException">A length differs from the order of A.</exception>
    public void Solve(ReadOnlySpan<double> b, Span<double> destination)
    {
        Shapes.Length(b, Order, nameof(b), "A has");
        Shapes.Length(destination, Order, nameof(destination), "A has");
        b.CopyTo(destination);
        for (int i = 0; i < Order; i++)
        {
            Span<double> row = _lower.Row(i);
            destination[i] = (destination[i] - RowOperations.Dot(row[..i], destination[..i])) / row[i];
        }

        for (int i = Order - 1; i >= 0; i--)
        {
            Span<double> row = _lower.Row(i);
            destination[i] /= row[i];
            RowOperations.AddScaled(-destination[i], row[..i], destination[..i]);
        }
    }
}
