using System.Numerics;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

/// <summary>The kernels against plain loops in the order that they state, bit for bit.</summary>
public class ConvolutionKernelsTests
{
    public static TheoryData<int, int, int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int, int, int>();
            foreach (int outputs in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 13, 24 })
            {
                sizes.Add(outputs, 1 + (outputs % 3), 1 + (outputs % 5), 1 + (outputs * 7));
                sizes.Add(outputs, 1, 9, 200 - outputs);
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Correlation_is_the_chain_of_fused_products(int outputs, int channels, int points, int length)
    {
        Correlation<float>(outputs, channels, points, length);
        Correlation<double>(outputs, channels, points, length);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Kernel_gradient_is_the_chain_of_fused_products_in_every_lane(int filters, int channels, int points, int length)
    {
        Gradient<float>(filters, channels, points, length);
        Gradient<double>(filters, channels, points, length);
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(6, 2, 5, 4)]
    [InlineData(13, 1, 3, 3)]
    [InlineData(5, 7, 1, 2)]
    public void Planes_have_coefficients_of_their_own_and_sums_can_be_continued(int outputs, int channels, int points, int registers)
    {
        const int planes = 3;
        var stream = new RandomStream(5);
        int width = registers * Vector512<float>.Count, inputPlane = width + points, outputPlane = width + 1;
        float[] input = Normal<float>(stream, planes * channels * inputPlane), w = Normal<float>(stream, planes * outputs * channels * points), packed = new float[w.Length];
        float[] output = Normal<float>(stream, planes * outputs * outputPlane), before = [.. output];
        ConvolutionBlocks.Pack(planes, outputs, channels, points, (p, f, s, t) => w[(((((p * outputs) + f) * channels) + s) * points) + t], packed);
        foreach (ConvolutionKernels.Sum kind in new[] { ConvolutionKernels.Sum.Added, ConvolutionKernels.Sum.New })
        {
            ConvolutionKernels.CorrelatePlanes<float>(
                input, planes * inputPlane, inputPlane, channels, Enumerable.Range(0, points).ToArray(), packed, output, planes * outputPlane, outputPlane, outputs, planes, registers, kind);
            for (int i = 0; i < outputs * planes * width; i++)
            {
                (int f, int p, int q) = (i / width / planes, i / width % planes, i % width);
                int place = (((f * planes) + p) * outputPlane) + q;
                float sum = kind == ConvolutionKernels.Sum.Added ? before[place] : 0;
                for (int s = 0; s < channels; s++)
                {
                    for (int t = 0; t < points; t++)
                    {
                        sum = float.FusedMultiplyAdd(w[(((((p * outputs) + f) * channels) + s) * points) + t], input[(((s * planes) + p) * inputPlane) + q + t], sum);
                    }
                }

                Assert.Equal(sum, output[place]);
            }
        }

        Assert.Throws<ArgumentException>(() => ConvolutionKernels.CorrelatePlanes<float>(
            input, planes * inputPlane, inputPlane, channels, [points + 1], packed, output, planes * outputPlane, outputPlane, outputs, planes, registers, ConvolutionKernels.Sum.New));
    }

    [Fact]
    public void A_run_outside_the_input_is_refused()
    {
        double[] input = new double[40], packed = [1], output = new double[40];
        Assert.Throws<ArgumentException>(() => ConvolutionKernels.Correlate<double>(input, 1, 0, 1, [0], packed, output, 40, 1, 40));
        Assert.Throws<ArgumentException>(() => ConvolutionKernels.Correlate<double>(input, 0, 0, 1, [-1], packed, output, 40, 1, 40));
        Assert.Throws<ArgumentException>(() => ConvolutionKernels.Correlate<double>(input, 0, 0, 1, [0], packed, output, 40, 2, 40));
        Assert.Throws<ArgumentException>(() => KernelGradientKernels.Accumulate<double>(input, 1, 0, 1, [0], input, 40, 1, 40, output));
    }

    private static void Correlation<T>(int outputs, int channels, int points, int length)
        where T : struct, IFloatingPointIeee754<T>
    {
        var stream = new RandomStream(3);
        int lanes = Vector512<T>.Count, whole = (length + lanes - 1) / lanes * lanes, inputStride = whole + 40, outputStride = whole + 3;
        T[] input = Normal<T>(stream, (channels * inputStride) + 20), w = Normal<T>(stream, outputs * channels * points);
        int[] offsets = [.. Enumerable.Range(0, points).Select(t => (t * 11 % 40) - 7)];
        T[] output = new T[outputs * outputStride];
        T[] packed = ConvolutionBlocks.Pack(outputs, channels, points, (f, s, t) => w[(((f * channels) + s) * points) + t]);
        ConvolutionKernels.Correlate<T>(input, 7, inputStride, channels, offsets, packed, output, outputStride, outputs, length);
        for (int f = 0; f < outputs; f++)
        {
            for (int q = 0; q < length; q++)
            {
                T sum = T.Zero;
                for (int s = 0; s < channels; s++)
                {
                    for (int t = 0; t < points; t++)
                    {
                        sum = T.FusedMultiplyAdd(w[(((f * channels) + s) * points) + t], input[7 + (s * inputStride) + q + offsets[t]], sum);
                    }
                }

                Assert.Equal(sum, output[(f * outputStride) + q]);
            }
        }
    }

    private static void Gradient<T>(int filters, int channels, int points, int length)
        where T : struct, IFloatingPointIeee754<T>
    {
        var stream = new RandomStream(4);
        int lanes = Vector512<T>.Count, whole = (length + lanes - 1) / lanes * lanes, inputStride = whole + 40, weightStride = whole + lanes;
        T[] input = Normal<T>(stream, (channels * inputStride) + 20), weights = Normal<T>(stream, filters * weightStride);
        for (int f = 0; f < filters; f++)
        {
            weights.AsSpan((f * weightStride) + length, weightStride - length).Clear();
        }

        int[] offsets = [.. Enumerable.Range(0, points).Select(t => (t * 11 % 40) - 7)];
        T[] sums = new T[KernelGradientKernels.SumsLength<T>(filters, channels, points)], gradient = new T[filters * channels * points];
        T scale = T.CreateChecked(-0.3);
        KernelGradientKernels.Accumulate<T>(input, 7, inputStride, channels, offsets, weights, weightStride, filters, length, sums);
        KernelGradientKernels.Accumulate<T>(input, 9, inputStride, channels, offsets, weights, weightStride, filters, length, sums);
        KernelGradientKernels.Reduce(sums, filters, channels, points, scale, gradient);
        for (int f = 0; f < filters; f++)
        {
            for (int s = 0; s < channels; s++)
            {
                for (int t = 0; t < points; t++)
                {
                    T[] lane = new T[lanes];
                    foreach (int start in new[] { 7, 9 })
                    {
                        for (int q = 0; q < length; q++)
                        {
                            ref T sum = ref lane[q % lanes];
                            sum = T.FusedMultiplyAdd(weights[(f * weightStride) + q], input[start + (s * inputStride) + q + offsets[t]], sum);
                        }
                    }

                    Assert.Equal(scale * Lanes.Sum(Vector512.Create(lane)), gradient[(((f * channels) + s) * points) + t]);
                }
            }
        }
    }

    private static T[] Normal<T>(RandomStream stream, int count)
        where T : struct, IFloatingPointIeee754<T> => [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(stream.NextNormal()))];
}
