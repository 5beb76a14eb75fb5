using Unrolled.Numerics;
using Unrolled.Problems.Images;

namespace Unrolled.Tests.Problems.Images;

/// <summary>Ratios of signal to noise and opponent colors.</summary>
public class ImageTests
{
    [Fact]
    public void RatiosAreThoseOfTheFormula()
    {
        float[] clean = [0, 0.5f, 1, 1], estimate = [-1, 0.5f, 1.5f, 0.9f];
        Assert.Equal(10 * Math.Log10(4 / (1 + 0.25 + Math.Pow(1 - (double)0.9f, 2))), new PeakSignalToNoise(0, 1, Clipping.None).Of(clean, estimate), 1e-12);
        Assert.Equal(10 * Math.Log10(4 / Math.Pow(1 - (double)0.9f, 2)), new PeakSignalToNoise(0, 1, Clipping.Range).Of(clean, estimate), 1e-12);
        Assert.Equal(20 * Math.Log10(2), new PeakSignalToNoise(-1, 2, Clipping.None).Of(clean, estimate) - new PeakSignalToNoise(0, 1, Clipping.None).Of(clean, estimate), 1e-12);
        Assert.Equal(double.PositiveInfinity, new PeakSignalToNoise(0, 1, Clipping.Range).Of(clean, clean));
        Assert.Throws<ArgumentException>(() => new PeakSignalToNoise(0, 1, Clipping.Range).Of(clean, estimate.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => new PeakSignalToNoise(0, 0, Clipping.Range));
    }

    [Fact]
    public void TheMeanIsThatOfTheRatios()
    {
        Field<float> clean = new(2, 1, 1, 1), estimate = new(2, 1, 1, 1);
        estimate.Values[0] = 0.1f;
        estimate.Values[1] = 0.01f;
        Assert.Equal(30, new PeakSignalToNoise(0, 1, Clipping.Range).Mean(clean, estimate), 1e-5);
    }

    [Fact]
    public void ColorsReturnAndStayInRange()
    {
        var stream = new RandomStream(6);
        var rgb = new Field<float>(2, 4, 30, 30);
        foreach (ref float v in rgb.Values)
        {
            v = (float)stream.NextUniform();
        }

        Field<float> opponent = new(2, 3, 30, 30), back = rgb.ZerosLike();
        OpponentColor.Forward(rgb, opponent);
        Assert.DoesNotContain(opponent.Values.ToArray(), v => !(v >= 0 && v <= 1));
        OpponentColor.Backward(opponent, back);
        for (int k = 0; k < rgb.Values.Length; k++)
        {
            bool alpha = k / 900 % 4 == 3;
            Assert.InRange(back.Values[k], alpha ? 0 : rgb.Values[k] - 5e-7f, alpha ? 0 : rgb.Values[k] + 5e-7f);
        }

        Assert.Throws<ArgumentException>(() => OpponentColor.Forward(new Field<float>(1, 2, 3, 3), new Field<float>(1, 3, 3, 3)));
    }

    [Fact]
    public void NoiseStaysIndependentWithTheStatedScale()
    {
        var stream = new RandomStream(6);
        var noise = new Field<float>(1, 3, 200, 200);
        foreach (ref float v in noise.Values)
        {
            v = (float)stream.NextNormal();
        }

        OpponentColor.Forward(noise, noise);
        double[] mean = [0, 0.5, 0.5];
        for (int a = 0; a < 3; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double sum = 0;
                for (int k = 0; k < 40000; k++)
                {
                    sum += (noise.Plane(0, a)[k] - mean[a]) * (noise.Plane(0, b)[k] - mean[b]) / 40000;
                }

                double expected = a == b ? 1 : 0;
                Assert.InRange(sum / (OpponentColor.NoiseScale(a) * OpponentColor.NoiseScale(b)), expected - 0.035, expected + 0.035);
            }
        }
    }
}
