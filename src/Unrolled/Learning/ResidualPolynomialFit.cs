using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>
/// The convex way to learn a stationary method for linear systems: the residual polynomial <c>q</c> of degree <c>n</c>
/// with <c>q(0) = 1</c> that makes <c>sum_i ||q(A_i) b_i||^2</c> least, from the compressed training set.
/// </summary>
/// <remarks>
/// It is the polynomial that GMRES would use on all systems at once. Its roots are the harmonic Ritz values: for
/// positive definite operators the Gauss nodes of the spectral measure times <c>lambda</c>, always real, positive and
/// distinct; in general the eigenvalues of <c>H_n + h^2 H_n^-T e_n e_n^T</c> (Paige, Parlett and van der Vorst, Numer.
/// Linear Algebra Appl. 2 (1995) 115, doi:10.1002/nla.1680020205). A basis of monomials is never formed.
/// </remarks>
public static class ResidualPolynomialFit
{
    /// <summary>The roots of the best polynomial, at most <paramref name="degree"/> of them.</summary>
    public static Complex[] Roots(KrylovCompression training, int degree)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degree);
        if (training.Symmetric)
        {
            (double[] nodes, double[] weights) = training.Measure();
            if (nodes[0] > 0)
            {
                return Roots(nodes, weights, degree);
            }
        }

        return HarmonicRitzValues(training.Projected, degree);
    }

    /// <summary>
    /// The roots for a measure on positive numbers, by Lanczos on <c>diag(lambda)</c> from <c>sqrt(lambda omega)</c>: the
    /// Jacobi matrix of the measure <c>lambda omega</c>.
    /// </summary>
    /// <param name="nodes">The nodes, ascending and positive.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="degree">The degree.</param>
    public static Complex[] Roots(ReadOnlySpan<double> nodes, ReadOnlySpan<double> weights, int degree)
    {
        int k = nodes.Length, n = Math.Min(degree, k);
        double[,] basis = new double[n, k];
        double[] diagonal = new double[n], off = new double[n];
        double[] next = new double[k];
        for (int i = 0; i < k; i++)
        {
            next[i] = Math.Sqrt(nodes[i] * weights[i]);
        }

        int size = 0;
        double scale = nodes[^1];
        while (size < n)
        {
            double length = Norm(next);
            if (size > 0)
            {
                off[size - 1] = length;
            }

            if (!(length > (size == 0 ? 0 : 1e-14 * scale)))
            {
                break;
            }

            for (int i = 0; i < k; i++)
            {
                basis[size, i] = next[i] / length;
                next[i] = nodes[i] * basis[size, i];
            }

            size++;
            Orthogonalize(basis, size, next, ref diagonal[size - 1]);
        }

        double[] values = new double[size], first = new double[size];
        SymmetricEigen.Tridiagonal(diagonal.AsSpan(0, size), off.AsSpan(0, Math.Max(0, size - 1)), values, first);
        return [.. values.Select(v => new Complex(v, 0))];
    }

    private static void Orthogonalize(double[,] basis, int size, double[] next, ref double diagonal)
    {
        int k = next.Length;
        for (int pass = 0; pass < 2; pass++)
        {
            for (int j = 0; j < size; j++)
            {
                double h = 0;
                for (int i = 0; i < k; i++)
                {
                    h += basis[j, i] * next[i];
                }

                for (int i = 0; i < k; i++)
                {
                    next[i] -= h * basis[j, i];
                }

                diagonal += j == size - 1 ? h : 0;
            }
        }
    }

    private static double Norm(double[] v)
    {
        double sum = 0;
        foreach (double x in v)
        {
            sum += x * x;
        }

        return Math.Sqrt(sum);
    }

    private static Complex[] HarmonicRitzValues(Matrix projected, int degree)
    {
        int n = Math.Min(degree, projected.Rows);
        var h = new Matrix(n, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                h[i, j] = projected[i, j];
            }
        }

        if (n < projected.Rows)
        {
            double next = projected[n, n - 1];
            double[] last = new double[n], correction = new double[n];
            last[^1] = next * next;
            LuFactorization lu = LuFactorization.Factor(h);
            if (lu.IsSingular)
            {
                throw new ArithmeticException("the projected operator is singular: a residual polynomial of this degree has a root at infinity; use another degree");
            }

            lu.SolveTransposed(last, correction);
            for (int i = 0; i < n; i++)
            {
                h[i, n - 1] += correction[i];
            }
        }

        return GeneralEigenvalues.Of(h);
    }
}
