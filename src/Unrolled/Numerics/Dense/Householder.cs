namespace Unrolled.Numerics;

/// <summary>
/// Elementary reflectors H = I - tau v v' with v[pivot] = 1 (Golub and Van Loan, Matrix Computations, 4th ed., algorithm
/// 5.1.1). The pivot may be the first entry (QR, Hessenberg form) or the last (tridiagonal form from the bottom up).
/// </summary>
internal static class Householder
{
    /// <summary>
    /// Overwrites <paramref name="x"/> with v such that H x = beta e_pivot, and returns beta. When x is already a multiple
    /// of e_pivot, tau is 0 and H is the identity.
    /// </summary>
    public static double Reflect(Span<double> x, int pivot, out double tau)
    {
        double alpha = x[pivot];
        x[pivot] = 0;
        double rest = Math.Sqrt(RowOperations.Dot(x, x));
        if (!(rest is > 1e-140 and < 1e140))
        {
            // Squares may have over- or underflowed: once more with an exact scaling.
            double scale = RowOperations.PowerOfTwoScale(x);
            double sum = 0;
            foreach (double value in x)
            {
                sum = Math.FusedMultiplyAdd(value * scale, value * scale, sum);
            }

            rest = Math.Sqrt(sum) / scale;
        }

        if (rest == 0)
        {
            tau = 0;
            x[pivot] = 1;
            return alpha;
        }

        double beta = -Math.CopySign(PlaneRotation.Hypotenuse(alpha, rest), alpha);
        double divisor = alpha - beta;
        for (int i = 0; i < x.Length; i++)
        {
            x[i] /= divisor;
        }

        x[pivot] = 1;
        tau = -divisor / beta;
        return beta;
    }

    /// <summary>
    /// Applies H from the left to the rows <paramref name="firstRow"/>, firstRow + 1, ... and the columns from
    /// <paramref name="firstColumn"/> on; <paramref name="work"/> has room for one row.
    /// </summary>
    public static void ApplyLeft(ReadOnlySpan<double> v, double tau, Matrix a, int firstRow, int firstColumn, Span<double> work)
    {
        if (tau == 0 || firstColumn >= a.Columns)
        {
            return;
        }

        Span<double> w = work[..(a.Columns - firstColumn)];
        w.Clear();
        for (int i = 0; i < v.Length; i++)
        {
            RowOperations.AddScaled(v[i], a.Row(firstRow + i)[firstColumn..], w);
        }

        for (int i = 0; i < v.Length; i++)
        {
            RowOperations.AddScaled(-tau * v[i], w, a.Row(firstRow + i)[firstColumn..]);
        }
    }

    /// <summary>Applies H to one vector, or from the right to one row.</summary>
    public static void Apply(ReadOnlySpan<double> v, double tau, Span<double> x)
    {
        if (tau != 0)
        {
            RowOperations.AddScaled(-tau * RowOperations.Dot(v, x), v, x);
        }
    }
}
