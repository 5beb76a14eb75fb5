using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>The 2-norm of a bank of convolutions: a proved bound for all sizes, and an estimate from below for one size.</summary>
public static class OperatorNorm
{
    /// <summary>
    /// A proved upper bound for signals and images of every size: the least of <see cref="SymbolBound"/> at its default and at four times its density,
    /// <c>sqrt(||K||_1 ||K||_inf)</c> of the actual operators and, for signals of one channel that are reflected, the norm of the periodic operator plus what
    /// the ends can add.
    /// </summary>
    /// <remarks>How far it is above the norm depends on the kernels: nothing for finite differences, kernels that are even or odd and banks with mirror images, at most
    /// <c>2^(d/2)</c> for others that are reflected in <c>d</c> directions.</remarks>
    public static double Bound(ConvolutionBank<double> bank)
    {
        ArgumentNullException.ThrowIfNull(bank);
        foreach (double k in bank.Kernels)
        {
            if (!double.IsFinite(k))
            {
                return double.PositiveInfinity;
            }
        }

        double symbol = Math.Min(SymbolBound.Of(bank).Norm, SymbolBound.Of(bank, 128).Norm);
        return Math.Min(symbol, Math.Min(SchurBound.Of(bank), HalfLineBound.Of(bank)));
    }

    /// <summary>An estimate from below for one size, by Lanczos' process for <c>K^T K</c> with the actual boundary.</summary>
    /// <param name="bank">The bank.</param>
    /// <param name="rows">The height of images; 1 for signals.</param>
    /// <param name="columns">The width.</param>
    /// <param name="stream">Where the start comes from.</param>
    /// <param name="steps">The most products with <c>K</c>.</param>
    public static double Estimate(ConvolutionBank<double> bank, int rows, int columns, RandomStream stream, int steps = 64)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        return SpectralEstimate.Norm(new ConvolutionOperator(bank, rows, columns), stream, steps)[0];
    }
}
