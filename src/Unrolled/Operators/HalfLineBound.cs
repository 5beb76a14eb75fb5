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
    public static double Of(ConvolutionBank<double> bank) => Of(bank, []);

    /// <summary>The bound with its gradient.</summary>
    /// <param name="bank">The bank.</param>
    /// <param name="gradient">Becomes the gradient with respect to the kernels; empty if it is not wanted.</param>
    public static double Of(ConvolutionBank<double> bank, Span<double> gradient)
    {
        if (bank.Boundary != Boundary.Reflecting || bank.Channels != 1 || bank.KernelRows != 1)
        {
            return double.PositiveInfinity;
        }

        int length = 2 * bank.KernelColumns;
        (double[] even, double[] odd) = Parities(bank.Kernels, bank.KernelColumns);
        double shortest = 0;
        double[] shortVector = [];
        for (int n = 1; n < length; n++)
        {
            (double value, double[] vector) = Top(Gram(bank.Kernels, bank, n));
            (shortest, shortVector) = value > shortest ? (value, vector) : (shortest, shortVector);
        }

        Matrix difference = Gram(bank.Kernels, bank, length);
        Kernels.Subtract<double>(difference.AsSpan(), Gram(even, bank, length).AsSpan(), difference.AsSpan());
        Kernels.Subtract<double>(difference.AsSpan(), Gram(odd, bank, length).AsSpan(), difference.AsSpan());
        (double ends, double[] endVector) = Top(difference);
        ConvolutionSymbol symbol = ConvolutionSymbol.Sample(bank.Kernels, bank.Filters, 1, 1, bank.KernelColumns, 256);
        double longest = (symbol.SquaredNorm * symbol.Excess) + Math.Max(ends, 0);
        double bound = Math.Sqrt(Math.Max(shortest, longest) * (1 + SymbolBound.Rounding));
        if (gradient.IsEmpty || bound == 0)
        {
            return bound;
        }

        gradient.Clear();
        double outer = (1 + SymbolBound.Rounding) / (2 * bound);
        if (shortest > longest)
        {
            AddGradientOfSquare(bank.Kernels, bank, shortVector, outer, gradient);
            return bound;
        }

        symbol.AccumulateGradient(outer * symbol.Excess, 1, bank.KernelColumns, gradient);
        if (ends > 0)
        {
            double[] own = new double[gradient.Length], mirrored = new double[gradient.Length];
            AddGradientOfSquare(bank.Kernels, bank, endVector, outer, gradient);
            AddGradientOfSquare(even, bank, endVector, -outer, own);
            (double[] evenPart, _) = Parities(own, bank.KernelColumns);
            AddGradientOfSquare(odd, bank, endVector, -outer, mirrored);
            (_, double[] oddPart) = Parities(mirrored, bank.KernelColumns);
            Kernels.Add<double>(gradient, evenPart, gradient);
            Kernels.Add<double>(gradient, oddPart, gradient);
        }

        return bound;
    }

    private static (double[] Even, double[] Odd) Parities(ReadOnlySpan<double> kernels, int columns)
    {
        double[] even = new double[kernels.Length], odd = new double[kernels.Length];
        for (int k = 0; k < kernels.Length; k++)
        {
            int b = k % columns;
            double mirrored = kernels[k - b + (columns - 1 - b)];
            (even[k], odd[k]) = (0.5 * (kernels[k] + mirrored), 0.5 * (kernels[k] - mirrored));
        }

        return (even, odd);
    }

    /// <summary>Adds <c>weight</c> times the gradient of <c>||K v||^2</c> with respect to the kernels, which is <c>2 corr(v, K v)</c>.</summary>
    private static void AddGradientOfSquare(ReadOnlySpan<double> kernels, ConvolutionBank<double> like, ReadOnlySpan<double> v, double weight, Span<double> gradient)
    {
        var bank = new ConvolutionBank<double>(kernels, like.Filters, 1, 1, like.KernelColumns, like.Boundary);
        Field<double> u = new(1, 1, 1, v.Length), responses = new(1, like.Filters, 1, v.Length);
        v.CopyTo(u.Values);
        bank.Apply(u, responses);
        Kernels.Multiply<double>(2 * weight, responses.Values, responses.Values);
        bank.AccumulateKernelGradient(u, responses, gradient);
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

    private static (double Value, double[] Vector) Top(Matrix symmetric)
    {
        SymmetricEigen eigen = SymmetricEigen.Decompose(symmetric);
        int top = eigen.Values[0] > eigen.Values[^1] ? 0 : eigen.Values.Length - 1;
        return (eigen.Values[top], eigen.Vector(top).ToArray());
    }
}
