using System.Numerics;
using System.Runtime.CompilerServices;

namespace Unrolled.Numerics;

/// <summary>What is done to the strips of a band between a convolution and its adjoint.</summary>
internal static class StripKernels
{
    /// <summary>Makes the gaps between the rows of strips zero, and what is left behind the last row.</summary>
    /// <param name="strips">The strips of all channels.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="stripStride">The distance of channels.</param>
    /// <param name="rows">How many rows a strip has.</param>
    /// <param name="stride">The distance of rows.</param>
    /// <param name="columns">How many numbers of a row are not gap.</param>
    public static void ClearGaps<T>(Span<T> strips, int channels, int stripStride, int rows, int stride, int columns)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int c = 0; c < channels; c++)
        {
            Span<T> strip = strips.Slice(c * stripStride, stripStride);
            ref T gap = ref Kernels.Start(strip, rows * stride);
            for (int i = 0; i < rows; i++)
            {
                for (int j = columns; j < stride; j++)
                {
                    Unsafe.Add(ref gap, j) = T.Zero;
                }

                gap = ref Unsafe.Add(ref gap, stride);
            }

            strip[(rows * stride)..].Clear();
        }
    }

    /// <summary>Copies a band of rows of planes to strips whose gaps become zero.</summary>
    public static void CopyIn<T>(
        ReadOnlySpan<T> planes, int channels, int planeRows, int columns, int first, int rows, Span<T> strips, int stripStride, int stride)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int c = 0; c < channels; c++)
        {
            Span<T> strip = strips.Slice(c * stripStride, stripStride);
            for (int i = 0; i < rows; i++)
            {
                planes.Slice(((c * planeRows) + first + i) * columns, columns).CopyTo(strip[(i * stride)..]);
            }
        }

        ClearGaps(strips, channels, stripStride, rows, stride, columns);
    }

    /// <summary>Copies strips to a band of rows of planes.</summary>
    public static void CopyOut<T>(
        ReadOnlySpan<T> strips, int stripStride, int stride, Span<T> planes, int channels, int planeRows, int columns, int first, int rows)
    {
        for (int c = 0; c < channels; c++)
        {
            for (int i = 0; i < rows; i++)
            {
                strips.Slice((c * stripStride) + (i * stride), columns).CopyTo(planes[(((c * planeRows) + first + i) * columns)..]);
            }
        }
    }
}
