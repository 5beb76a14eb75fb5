using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Learning.Fields;

/// <summary>
/// From free kernels to kernels of zero mean whose bank has a norm of at most 1: <c>k = (x - mean(x))/N(x - mean(x))</c>, where <c>N</c> is the proved bound of the
/// norm that certificates use.
/// </summary>
internal sealed class KernelNormalization(BankShape bank)
{
    private readonly int _points = bank.KernelRows * bank.KernelColumns;
    private readonly double[] _centered = new double[bank.KernelCount];
    private readonly double[] _boundGradient = new double[bank.KernelCount];

    /// <summary>The kernels that the variables stand for.</summary>
    public void Map(ReadOnlySpan<double> variables, Span<double> kernels)
    {
        double bound = Center(variables);
        Kernels.Multiply<double>(1 / bound, _centered, kernels);
    }

    /// <summary>From the gradient of the kernels to that of the variables.</summary>
    public void Pull(ReadOnlySpan<double> variables, ReadOnlySpan<double> kernelGradient, Span<double> gradient)
    {
        double bound = Center(variables);
        double along = Kernels.Dot<double>(kernelGradient, _centered) / (bound * bound);
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = (kernelGradient[i] / bound) - (along * _boundGradient[i]);
        }

        RemoveMeans(gradient);
    }

    private double Center(ReadOnlySpan<double> variables)
    {
        variables.CopyTo(_centered);
        RemoveMeans(_centered);
        return NormBound.Evaluate(bank.Create<double>(_centered), _boundGradient);
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
