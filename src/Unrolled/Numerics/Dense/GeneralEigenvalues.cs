using System.Numerics;

namespace Unrolled.Numerics;

/// <summary>
/// Eigenvalues of a general real matrix: balancing, Householder reduction to Hessenberg form, Francis' double-shift QR.
/// </summary>
/// <remarks>
/// <para>The n eigenvalues, with multiplicity, are sorted by real part and then by imaginary part, both ascending; complex
/// ones come in exact conjugate pairs. The computed values are those of a matrix within a small multiple of 2^-52 ||A|| of
/// the balanced A: an eigenvalue of a defective matrix with a k by k Jordan block can be off by the k-th root of that.</para>
/// <para>Storage n^2 doubles, work about 10 n^3 operations (8 n^3 from Hessenberg form). The matrix is scaled by a power of
/// two first. Eigenvalues for which the iteration failed would be NaN, at the end of the list; no such matrix is known.</para>
/// <para>Reference: Golub and Van Loan, Matrix Computations, 4th ed., sections 7.4.2, 7.5.1 and 7.5.7; balancing in the
/// 2-norm after James, Langou and Lowery, On matrix balancing and eigenvector computation (2014), arXiv:1401.5766.</para>
/// </remarks>
public static class GeneralEigenvalues
{
    /// <summary>The eigenvalues of <paramref name="a"/>, which is left unchanged.</summary>
    /// <exception cref="ArgumentException">The matrix is not square or has an entry that is not finite.</exception>
    public static Complex[] Of(Matrix a)
    {
        Shapes.Square(a, nameof(a));
        Shapes.Finite(a.AsSpan(), a.Columns, nameof(a));
        double scale = RowOperations.PowerOfTwoScale(a.AsSpan());
        Matrix h = a.Scaled(scale);
        Balance(h);
        ReduceToHessenberg(h);
        return Iterate(h, scale);
    }

    /// <summary>
    /// The eigenvalues of an upper Hessenberg matrix, without balancing it; entries below the first subdiagonal are
    /// not read and count as zero.
    /// </summary>
    /// <exception cref="ArgumentException">The matrix is not square or has an entry that is not finite.</exception>
    public static Complex[] OfHessenberg(Matrix h)
    {
        Shapes.Square(h, nameof(h));
        Matrix work = h.Copy();
        for (int i = 2; i < work.Rows; i++)
        {
            work.Row(i)[..(i - 1)].Clear();
        }

        Shapes.Finite(work.AsSpan(), work.Columns, nameof(h));
        double scale = RowOperations.PowerOfTwoScale(work.AsSpan());
        return Iterate(work.Scaled(scale), scale);
    }

    private static Complex[] Iterate(Matrix h, double scale)
    {
        var values = new Complex[h.Rows];
        FrancisQr.Run(h, values);
        for (int i = 0; i < values.Length; i++)
        {
            // Adding zero makes -0 and 0 the same, so that equal eigenvalues are equal bits.
            values[i] = new Complex((values[i].Real / scale) + 0.0, (values[i].Imaginary / scale) + 0.0);
        }

        Array.Sort(values, Compare);
        return values;
    }

    private static int Compare(Complex x, Complex y)
    {
        if (double.IsNaN(x.Real) || double.IsNaN(y.Real))
        {
            return double.IsNaN(x.Real).CompareTo(double.IsNaN(y.Real));
        }

        int byReal = x.Real.CompareTo(y.Real);
        return byReal != 0 ? byReal : x.Imaginary.CompareTo(y.Imaginary);
    }

    /// <summary>Scales rows and columns by powers of two until row i and column i have similar norms off the diagonal.</summary>
    private static void Balance(Matrix a)
    {
        const double worthwhile = 0.95;
        int n = a.Rows;
        bool changed = true;

        // Every change shrinks the norm of A by a few percent of one row; the limit only bounds the effort.
        for (int pass = 0; changed && pass < 100; pass++)
        {
            changed = false;
            for (int i = 0; i < n; i++)
            {
                double column = 0, row = 0;
                for (int j = 0; j < n; j++)
                {
                    column = j == i ? column : PlaneRotation.Hypotenuse(column, a[j, i]);
                    row = j == i ? row : PlaneRotation.Hypotenuse(row, a[i, j]);
                }

                if (column == 0 || row == 0)
                {
                    continue;
                }

                double factor = Math.ScaleB(1, (Math.ILogB(row) - Math.ILogB(column)) / 2);
                if (PlaneRotation.Hypotenuse(column * factor, row / factor) >= worthwhile * PlaneRotation.Hypotenuse(column, row))
                {
                    continue;
                }

                changed = true;
                for (int j = 0; j < n; j++)
                {
                    a[j, i] *= factor;
                    a[i, j] /= factor;
                }
            }
        }
    }

    private static void ReduceToHessenberg(Matrix a)
    {
        int n = a.Rows;
        double[] work = new double[2 * n];
        for (int k = 0; k < n - 2; k++)
        {
            Span<double> v = work.AsSpan(n, n - k - 1);
            for (int i = k + 1; i < n; i++)
            {
                v[i - k - 1] = a[i, k];
                a[i, k] = 0;
            }

            a[k + 1, k] = Householder.Reflect(v, 0, out double tau);
            Householder.ApplyLeft(v, tau, a, k + 1, k + 1, work);
            for (int i = 0; i < n; i++)
            {
                Householder.Apply(v, tau, a.Row(i)[(k + 1)..]);
            }
        }
    }
}
