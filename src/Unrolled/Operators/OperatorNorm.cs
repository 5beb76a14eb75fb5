using System.Numerics;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// The squared spectral norm <c>||K||^2</c> of a bank of convolutions in three ways: from its symbol (periodic boundary), by power iteration
/// on the padded operator (from below), and a cheap bound that always holds (from above). Step size limits need a bound from above.
/// </summary>
public static class OperatorNorm
{
    /// <summary>
    /// <c>max over frequencies w of lambda_max(sum_c conj(k_cs(w)) k_cs'(w))</c> over all frequencies of a domain: exact for the periodic
    /// boundary, up to rounding. For a reflecting boundary take <see cref="UpperBound"/>.
    /// </summary>
    /// <remarks>Work: rows x columns x kernel points x filters x channels, and an eigenvalue per frequency with several channels.</remarks>
    public static double SquaredPeriodic<T>(ConvolutionBank<T> bank, int rows, int columns)
        where T : struct, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        Complex[] rowRoots = Roots(rows), columnRoots = Roots(columns);
        double largest = 0;

        // k(-w) is the conjugate of k(w): half of the rows of frequencies suffice.
        for (int p = 0; p <= rows / 2; p++)
        {
            for (int q = 0; q < columns; q++)
            {
                largest = Math.Max(largest, LargestEigenvalue(bank, rowRoots, p, columnRoots, q));
            }
        }

        return largest;
    }

    /// <summary>
    /// Power iteration on <c>K^T K</c> with the bank's own boundary: the Rayleigh quotient, which approaches <c>||K||^2</c> from below.
    /// </summary>
    public static double SquaredByPowerIteration<T>(ConvolutionBank<T> bank, int rows, int columns, int iterations = 100, ulong seed = 1)
        where T : struct, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(bank);
        Field<T> u = new(1, bank.Channels, rows, columns), product = u.ZerosLike();
        Field<T> responses = new(1, bank.Filters, rows, columns);
        var random = new RandomStream(seed);
        foreach (ref T value in u.Values)
        {
            value = T.CreateChecked(random.NextNormal());
        }

        double quotient = 0;
        for (int k = 0; k < iterations; k++)
        {
            double norm = Math.Sqrt(double.CreateChecked(Kernels.Dot<T>(u.Values, u.Values)));
            if (!(norm > 0))
            {
                return 0;
            }

            Kernels.Multiply(T.CreateChecked(1 / norm), u.Values, u.Values);
            bank.Apply(u, responses);
            quotient = double.CreateChecked(Kernels.Dot<T>(responses.Values, responses.Values));
            bank.ApplyAdjoint(responses, product);
            product.CopyTo(u);
        }

        return quotient;
    }

    /// <summary>
    /// <c>||K||_1 ||K||_inf</c>, the largest column sum times the largest row sum of moduli, at least <c>||K||^2</c> for every boundary. Raised by
    /// the rounding of the sums.
    /// </summary>
    public static double SquaredUpperBound<T>(ConvolutionBank<T> bank, int rows, int columns)
        where T : struct, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(bank);
        var moduli = new double[bank.Kernels.Length];
        for (int i = 0; i < moduli.Length; i++)
        {
            moduli[i] = Math.Abs(double.CreateChecked(bank.Kernels[i]));
        }

        var absolute = new ConvolutionBank<double>(moduli, bank.Filters, bank.Channels, bank.KernelRows, bank.KernelColumns, bank.Boundary);
        Field<double> u = new(1, bank.Channels, rows, columns), responses = new(1, bank.Filters, rows, columns);
        u.Values.Fill(1);
        absolute.Apply(u, responses);
        double rowSum = Largest(responses.Values);
        responses.Values.Fill(1);
        absolute.ApplyAdjoint(responses, u);
        return rowSum * Largest(u.Values) * (1 + (4 * Math.ScaleB(1, -52) * moduli.Length));
    }

    /// <summary>The least upper bound of <c>||K||^2</c> at hand: the symbol for the periodic boundary, the bound by sums otherwise.</summary>
    public static double UpperBound<T>(ConvolutionBank<T> bank, int rows, int columns)
        where T : struct, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(bank);
        double bound = SquaredUpperBound(bank, rows, columns);
        return bank.Boundary == Boundary.Periodic ? Math.Min(bound, SquaredPeriodic(bank, rows, columns) * (1 + 1e-12)) : bound;
    }

    private static double LargestEigenvalue<T>(ConvolutionBank<T> bank, Complex[] rowRoots, int p, Complex[] columnRoots, int q)
        where T : struct, IFloatingPointIeee754<T>
    {
        int s = bank.Channels;
        var symbol = new Complex[bank.Filters * s];
        for (int c = 0; c < symbol.Length; c++)
        {
            symbol[c] = Symbol(bank.Kernel(c / s, c % s), bank.KernelColumns, rowRoots, p, columnRoots, q);
        }

        if (s == 1)
        {
            return symbol.Sum(z => (z.Real * z.Real) + (z.Imaginary * z.Imaginary));
        }

        // A Hermitian matrix A + iB has the eigenvalues of the real symmetric [A -B; B A].
        var gram = new Matrix(2 * s, 2 * s);
        for (int i = 0; i < s; i++)
        {
            for (int j = 0; j < s; j++)
            {
                Complex sum = 0;
                for (int c = 0; c < bank.Filters; c++)
                {
                    sum += Complex.Conjugate(symbol[(c * s) + i]) * symbol[(c * s) + j];
                }

                (gram[i, j], gram[s + i, s + j], gram[i, s + j], gram[s + i, j]) = (sum.Real, sum.Real, -sum.Imaginary, sum.Imaginary);
            }
        }

        return SymmetricEigen.Eigenvalues(gram)[^1];
    }

    private static Complex Symbol<T>(ReadOnlySpan<T> kernel, int kernelColumns, Complex[] rowRoots, int p, Complex[] columnRoots, int q)
        where T : struct, IFloatingPointIeee754<T>
    {
        Complex sum = 0;
        for (int k = 0; k < kernel.Length; k++)
        {
            double value = double.CreateChecked(kernel[k]);
            int a = k / kernelColumns, b = k % kernelColumns;
            sum += value * (rowRoots[(int)((long)a * p % rowRoots.Length)] * columnRoots[(int)((long)b * q % columnRoots.Length)]);
        }

        return sum;
    }

    private static Complex[] Roots(int count)
    {
        var roots = new Complex[count];
        for (int i = 0; i < count; i++)
        {
            (Vector512<double> sine, Vector512<double> cosine) = ElementaryTrigonometric.SinCos(Vector512.Create(2 * Math.PI * i / count));
            roots[i] = new Complex(cosine[0], sine[0]);
        }

        return roots;
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
        {
            largest = Math.Max(largest, value);
        }

        return largest;
    }
}
