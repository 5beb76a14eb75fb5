using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Learning.Fields;

/// <summary>
/// From free kernels to kernels of zero mean whose bank has a norm of at most 1: <c>k = (x - mean(x))/N(x - mean(x))</c>, where <c>N</c> is a proved bound of the
/// norm for every size (<see cref="SymbolBound"/>), coarser than that of a certificate and therefore on the safe side.
/// </summary>
internal sealed class KernelNormalization(BankShape bank)
{
    private const int SamplesPerDegree = 8;

    private readonly int _points = bank.KernelRows * bank.KernelColumns;
    private readonly double[] _variables = new double[bank.KernelCount];
    private readonly double[] _centered = new double[bank.KernelCount];
    private SymbolBound? _bound;

    /// <summary>The kernels that the variables stand for.</summary>
    public void Map(ReadOnlySpan<double> variables, Span<double> kernels) =>
        Kernels.Multiply<double>(1 / BoundOf(variables).Norm, _centered, kernels);

    /// <summary>From the gradient of the kernels to that of the variables.</summary>
    public void Pull(ReadOnlySpan<double> variables, ReadOnlySpan<double> kernelGradient, Span<double> gradient)
    {
        SymbolBound bound = BoundOf(variables);
        double along = Kernels.Dot<double>(kernelGradient, _centered) / (bound.Norm * bound.Norm);
        Kernels.Multiply(1 / bound.Norm, kernelGradient, gradient);
        bound.AccumulateGradient(-along, gradient);
        RemoveMeans(gradient);
    }

    /// <summary>The bound for the variables less their means; kept, as a gradient is asked for where the map was taken.</summary>
    private SymbolBound BoundOf(ReadOnlySpan<double> variables)
    {
        if (_bound is null || !variables.SequenceEqual(_variables))
        {
            variables.CopyTo(_variables);
            variables.CopyTo(_centered);
            RemoveMeans(_centered);
            _bound = SymbolBound.Of(bank.Create<double>(_centered), SamplesPerDegree);
        }

        return _bound;
    }

    private void RemoveMeans(Span<double> kernels)
    {
        for (int start = 0; start < kernels.Length; start += _points)
        {
            Span<double> kernel = kernels.Slice(start, _points);
            double sum = 0;
            foreach (double value in kernel)
            {
                sum += value;
            }

            foreach (ref double value in kernel)
            {
                value -= sum / _points;
            }
        }
    }
}
