using System.Numerics;

namespace Unrolled.Numerics;

/// <summary>
/// Grids of half the points along each axis: means of pairs downwards, repetition upwards, with their adjoints. An axis of odd length
/// ends with a pair of one.
/// </summary>
internal static class ResamplingKernels
{
    /// <summary>Every coarse value becomes the mean of its fine ones.</summary>
    public static void Mean<T>(Field<T> fine, Field<T> coarse)
        where T : struct, IFloatingPointIeee754<T>
    {
        RepeatAdjoint(fine, coarse);
        Divide(coarse, fine, coarse);
    }

    /// <summary>The adjoint of <see cref="Mean"/>.</summary>
    public static void MeanAdjoint<T>(Field<T> coarse, Field<T> fine, Field<T> scratch)
        where T : struct, IFloatingPointIeee754<T>
    {
        Divide(coarse, fine, scratch);
        Repeat(scratch, fine);
    }

    /// <summary>Every fine value becomes a copy of its coarse one.</summary>
    public static void Repeat<T>(Field<T> coarse, Field<T> fine)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int plane = 0; plane < fine.Instances * fine.Channels; plane++)
        {
            Span<T> from = coarse.Values.Slice(plane * coarse.PlaneLength, coarse.PlaneLength), to = fine.Values.Slice(plane * fine.PlaneLength, fine.PlaneLength);
            for (int i = 0; i < fine.Rows; i++)
            {
                for (int j = 0; j < fine.Columns; j++)
                {
                    to[(i * fine.Columns) + j] = from[(i / 2 * coarse.Columns) + (j / 2)];
                }
            }
        }
    }

    /// <summary>The adjoint of <see cref="Repeat"/>: every coarse value becomes the sum of its fine ones.</summary>
    public static void RepeatAdjoint<T>(Field<T> fine, Field<T> coarse)
        where T : struct, IFloatingPointIeee754<T>
    {
        coarse.Values.Clear();
        for (int plane = 0; plane < fine.Instances * fine.Channels; plane++)
        {
            Span<T> to = coarse.Values.Slice(plane * coarse.PlaneLength, coarse.PlaneLength), from = fine.Values.Slice(plane * fine.PlaneLength, fine.PlaneLength);
            for (int i = 0; i < fine.Rows; i++)
            {
                for (int j = 0; j < fine.Columns; j++)
                {
                    to[(i / 2 * coarse.Columns) + (j / 2)] += from[(i * fine.Columns) + j];
                }
            }
        }
    }

    /// <summary>Coarse values divided by how many fine values they stand for.</summary>
    private static void Divide<T>(Field<T> coarse, Field<T> fine, Field<T> quotient)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (int k = 0; k < coarse.Values.Length; k++)
        {
            int i = k / coarse.Columns % coarse.Rows, j = k % coarse.Columns;
            int count = Math.Min(2, fine.Rows - (2 * i)) * Math.Min(2, fine.Columns - (2 * j));
            quotient.Values[k] = coarse.Values[k] / T.CreateChecked(count);
        }
    }
}
