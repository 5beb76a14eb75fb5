using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Diffusion;

/// <summary>
/// The bank of classical nonlinear diffusion: forward differences <c>(D_x u, D_y u)/h</c> of an image, <c>D_x u/h</c> of a signal. Then
/// <c>K^T K</c> is the five-point (three-point) Laplacian with Neumann or periodic boundary, <c>||K||^2 &lt; 8/h^2</c> (4/h^2).
/// </summary>
internal static class GradientBank
{
    /// <summary>Creates the bank.</summary>
    /// <param name="dimensions">2 for images, 1 for signals (one row).</param>
    /// <param name="spacing">The distance <c>h</c> of the samples.</param>
    /// <param name="boundary">What stands outside.</param>
    /// <param name="channels">How many channels the image has; the differences of channel after channel are the responses.</param>
    /// <typeparam name="T">The number type.</typeparam>
    public static ConvolutionBank<T> Create<T>(int dimensions, double spacing = 1, Boundary boundary = Boundary.Reflecting, int channels = 1)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (dimensions is not (1 or 2))
        {
            throw new ArgumentOutOfRangeException(nameof(dimensions), $"{dimensions} dimensions; 1 or 2 were expected");
        }

        int size = dimensions == 1 ? 1 : 3, center = size * 3 / 2, filters = dimensions * channels;
        var kernels = new T[filters * channels * size * 3];
        T d = T.CreateChecked(1 / spacing);
        for (int f = 0; f < filters; f++)
        {
            Span<T> kernel = kernels.AsSpan(((f * channels) + (f / dimensions)) * size * 3, size * 3);
            kernel[center] = -d;
            kernel[f % dimensions == 0 ? center + 1 : center + 3] = d;
        }

        return new ConvolutionBank<T>(kernels, filters, channels, size, 3, boundary);
    }
}
