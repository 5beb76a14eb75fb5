using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Diffusion.Networks;

/// <summary>A bank of convolutions without its numbers.</summary>
/// <param name="Filters">The number of filters.</param>
/// <param name="Channels">The number of channels of what it is applied to.</param>
/// <param name="KernelRows">The height of a kernel, odd.</param>
/// <param name="KernelColumns">The width of a kernel, odd.</param>
/// <param name="Boundary">What stands outside.</param>
public readonly record struct BankShape(int Filters, int Channels, int KernelRows, int KernelColumns, Boundary Boundary)
{
    /// <summary>How many numbers the kernels have together.</summary>
    public int KernelCount => Filters * Channels * KernelRows * KernelColumns;

    /// <summary>The bank with its numbers.</summary>
    public ConvolutionBank<T> Create<T>(ReadOnlySpan<T> kernels)
        where T : struct, IFloatingPointIeee754<T> => new(kernels, Filters, Channels, KernelRows, KernelColumns, Boundary);
}
