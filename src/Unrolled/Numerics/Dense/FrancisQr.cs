using System.Numerics;

namespace Unrolled.Numerics;

/// <summary>
/// Francis' implicit double-shift QR iteration on an upper Hessenberg matrix, eigenvalues only. Reference: Golub and Van
/// Loan, Matrix Computations, 4th ed., algorithms 7.5.1 and 7.5.2; exceptional shifts after Wilkinson and Reinsch,
/// Handbook for Automatic Computation II (1971), contribution II/14. Entries should be near 1 in magnitude.
/// </summary>
internal static class FrancisQr
{
    private const double Epsilon = 1.0 / (1L << 52);

    // Beside entries near 1 nothing is lost by dropping what is smaller, and products of such entries would underflow.
    private const double Negligible = 1e-150;
    private const int SweepsPerEigenvalue = 60;
    private const int SweepsBetweenExceptionalShifts = 10;

    /// <summary>
    /// Writes the eigenvalues of <paramref name="h"/> to <paramref name="values"/> and destroys h. When a sweep limit that
    /// no known matrix reaches is exceeded, the eigenvalues not yet found are NaN.
    /// </summary>
    public static void Run(Matrix h, Span<Complex> values)
    {
        int sweeps = 0;
        for (int last = h.Rows - 1; last >= 0;)
        {
            int first = StartOfBlock(h, last);
            if (first == last)
            {
                values[last--] = h[first, first];
                sweeps = 0;
            }
            else if (first == last - 1)
            {
                (values[first], values[last]) = EigenvaluesOfPair(h[first, first], h[first, last], h[last, first], h[last, last]);
                last -= 2;
                sweeps = 0;
            }
            else if (++sweeps > SweepsPerEigenvalue)
            {
                values[..(last + 1)].Fill(new Complex(double.NaN, double.NaN));
                return;
            }
            else
            {
                Sweep(h, first, last, sweeps % SweepsBetweenExceptionalShifts == 0);
            }
        }
    }

    /// <summary>Eigenvalues of the matrix with rows (a, b) and (c, d): both real, or a conjugate pair.</summary>
    private static (Complex, Complex) EigenvaluesOfPair(double a, double b, double c, double d)
    {
        double half = (a - d) / 2;
        double size = Math.Max(Math.Abs(half), Math.Sqrt(Math.Abs(b)) * Math.Sqrt(Math.Abs(c)));
        if (size < Negligible)
        {
            return (a, d);
        }

        double ratio = half / size;
        double discriminant = (ratio * ratio) + ((b / size) * (c / size));
        double root = size * Math.Sqrt(Math.Abs(discriminant));
        if (discriminant < 0)
        {
            return (new Complex(d + half, root), new Complex(d + half, -root));
        }

        double z = half + Math.CopySign(root, half);
        return (d + z, d - (b * (c / z)));
    }

    /// <summary>The start of the unreduced block that ends at <paramref name="last"/>; the entry before it becomes zero.</summary>
    private static int StartOfBlock(Matrix h, int last)
    {
        int first = last;
        while (first > 0)
        {
            double neighbours = Math.Abs(h[first - 1, first - 1]) + Math.Abs(h[first, first]);
            if (Math.Abs(h[first, first - 1]) <= Math.Max(Negligible, Epsilon * neighbours))
            {
                h[first, first - 1] = 0;
                break;
            }

            first--;
        }

        return first;
    }

    private static void Sweep(Matrix h, int first, int last, bool exceptional)
    {
        double h11 = h[last, last], h22 = h[last - 1, last - 1], lower = h[last, last - 1], upper = h[last - 1, last];
        if (exceptional)
        {
            lower = Math.Abs(lower) + Math.Abs(h[last - 1, last - 2]);
            h11 = h22 = h[last, last] + (0.75 * lower);
            upper = -0.4375 * lower;
        }

        // First column of (H - s1)(H - s2), divided by h[first + 1, first] and scaled; s1, s2 are the shifts.
        double below = h[first + 1, first];
        double d1 = h[first, first] - h11, d2 = h[first, first] - h22;
        double size = Math.Abs(d1) + Math.Abs(d2) + Math.Abs(lower) + Math.Abs(below);
        Span<double> v = stackalloc double[3];
        v[0] = (d1 * (d2 / size)) - (upper * (lower / size)) + (h[first, first + 1] * (below / size));
        v[1] = (h[first, first] + h[first + 1, first + 1] - h11 - h22) * (below / size);
        v[2] = h[first + 2, first + 1] * (below / size);

        for (int k = first; k < last; k++)
        {
            if (k > first)
            {
                v = v[..Math.Min(3, last - k + 1)];
                for (int i = 0; i < v.Length; i++)
                {
                    v[i] = h[k + i, k - 1];
                    h[k + i, k - 1] = 0;
                }
            }

            double beta = Householder.Reflect(v, 0, out double tau);
            if (k > first)
            {
                h[k, k - 1] = beta;
            }

            ApplyLeft(h, v, tau, k, last);
            ApplyRight(h, v, tau, k, first, Math.Min(k + 3, last));
        }
    }

    private static void ApplyLeft(Matrix h, ReadOnlySpan<double> v, double tau, int k, int last)
    {
        Span<double> row0 = h.Row(k)[k..(last + 1)], row1 = h.Row(k + 1)[k..(last + 1)];
        Span<double> row2 = v.Length > 2 ? h.Row(k + 2)[k..(last + 1)] : default;
        for (int j = 0; j < row0.Length; j++)
        {
            double sum = row0[j] + (v[1] * row1[j]);
            if (v.Length > 2)
            {
                sum += v[2] * row2[j];
                row2[j] -= tau * sum * v[2];
            }

            row0[j] -= tau * sum;
            row1[j] -= tau * sum * v[1];
        }
    }

    private static void ApplyRight(Matrix h, ReadOnlySpan<double> v, double tau, int k, int first, int end)
    {
        for (int i = first; i <= end; i++)
        {
            Span<double> row = h.Row(i).Slice(k, v.Length);
            double sum = row[0] + (v[1] * row[1]);
            if (row.Length > 2)
            {
                sum += v[2] * row[2];
                row[2] -= tau * sum * v[2];
            }

            row[0] -= tau * sum;
            row[1] -= tau * sum * v[1];
        }
    }
}
