using Unrolled.Numerics;

namespace Unrolled.Problems.Images;

/// <summary>
/// Red, green and blue as luminance and two color differences, so that a method for gray images treats color images channel by channel.
/// </summary>
/// <remarks>
/// <code>
/// Y  = (R + G + B)/3
/// U  = (R - B)/2 + 1/2
/// V  = (R - 2G + B)/4 + 1/2
/// </code>
/// All three lie in [0, 1] if R, G and B do. The rows are those of an orthogonal matrix, each scaled: independent noise of the same
/// deviation in R, G and B remains independent, with the deviation times <see cref="NoiseScale"/>.
/// </remarks>
public static class OpponentColor
{
    private static readonly double[] Scales = [1 / Math.Sqrt(3), 1 / Math.Sqrt(2), Math.Sqrt(6) / 4];

    /// <summary>The deviation of noise in a channel when red, green and blue have noise of deviation 1: 1/sqrt 3, 1/sqrt 2, sqrt 6/4.</summary>
    /// <param name="channel">0 for luminance, 1 and 2 for the color differences.</param>
    public static double NoiseScale(int channel) => Scales[channel];

    /// <summary>Luminance and color differences of all instances. The fields may be the same.</summary>
    /// <param name="rgb">Red, green, blue; further channels (opacity) are left alone.</param>
    /// <param name="opponent">Receives the three channels.</param>
    /// <exception cref="ArgumentException">A field has fewer than three channels, or the extents differ.</exception>
    public static void Forward(Field<float> rgb, Field<float> opponent)
    {
        Check(rgb, opponent);
        for (int n = 0; n < rgb.Instances; n++)
        {
            Span<float> r = rgb.Plane(n, 0), g = rgb.Plane(n, 1), b = rgb.Plane(n, 2);
            Span<float> y = opponent.Plane(n, 0), u = opponent.Plane(n, 1), v = opponent.Plane(n, 2);
            for (int k = 0; k < r.Length; k++)
            {
                (float red, float green, float blue) = (r[k], g[k], b[k]);
                y[k] = (red + green + blue) / 3;
                u[k] = ((red - blue) / 2) + 0.5f;
                v[k] = ((red - (2 * green) + blue) / 4) + 0.5f;
            }
        }
    }

    /// <summary>Red, green and blue of all instances: the inverse. The fields may be the same.</summary>
    /// <param name="opponent">Luminance and color differences.</param>
    /// <param name="rgb">Receives the three channels; further channels are left alone.</param>
    /// <exception cref="ArgumentException">A field has fewer than three channels, or the extents differ.</exception>
    public static void Backward(Field<float> opponent, Field<float> rgb)
    {
        Check(opponent, rgb);
        for (int n = 0; n < rgb.Instances; n++)
        {
            Span<float> r = rgb.Plane(n, 0), g = rgb.Plane(n, 1), b = rgb.Plane(n, 2);
            Span<float> y = opponent.Plane(n, 0), u = opponent.Plane(n, 1), v = opponent.Plane(n, 2);
            for (int k = 0; k < r.Length; k++)
            {
                float luminance = y[k], first = u[k] - 0.5f, second = 4 * (v[k] - 0.5f) / 3;
                g[k] = luminance - second;
                r[k] = luminance + (second / 2) + first;
                b[k] = luminance + (second / 2) - first;
            }
        }
    }

    private static void Check(Field<float> source, Field<float> destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        if (source.Channels < 3 || destination.Channels < 3
            || (source.Instances, source.Rows, source.Columns) != (destination.Instances, destination.Rows, destination.Columns))
        {
            throw new ArgumentException($"the fields are {source} and {destination}, expected the same extents and at least 3 channels", nameof(destination));
        }
    }
}
