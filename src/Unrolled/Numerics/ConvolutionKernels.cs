using System.Numerics;

namespace Unrolled.Numerics;

/// <summary>
/// Correlation of padded planes with small kernels. Every result is a chain of fused products in the fixed order channel,
/// kernel row, kernel column, so that its bits depend on nothing but the numbers.
/// </summary>
internal static class ConvolutionKernels
{
    /// <summary><c>destination[i, j] += sum over (a, b) of kernel[a, b] padded[i + a, j + b]</c>.</summary>
    public static void Correlate<T>(
        ReadOnlySpan<T> padded, int paddedColumns, ReadOnlySpan<T> kernel, int kernelColumns, Span<T> destination, int rows, int columns)
        where T : struct, IFloatingPointIeee754<T>
    {
        int kernelRows = kernel.Length / kernelColumns;
        for (int i = 0; i < rows; i++)
        {
            Span<T> row = destination.Slice(i * columns, columns);
            for (int a = 0; a < kernelRows; a++)
            {
                for (int b = 0; b < kernelColumns; b++)
                {
                    Kernels.MultiplyAdd(kernel[(a * kernelColumns) + b], padded.Slice(((i + a) * paddedColumns) + b, columns), row, row);
                }
            }
        }
    }

    /// <summary>The adjoint with respect to the plane: <c>padded[i + a, j + b] += kernel[a, b] source[i, j]</c>.</summary>
    public static void Spread<T>(
        ReadOnlySpan<T> source, int rows, int columns, ReadOnlySpan<T> kernel, int kernelColumns, Span<T> padded, int paddedColumns)
        where T : struct, IFloatingPointIeee754<T>
    {
        int kernelRows = kernel.Length / kernelColumns;
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<T> row = source.Slice(i * columns, columns);
            for (int a = 0; a < kernelRows; a++)
            {
                for (int b = 0; b < kernelColumns; b++)
                {
                    Span<T> target = padded.Slice(((i + a) * paddedColumns) + b, columns);
                    Kernels.MultiplyAdd(kernel[(a * kernelColumns) + b], row, target, target);
                }
            }
        }
    }

    /// <summary>The adjoint with respect to the kernel: <c>gradient[a, b] += sum over (i, j) of weights[i, j] padded[i + a, j + b]</c>.</summary>
    public static void AccumulateKernelGradient<T>(
        ReadOnlySpan<T> padded, int paddedColumns, ReadOnlySpan<T> weights, int rows, int columns, Span<T> gradient, int kernelColumns)
        where T : struct, IFloatingPointIeee754<T>
    {
        int kernelRows = gradient.Length / kernelColumns;
        for (int a = 0; a < kernelRows; a++)
        {
            for (int b = 0; b < kernelColumns; b++)
            {
                T sum = T.Zero;
                for (int i = 0; i < rows; i++)
                {
                    ReadOnlySpan<T> row = padded.Slice(((i + a) * paddedColumns) + b, columns), w = weights.Slice(i * columns, columns);
                    for (int j = 0; j < columns; j++)
                    {
                        sum = T.FusedMultiplyAdd(w[j], row[j], sum);
                    }
                }

                gradient[(a * kernelColumns) + b] += sum;
            }
        }
    }
}
