using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// A proved upper bound of the 2-norm of a bank of convolutions that holds for signals and images of every size, with its gradient: kernels
/// divided by it have a norm of at most 1 by construction.
/// </summary>
/// <remarks>
/// <para><b>Periodic.</b> The operator on any torus is block-diagonal in frequency with blocks <c>A(w)</c> (the symbol) at some frequencies <c>w</c>, so
/// <c>||K|| &lt;= sup over w of ||A(w)||</c>, and this is sharp for large images.</para>
/// <para><b>Reflecting.</b> Let <c>E</c> continue an image of <c>N</c> points to the torus of <c>2^d N</c> points by half-sample reflection in each of <c>d</c> directions
/// (<c>||E u||^2 = 2^d ||u||^2</c>), <c>P</c> be the periodic bank there and <c>R</c> the restriction: <c>K = R P E</c>. If every filter is even or odd in
/// each direction, it commutes or anticommutes with every reflection, so <c>P E u</c> has the same squares on all <c>2^d</c> copies of the image and
/// <c>||K u||^2 = 2^-d ||P E u||^2</c>, which is at most the square of the periodic bound times <c>||u||^2</c>. Other banks are replaced by such a one that is nowhere smaller
/// (<see cref="ParityMajorant"/>). The worst that this can cost is <c>2^(d/2)</c>; nothing for banks that hold the mirror images of their filters.</para>
/// <para>Between sampled frequencies the symbol is bounded as <see cref="ConvolutionSymbol"/> says: with 32 samples per degree the excess is 0.5 percent of the norm at most.
/// A relative 1e-12 of the square is added for rounding.</para>
/// <para>Cost: <c>C S</c> times the samples, <c>32^d</c> times the degrees, and an eigenvalue problem of order <c>2 S</c> for some of them if <c>S &gt; 1</c>.</para>
/// </remarks>
public sealed class SymbolBound
{
    internal const double Rounding = 1e-12;

    private readonly ConvolutionSymbol _symbol;
    private readonly ConvolutionBank<double> _bank;
    private readonly ParityMajorant? _majorant;

    private SymbolBound(ConvolutionBank<double> bank, ParityMajorant? majorant, ConvolutionSymbol symbol)
    {
        (_bank, _majorant, _symbol) = (bank, majorant, symbol);
        Norm = Math.Sqrt(symbol.SquaredNorm * symbol.Excess * (1 + Rounding));
    }

    /// <summary>The bound.</summary>
    public double Norm { get; }

    /// <summary>The frequency where the largest sample was found, in radians per row.</summary>
    public double RowFrequency => _symbol.RowFrequency;

    /// <summary>The frequency where the largest sample was found, in radians per column.</summary>
    public double ColumnFrequency => _symbol.ColumnFrequency;

    /// <summary>Computes the bound.</summary>
    /// <param name="bank">The bank; its boundary decides which argument is used.</param>
    /// <param name="samplesPerDegree">How many frequencies are sampled per degree and direction, at least 4.</param>
    public static SymbolBound Of(ConvolutionBank<double> bank, int samplesPerDegree = 32)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerDegree, 4);
        ParityMajorant? majorant = bank.Boundary == Boundary.Reflecting ? ParityMajorant.Of(bank) : null;
        ReadOnlySpan<double> kernels = majorant is null ? bank.Kernels : majorant.Kernels;
        int filters = kernels.Length / (bank.Channels * bank.KernelRows * bank.KernelColumns);
        return new SymbolBound(bank, majorant, ConvolutionSymbol.Sample(kernels, filters, bank.Channels, bank.KernelRows, bank.KernelColumns, samplesPerDegree));
    }

    /// <summary>
    /// Adds <paramref name="weight"/> times the gradient of <see cref="Norm"/> with respect to the kernels: exact where one sample is the largest, a
    /// subgradient else.
    /// </summary>
    /// <param name="weight">What the gradient is multiplied with.</param>
    /// <param name="gradient">In the order of the kernels of the bank.</param>
    public void AccumulateGradient(double weight, Span<double> gradient)
    {
        Guard.Equal(gradient.Length, _bank.Kernels.Length, "the length of the gradient", "the number of kernel entries");
        if (Norm == 0)
        {
            return;
        }

        double outer = weight * Norm / (2 * _symbol.SquaredNorm);
        if (_majorant is null)
        {
            _symbol.AccumulateGradient(outer, _bank.KernelRows, _bank.KernelColumns, gradient);
            return;
        }

        (double[] real, double[] imaginary) = _symbol.Window(_bank.KernelRows, _bank.KernelColumns);
        _majorant.AccumulateGradient(outer, real, imaginary, gradient);
    }
}
