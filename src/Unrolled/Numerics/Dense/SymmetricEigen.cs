namespace Unrolled.Numerics;

/// <summary>
/// A v = lambda v of a symmetric matrix, by Householder tridiagonalization and the implicit QL iteration.
/// </summary>
/// <remarks>
/// <para>Eigenvalues ascend; eigenvectors are orthonormal to working precision, also for repeated eigenvalues. Errors of
/// eigenvalues are of the size 2^-52 ||A||; small eigenvalues of graded matrices are accurate in that sense only. Only the
/// lower triangle of A is read; that A is symmetric is not checked.</para>
/// <para>Storage 2 n^2 doubles (n^2 without eigenvectors), work about 9 n^3 operations (4/3 n^3 without). The matrix is
/// scaled by a power of two, so that entries near the limits of the number format do no harm.</para>
/// <para>Reference: Golub and Van Loan, Matrix Computations, 4th ed., sections 8.3.1 and 8.3.5.</para>
/// </remarks>
public sealed class SymmetricEigen
{
    private readonly double[] _values;
    private readonly Matrix _vectors;

    private SymmetricEigen(double[] values, Matrix vectors) => (_values, _vectors) = (values, vectors);

    /// <summary>The eigenvalues, ascending.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The eigenvector of unit length that belongs to eigenvalue <paramref name="k"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such eigenvalue.</exception>
    public ReadOnlySpan<double> Vector(int k) => _vectors.Row(k);

    /// <summary>Eigenvalues and eigenvectors of <paramref name="a"/>, which is left unchanged.</summary>
    /// <exception cref="ArgumentException">The matrix is not square or has an entry that is not finite.</exception>
    public static SymmetricEigen Decompose(Matrix a)
    {
        (double[] d, double[] e, double[] tau, Matrix reflectors, double scale) = Tridiagonalize(a);
        Matrix vectors = Tridiagonalization.TransposedBasis(reflectors, tau);
        ImplicitQl.Run(d, e, vectors.AsSpan(), a.Rows);
        Divide(d, scale);
        return new SymmetricEigen(d, vectors);
    }

    /// <summary>The eigenvalues of <paramref name="a"/> only, ascending.</summary>
    /// <exception cref="ArgumentException">The matrix is not square or has an entry that is not finite.</exception>
    public static double[] Eigenvalues(Matrix a)
    {
        (double[] d, double[] e, _, _, double scale) = Tridiagonalize(a);
        ImplicitQl.Run(d, e, [], 0);
        Divide(d, scale);
        return d;
    }

    /// <summary>
    /// Eigenvalues and first components of the unit eigenvectors of a symmetric tridiagonal matrix; O(n^2) work.
    /// </summary>
    /// <remarks>
    /// For the Jacobi matrix of a family of orthogonal polynomials these are the nodes of its Gauss quadrature and the
    /// square roots of its weights, up to the total mass: weight k is mass * firstComponents[k]^2. Reference: Golub and
    /// Welsch, Calculation of Gauss quadrature rules, Math. Comp. 23 (1969), doi:10.1090/S0025-5718-69-99647-1.
    /// </remarks>
    /// <param name="diagonal">The n diagonal entries.</param>
    /// <param name="offDiagonal">The n - 1 entries beside the diagonal.</param>
    /// <param name="values">Receives the n eigenvalues, ascending.</param>
    /// <param name="firstComponents">Receives the n first components, none negative.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an entry is not finite.</exception>
    public static void Tridiagonal(
        ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal, Span<double> values, Span<double> firstComponents)
    {
        int n = diagonal.Length;
        ArgumentOutOfRangeException.ThrowIfZero(n, nameof(diagonal));
        Shapes.Length(offDiagonal, n - 1, nameof(offDiagonal), "one less than the diagonal is");
        Shapes.Length(values, n, nameof(values), "the diagonal has");
        Shapes.Length(firstComponents, n, nameof(firstComponents), "the diagonal has");
        Shapes.Finite(diagonal, 1, nameof(diagonal));
        Shapes.Finite(offDiagonal, 1, nameof(offDiagonal));

        double[] entries = [.. diagonal, .. offDiagonal];
        double scale = RowOperations.PowerOfTwoScale(entries);
        foreach (ref double entry in entries.AsSpan())
        {
            entry *= scale;
        }

        firstComponents.Clear();
        firstComponents[0] = 1;
        entries.AsSpan(0, n).CopyTo(values);
        ImplicitQl.Run(values, entries.AsSpan(n), firstComponents, 1);
        Divide(values, scale);
        foreach (ref double component in firstComponents)
        {
            component = Math.Abs(component);
        }
    }

    private static (double[] D, double[] E, double[] Tau, Matrix Reflectors, double Scale) Tridiagonalize(Matrix a)
    {
        Shapes.Square(a, nameof(a));
        Shapes.Finite(a.AsSpan(), a.Columns, nameof(a));
        double scale = RowOperations.PowerOfTwoScale(a.AsSpan());
        Matrix work = a.Scaled(scale);
        var (d, e, tau) = (new double[a.Rows], new double[a.Rows - 1], new double[a.Rows]);
        Tridiagonalization.Reduce(work, d, e, tau);
        return (d, e, tau, work, scale);
    }

    private static void Divide(Span<double> values, double scale)
    {
        foreach (ref double value in values)
        {
            value /= scale;
        }
    }
}
