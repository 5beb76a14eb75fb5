namespace Unrolled.Numerics;

/// <summary>
/// The implicit QL iteration with Wilkinson's shift on a symmetric tridiagonal matrix. Reference: Golub and Van Loan,
/// Matrix Computations, 4th ed., section 8.3.5 (there as QR; QL runs from the bottom up). Entries should be near 1 in
/// magnitude, so that neither squares overflow nor negligible entries hide among subnormal numbers.
/// </summary>
internal static class ImplicitQl
{
    private const double Epsilon = 1.0 / (1L << 52);

    // Beside entries near 1 nothing is lost by dropping what is smaller, and its square would underflow.
    private const double Negligible = 1e-150;
    private const int SweepsPerEigenvalue = 60;

    /// <summary>
    /// Replaces <paramref name="d"/> by the eigenvalues, ascending, and destroys <paramref name="e"/>. The rows of
    /// <paramref name="rows"/>, each of <paramref name="width"/> entries, undergo the same rotations and ordering: started
    /// from the identity they become the eigenvectors, from its first column their first components. Eigenvalues that do
    /// not converge are NaN, last and unsorted; with this shift the iteration is proved to converge in exact arithmetic.
    /// </summary>
    public static void Run(Span<double> d, Span<double> e, Span<double> rows, int width)
    {
        for (int l = 0; l < d.Length; l++)
        {
            int sweeps = 0;
            for (int m = EndOfBlock(d, e, l); m > l; m = EndOfBlock(d, e, l))
            {
                if (++sweeps > SweepsPerEigenvalue)
                {
                    d[l..].Fill(double.NaN);
                    return;
                }

                Sweep(d, e, l, m, rows, width);
            }
        }

        Sort(d, rows, width);
    }

    /// <summary>The first m >= l whose off-diagonal entry is negligible beside its neighbours; it becomes zero.</summary>
    private static int EndOfBlock(ReadOnlySpan<double> d, Span<double> e, int l)
    {
        int m = l;
        while (m < d.Length - 1 && Math.Abs(e[m]) > Math.Max(Negligible, Epsilon * (Math.Abs(d[m]) + Math.Abs(d[m + 1]))))
        {
            m++;
        }

        if (m < d.Length - 1)
        {
            e[m] = 0;
        }

        return m;
    }

    private static void Sweep(Span<double> d, Span<double> e, int l, int m, Span<double> rows, int width)
    {
        // Wilkinson's shift: the eigenvalue of the leading 2 by 2 block that is nearer to d[l].
        double half = (d[l + 1] - d[l]) / 2;
        double shift = d[l] - (e[l] * (e[l] / (half + Math.CopySign(PlaneRotation.Hypotenuse(half, e[l]), half))));
        double x = d[m] - shift;
        double z = e[m - 1];
        for (int i = m - 1; i >= l; i--)
        {
            (double c, double s, double r) = PlaneRotation.Annihilate(x, z);
            if (i < m - 1)
            {
                e[i + 1] = r;
            }

            // The rotation of rows and columns i and i + 1 keeps d[i] + d[i + 1].
            double g = (s * (d[i] - d[i + 1])) + (2 * c * e[i]);
            d[i + 1] += s * g;
            d[i] -= s * g;
            e[i] = (c * g) - e[i];
            if (width > 0)
            {
                RowOperations.Rotate(c, s, rows.Slice((i + 1) * width, width), rows.Slice(i * width, width));
            }

            x = e[i];
            if (i > l)
            {
                z = s * e[i - 1];
                e[i - 1] *= c;
            }
        }
    }

    /// <summary>Ascending, by selection: n - 1 exchanges of rows at most, and equal eigenvalues keep a repeatable order.</summary>
    private static void Sort(Span<double> d, Span<double> rows, int width)
    {
        for (int i = 0; i < d.Length - 1; i++)
        {
            int smallest = i;
            for (int j = i + 1; j < d.Length; j++)
            {
                smallest = d[j] < d[smallest] ? j : smallest;
            }

            if (smallest != i)
            {
                (d[i], d[smallest]) = (d[smallest], d[i]);
                RowOperations.Exchange(rows.Slice(i * width, width), rows.Slice(smallest * width, width));
            }
        }
    }
}
