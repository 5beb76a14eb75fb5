using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Problems.Images;

/// <summary>
/// The peak signal-to-noise ratio <c>10 log10(peak^2/MSE)</c> in decibels, with the protocol spelled out: range, clipping, and the mean
/// over images of the ratio of each image (not the ratio of the mean error).
/// </summary>
/// <remarks>Squares are summed in double precision in the order of the values. An exact estimate has an infinite ratio.</remarks>
/// <param name="low">The low end of the range of the values.</param>
/// <param name="peak">The width of the range: 1 for images in [0, 1], 2 for signals in [-1, 1].</param>
/// <param name="clipping">Whether estimates are kept in the range first.</param>
public sealed class PeakSignalToNoise(double low, double peak, Clipping clipping)
{
    private readonly double _peak = peak > 0 && double.IsFinite(peak) ? peak : throw new ArgumentException($"the peak is {peak}, expected a positive number", nameof(peak));

    /// <summary>The ratio of one signal or image, all channels together.</summary>
    /// <param name="clean">What it should be.</param>
    /// <param name="estimate">What it is.</param>
    /// <exception cref="ArgumentException">The lengths differ or are zero.</exception>
    public double Of(ReadOnlySpan<float> clean, ReadOnlySpan<float> estimate)
    {
        if (clean.Length != estimate.Length || clean.IsEmpty)
        {
            throw new ArgumentException($"the estimate has {estimate.Length} values, the clean one {clean.Length}", nameof(estimate));
        }

        double sum = 0, high = low + _peak;
        for (int k = 0; k < clean.Length; k++)
        {
            double value = estimate[k];
            value = clipping == Clipping.Range ? Math.Clamp(value, low, high) : value;
            double d = value - clean[k];
            sum += d * d;
        }

        return sum == 0 ? double.PositiveInfinity : 10 * ElementaryExponential.Log10(Vector512.Create(_peak * _peak * clean.Length / sum))[0];
    }

    /// <summary>The mean of the ratios of all instances.</summary>
    /// <exception cref="ArgumentException">The extents differ, or there are no instances.</exception>
    public double Mean(Field<float> clean, Field<float> estimate)
    {
        ArgumentNullException.ThrowIfNull(clean);
        ArgumentNullException.ThrowIfNull(estimate);
        if (!clean.SameExtents(estimate) || clean.Instances == 0)
        {
            throw new ArgumentException($"the estimate is {estimate}, the clean field {clean}", nameof(estimate));
        }

        double sum = 0;
        for (int n = 0; n < clean.Instances; n++)
        {
            sum += Of(clean.Instance(n), estimate.Instance(n));
        }

        return sum / clean.Instances;
    }
}
