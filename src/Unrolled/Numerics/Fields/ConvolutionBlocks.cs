namespace Unrolled.Numerics;

/// <summary>How outputs are divided into blocks that fit the registers, and the order in which <see cref="ConvolutionKernels"/> reads coefficients.</summary>
internal static class ConvolutionBlocks
{
    /// <summary>The largest number of outputs in a block.</summary>
    public const int LargestBlock = 6;

    /// <summary>How many outputs the block has that begins at an output: as even as possible, at most 6.</summary>
    public static int BlockSize(int outputs, int first)
    {
        if (outputs <= LargestBlock)
        {
            return outputs;
        }

        int blocks = (outputs + LargestBlock - 1) / LargestBlock, small = outputs / blocks, large = outputs % blocks;
        return first < large * (small + 1) ? small + 1 : small;
    }

    /// <summary>Orders the coefficients of one plane as <see cref="ConvolutionKernels.Correlate{T}"/> reads them.</summary>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="channels">The number of inputs.</param>
    /// <param name="points">The number of kernel points.</param>
    /// <param name="coefficient">The coefficient of (output, channel, point).</param>
    public static T[] Pack<T>(int outputs, int channels, int points, Func<int, int, int, T> coefficient)
    {
        var packed = new T[outputs * channels * points];
        Pack(1, outputs, channels, points, (_, f, s, t) => coefficient(f, s, t), packed);
        return packed;
    }

    /// <summary>Orders coefficients: block of outputs, plane, channel, kernel point, output within the block.</summary>
    /// <param name="planes">The number of planes.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="channels">The number of inputs.</param>
    /// <param name="points">The number of kernel points.</param>
    /// <param name="coefficient">The coefficient of (plane, output, channel, point).</param>
    /// <param name="packed">Receives as many numbers as there are coefficients.</param>
    public static void Pack<T>(int planes, int outputs, int channels, int points, Func<int, int, int, int, T> coefficient, Span<T> packed)
    {
        int at = 0;
        for (int first = 0, size; first < outputs; first += size)
        {
            size = BlockSize(outputs, first);
            for (int p = 0; p < planes; p++)
            {
                for (int s = 0; s < channels; s++)
                {
                    for (int t = 0; t < points; t++)
                    {
                        for (int f = 0; f < size; f++)
                        {
                            packed[at++] = coefficient(p, first + f, s, t);
                        }
                    }
                }
            }
        }
    }
}
