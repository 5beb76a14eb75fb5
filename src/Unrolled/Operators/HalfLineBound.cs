using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// A bound of the norm of a bank of one channel and one row with a reflecting boundary, for every length: the exact norm of short signals, and
/// for long ones that of the periodic operator plus what the ends can add.
/// </summary>
/// <remarks>
/// <para>With the restriction <c>R</c>, the even continuation <c>E</c> and the periodic bank <c>P</c> of twice the length (see <see cref="SymbolBound"/>) and with
/// <c>2 R^T R = 1 + Q</c>, <c>Q</c> being 1 on the signal and -1 on its mirror image, is <c>K^T K = (E^T P^T P E + E^T P^T Q P E)/2</c>. The first half is at
/// most <c>sup |A(w)|^2</c>, as <c>E^T E = 2</c>. In the second, <c>P^T Q P = Q P^T P + [P^T, Q] P</c>. For one channel <c>P^T P</c> commutes with
/// the reflection <c>J</c>, while <c>J Q J = -Q</c> and <c>J E = E</c>, so <c>E^T Q P^T P E = -E^T Q P^T P E = 0</c>. The commutator lives within
/// <c>r</c> points of the ends, <c>r</c> being half a kernel, and so the rest <c>H = E^T [P^T, Q] P E/2</c> within <c>2 r</c>. From the length <c>4 r</c> on
/// the two corners of <c>H</c> are apart and always the same, and <c>||K||^2 &lt;= sup |A|^2 + max(0, largest eigenvalue of H)</c>. For kernels that are all even or odd
/// <c>H = 0</c>.</para>
/// <para><c>H</c> is found as <c>K^T K</c> less the same product with even and with odd parts of the kernels alone, for which it vanishes.</para>
/// </remarks>
internal static class HalfLineBound
{
    /// <summary>The bound; infinite where the argument does not apply.</summary>
    public static double Of(ConvolutionBank<double> bank)
    {
        if (bank.Boundary != Boundary.Reflecting || bank.Channels != 1 || bank.KernelRows != 1)
        {
            return double.PositiveInfinity;
        }

        int length = 2 * bank.KernelColumns;
        double[] even = new double[bank.Kernels.Length], odd = new double[even.Length];
        for (int k = 0; k < even.Length; k++)
        {
            int b = k % bank.KernelColumns;
            double mirrored = bank.Kernels[k - b + (bank.KernelColumns - 1 - b)];
            (even[k], odd[k]) = (0.5 * (bank.Kernels[k] + mirrored), 0.5 * (bank.Kernels[k] - mirrored));
        }

        double largest = 0;
        for (int n = 1; n < length; n++)
        {
            largest = Math.Max(largest, Top(Gram(bank.Kernels, bank, n)));
        }

        Matrix ends = Gram(bank.Kernels, bank, length);
        Kernels.Subtract<double>(ends.AsSpan(), Gram(even, bank, length).AsSpan(), ends.AsSpan());
        Kernels.Subtract<double>(ends.AsSpan(), Gram(odd, bank, length).AsSpan(), ends.AsSpan());
        ConvolutionSymbol symbol = ConvolutionSymbol.Sample(bank.Kernels, bank.Filters, 1, 1, bank.KernelColumns, 256);
        double interior = symbol.SquaredNorm * symbol.Excess;
        return Math.Sqrt(Math.Max(largest, interior + Math.Max(Top(ends), 0)) * (1 + SymbolBound.Rounding));
    }

    /// <summary><c>K^T K</c> for signals of <c>n</c> points.</summary>
    private static Matrix Gram(ReadOnlySpan<double> kernels, ConvolutionBank<double> bank, int n)
    {
        var padding = new Padding(1, n, 0, bank.KernelColumns / 2, Boundary.Reflecting);
        var gram = new Matrix(n, n);
        double[] row = new double[n];
        for (int c = 0; c < bank.Filters; c++)
        {
            for (int i = 0; i < n; i++)
            {
                Array.Clear(row);
                for (int b = 0; b < bank.KernelColumns; b++)
                {
                    row[padding.ColumnSources[i + b]] += kernels[(c * bank.KernelColumns) + b];
                }

                for (int j = 0; j < n; j++)
                {
                    Kernels.MultiplyAdd<double>(row[j], row, gram.Row(j), gram.Row(j));
                }
            }
        }

        return gram;
    }

    private static double Top(Matrix symmetric) => SymmetricEigen.Eigenvalues(symmetric).Max();
}
