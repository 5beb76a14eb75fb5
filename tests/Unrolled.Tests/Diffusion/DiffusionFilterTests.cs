using System.Numerics;
using Unrolled.Diffusion;
using Unrolled.Numerics;

namespace Unrolled.Tests.Diffusion;

public class DiffusionFilterTests
{
    private static double[,] Noisy(int rows, int columns, double deviation, double scale)
    {
        Field<double> image = TestImages.PiecewiseSmooth(rows, columns, 21, scale);
        var random = new RandomStream(22);
        var noisy = new double[rows, columns];
        for (int i = 0; i < rows * columns; i++)
        {
            noisy[i / columns, i % columns] = image.Values[i] + (deviation * random.NextNormal());
        }

        return noisy;
    }

    private static TTo[,] Cast<TFrom, TTo>(TFrom[,] image)
        where TFrom : INumber<TFrom>
        where TTo : INumber<TTo>
    {
        var cast = new TTo[image.GetLength(0), image.GetLength(1)];
        for (int i = 0; i < image.GetLength(0); i++)
        {
            for (int j = 0; j < image.GetLength(1); j++)
            {
                cast[i, j] = TTo.CreateSaturating(image[i, j]);
            }
        }

        return cast;
    }

    [Fact]
    public void Every_number_type_gives_the_same_result()
    {
        byte[,] bytes = Cast<double, byte>(Noisy(20, 30, 10, 200));
        DiffusionFilterResult reference = DiffusionFilter.Smooth(bytes, 5);
        Field<double>[] others =
        [
            DiffusionFilter.Smooth(Cast<byte, ushort>(bytes), 5).Image, DiffusionFilter.Smooth(Cast<byte, int>(bytes), 5).Image,
            DiffusionFilter.Smooth(Cast<byte, float>(bytes), 5).Image, DiffusionFilter.Smooth(Cast<byte, decimal>(bytes), 5).Image,
            DiffusionFilter.Smooth(Cast<byte, double>(bytes), 5).Image,
        ];
        Assert.All(others, other => Assert.Equal(reference.Image.Values.ToArray(), other.Values.ToArray()));
        Assert.Equal(Math.Clamp(Math.Round(reference.Image.Values[37]), 0, 255), reference.ToArray<byte>()[1, 7]);
        Assert.Equal(reference.Image.Values[37], reference.ToArray<double>()[1, 7]);
    }

    /// <summary>The mean stays, norm and energy fall: for every flux, both couplings and both boundaries, at the computed step size.</summary>
    [Fact]
    public void Diagnostics_show_what_diffusion_guarantees()
    {
        Field<double> image = DiffusionFilter.ToField(Noisy(24, 25, 0.1, 1));
        foreach (Flux flux in Flux.All)
        {
            foreach (FluxCoupling coupling in Enum.GetValues<FluxCoupling>())
            {
                foreach (Boundary boundary in (Boundary[])[Boundary.Reflecting, Boundary.Periodic]) // where nothing flows out
                {
                    var filter = new DiffusionFilter(new DiffusionFilterOptions { Flux = flux, Coupling = coupling, Boundary = boundary });
                    DiffusionFilterResult result = filter.Apply(image, 4);
                    Assert.Equal(result.Before.Mean, result.After.Mean, 1e-12);
                    Assert.InRange(result.After.Norm, 0, result.Before.Norm);
                    Assert.InRange(result.After.Energy, 0, result.Before.Energy);
                    Assert.Equal(0.25 / flux.LargestDiffusivity(result.Contrast), result.StepLimit, 1e-6 * result.StepLimit);
                }
            }
        }
    }

    /// <summary>Scaling the data scales the result: the contrast follows, values need not lie in [0, 1].</summary>
    [Fact]
    public void The_automatic_contrast_follows_the_scale()
    {
        double[,] small = Noisy(18, 18, 0.1, 1), large = new double[18, 18];
        for (int i = 0; i < small.Length; i++)
        {
            large[i / 18, i % 18] = 1024 * small[i / 18, i % 18];
        }

        DiffusionFilterResult one = DiffusionFilter.Smooth(small, 5), other = DiffusionFilter.Smooth(large, 5);
        Assert.Equal(1024 * one.Contrast, other.Contrast);
        Assert.Equal(one.Image.Values.ToArray().Select(v => 1024 * v), other.Image.Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(1, DiffusionFilter.AutomaticContrast(new Field<double>(1, 1, 3, 3), 0.9));
    }

    [Fact]
    public void Denoising_removes_as_much_as_there_is_noise_and_comes_closer_to_the_image()
    {
        Field<double> clean = TestImages.PiecewiseSmooth(96, 96, 21, 255), noisy = DiffusionFilter.ToField(Noisy(96, 96, 25, 255));
        DiffusionFilterResult result = DiffusionFilter.Denoise(Noisy(96, 96, 25, 255), 25);
        double removed = Math.Sqrt(result.Image.Values.ToArray().Zip(noisy.Values.ToArray(), (a, b) => (a - b) * (a - b)).Average());
        Assert.InRange(removed, 23.5, 26.5);
        Assert.True(TestImages.RelativeError(result.Image, clean) < 0.5 * TestImages.RelativeError(noisy, clean));
        Assert.Equal(noisy.Values.ToArray(), DiffusionFilter.Denoise(Noisy(96, 96, 25, 255), 0).Image.Values.ToArray());
    }

    [Fact]
    public void Coupled_channels_keep_their_edges_together_and_signals_work()
    {
        var colors = new Field<double>(2, 3, 12, 12);
        TestImages.Random(6, 12, 12, 3).Values.CopyTo(colors.Values);
        DiffusionFilterResult result = new DiffusionFilter().Apply(colors, 2);
        Assert.Equal((2, 3), (result.Image.Instances, result.Image.Channels));
        Assert.InRange(result.After.Norm, 0, result.Before.Norm);
        double[] step = [.. Enumerable.Range(0, 64).Select(i => i < 32 ? 0.0 : 100)];
        DiffusionFilterResult kept = new DiffusionFilter(new DiffusionFilterOptions { Contrast = 2 }).Apply(DiffusionFilter.ToField(step), 20);
        Assert.InRange(kept.Image.Values[32] - kept.Image.Values[31], 80, 100);
    }

    [Fact]
    public void Inpainting_in_two_arguments_and_wrong_arguments()
    {
        double[,] ramp = new double[16, 16];
        var known = new bool[16, 16];
        for (int i = 0; i < 16; i++)
        {
            for (int j = 0; j < 16; j++)
            {
                (ramp[i, j], known[i, j]) = (j is 0 or 15 ? j : -999, j is 0 or 15);
            }
        }

        Field<double> filled = DiffusionFilter.Inpaint(ramp, known);
        Assert.All(Enumerable.Range(0, 256), p => Assert.Equal(p % 16, filled.Values[p], 1e-5));
        Assert.Contains("3 x 3", Assert.Throws<ArgumentException>(() => DiffusionFilter.Inpaint(ramp, new bool[3, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("-1", Assert.Throws<ArgumentException>(() => DiffusionFilter.Denoise(ramp, -1)).Message, StringComparison.Ordinal);
        Assert.Contains("-2", Assert.Throws<ArgumentException>(() => DiffusionFilter.Smooth(ramp, -2)).Message, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => DiffusionFilter.Smooth(new double[0, 0], 1)).Message, StringComparison.Ordinal);
    }
}
