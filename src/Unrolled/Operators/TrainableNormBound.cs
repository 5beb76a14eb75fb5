namespace Unrolled.Operators;

/// <summary>
/// A proved bound of the norm of a bank for every size with its gradient, cheap enough for every step of a training: the bound of the ends for signals of
/// one channel, which is close to the norm, else that of the symbol at few samples.
/// </summary>
/// <remarks>
/// Never below <see cref="OperatorNorm.Bound"/> by more than rounding where it takes the same argument; it may be above it by one percent (24 samples per degree; for several channels 8 percent, 8 samples). So what is
/// divided by it is certified with room to spare.
/// </remarks>
internal sealed class TrainableNormBound
{
    // many channels need an eigenvalue problem per sample
    private const int SamplesPerDegree = 24, SamplesPerDegreeOfManyChannels = 8;

    private readonly SymbolBound? _symbol;
    private readonly double[] _gradient = [];

    /// <summary>Computes the bound.</summary>
    public TrainableNormBound(ConvolutionBank<double> bank)
    {
        if (bank.Channels == 1 && bank.KernelRows == 1 && bank.Boundary == Numerics.Boundary.Reflecting)
        {
            _gradient = new double[bank.Kernels.Length];
            Norm = HalfLineBound.Of(bank, _gradient);
            return;
        }

        _symbol = SymbolBound.Of(bank, bank.Channels == 1 ? SamplesPerDegree : SamplesPerDegreeOfManyChannels);
        Norm = _symbol.Norm;
    }

    /// <summary>The bound.</summary>
    public double Norm { get; }

    /// <summary>Adds a multiple of the gradient of <see cref="Norm"/> with respect to the kernels.</summary>
    public void AccumulateGradient(double weight, Span<double> gradient)
    {
        if (_symbol is not null)
        {
            _symbol.AccumulateGradient(weight, gradient);
            return;
        }

        Numerics.Kernels.MultiplyAdd<double>(weight, _gradient, gradient, gradient);
    }
}
