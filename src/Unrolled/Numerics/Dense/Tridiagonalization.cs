namespace Unrolled.Numerics;

/// <summary>
/// Q' A Q = T of a symmetric matrix, T tridiagonal, by Householder reflections from the last row upwards. Only the lower
/// triangle of A is read; the reflectors replace its rows. Reference: Golub and Van Loan, Matrix Computations, 4th ed.,
/// algorithm 8.3.1, with the order of rows reversed so that every vector lies in one row.
/// </summary>
internal static class Tridiagonalization
{
    /// <summary>
    /// Reduces <paramref name="a"/> in place; 4/3 n^3 operations. Reflector i is then stored in the entries [0, i) of row
    /// i and its factor in <paramref name="tau"/>; <paramref name="offDiagonal"/> receives n - 1 entries.
    /// </summary>
    public static void Reduce(Matrix a, Span<double> diagonal, Span<double> offDiagonal, Span<double> tau)
    {
        int n = a.Rows;
        double[] work = new double[n];
        for (int i = n - 1; i > 0; i--)
        {
            Span<double> v = a.Row(i)[..i];
            diagonal[i] = a[i, i];
            offDiagonal[i - 1] = Householder.Reflect(v, i - 1, out tau[i]);
            if (tau[i] == 0)
            {
                continue;
            }

            // w = tau (A v - (tau/2) (v' A v) v), then A <- A - v w' - w v', all on the lower triangle of the leading block.
            Span<double> w = work.AsSpan(0, i);
            w.Clear();
            for (int j = 0; j < i; j++)
            {
                Span<double> row = a.Row(j);
                w[j] += RowOperations.Dot(row[..(j + 1)], v[..(j + 1)]);
                RowOperations.AddScaled(v[j], row[..j], w[..j]);
            }

            RowOperations.AddScaled(-0.5 * tau[i] * RowOperations.Dot(w, v), v, w);
            for (int j = 0; j < i; j++)
            {
                Span<double> row = a.Row(j)[..(j + 1)];
                RowOperations.AddScaled(-tau[i] * v[j], w[..(j + 1)], row);
                RowOperations.AddScaled(-tau[i] * w[j], v[..(j + 1)], row);
            }
        }

        diagonal[0] = a[0, 0];
    }

    /// <summary>Q' as the product of the reflectors that <see cref="Reduce"/> left in <paramref name="a"/>; 4/3 n^3 operations.</summary>
    public static Matrix TransposedBasis(Matrix a, ReadOnlySpan<double> tau)
    {
        Matrix basis = Matrix.Identity(a.Rows);
        for (int i = 2; i < a.Rows; i++)
        {
            ReadOnlySpan<double> v = a.Row(i)[..i];
            for (int row = 0; row < i; row++)
            {
                Householder.Apply(v, tau[i], basis.Row(row)[..i]);
            }
        }

        return basis;
    }
}
