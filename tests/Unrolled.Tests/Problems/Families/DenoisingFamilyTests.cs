using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Problems.Formats;
using Unrolled.Problems.Images;

namespace Unrolled.Tests.Problems.Families;

/// <summary>Noise and families of denoising problems: statistics, laws of drawing, settings with every fault.</summary>
public sealed class DenoisingFamilyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void GaussianNoiseHasItsDeviation()
    {
        DenoisingFamily family = Family("kind", "images", ("patch", "64"), ("noise.sigma", "uniform(5, 50)"));
        NoisyFields batch = family.Draw(60, new RandomStream(1));
        for (int s = 0; s < 60; s++)
        {
            Assert.InRange(batch.Sigma[s], 5 / 255.0, 50 / 255.0);
            double mean = 0, square = 0;
            for (int k = 0; k < 4096; k++)
            {
                double d = batch.Noisy.Instance(s)[k] - batch.Clean.Instance(s)[k];
                mean += d / 4096;
                square += d * d / 4096;
            }

            Assert.InRange(mean / batch.Sigma[s], -5.0 / 64, 5.0 / 64);
            Assert.InRange(Math.Sqrt(square) / batch.Sigma[s], 1 - (5 / 90.5), 1 + (5 / 90.5)); // five deviations
        }

        Assert.InRange(batch.Sigma.Max() - batch.Sigma.Min(), 0.13, 0.18);
    }

    [Fact]
    public void SaltAndPepperHasItsDensity()
    {
        var clean = new Field<float>(1, 1, 100, 100);
        clean.Values.Fill(0.25f);
        Field<float> noisy = clean.ZerosLike();
        double sigma = new SaltAndPepperNoise(Distribution.Constant(0.2), -1, 2).Add(clean.Values, noisy.Values, new RandomStream(4));
        Assert.Equal(Math.Sqrt(0.2), sigma, 1e-15);
        float[] values = noisy.Values.ToArray();
        Assert.InRange(values.Count(v => v == -1), 900, 1100);
        Assert.InRange(values.Count(v => v == 1), 900, 1100);
        Assert.Equal(10000, values.Count(v => v is -1 or 1 or 0.25f));
    }

    [Fact]
    public void SignalsHaveTheNoisyRatioOfThePage()
    {
        NoisyFields batch = Family("kind", "signals").Draw(500, new RandomStream(2));
        Assert.InRange(new PeakSignalToNoise(-1, 2, Clipping.None).Mean(batch.Clean, batch.Noisy), 19.9, 20.1); // 10 log10(4/0.04) = 20
    }

    [Fact]
    public void DrawsDoNotDependOnOrderOrThreads()
    {
        foreach (DenoisingFamily family in new[] { Family("kind", "images", ("noise.sigma", "uniform(0, 50)")), Family("kind", "signals", ("noise.kind", "salt-and-pepper")) })
        {
            var stream = new RandomStream(3);
            NoisyFields batch = family.Draw(9, stream), other = family.Draw(9, new RandomStream(17));
            Parallel.For(0, 9, new ParallelOptions { MaxDegreeOfParallelism = 4 }, s => family.DrawInstance(other, 8 - s, new RandomStream(3)));
            Assert.True(batch.Noisy.Values.SequenceEqual(other.Noisy.Values));
            Assert.Equal(batch.Sigma, other.Sigma);
            NoisyFields few = family.Draw(2, stream);
            Assert.True(few.Noisy.Values.SequenceEqual(batch.Noisy.Values[..few.Noisy.Values.Length]));
        }
    }

    [Fact]
    public void TheNoiseDoesNotChangeTheFields()
    {
        NoisyFields a = Family("kind", "images").Draw(2, new RandomStream(3)), b = Family("kind", "images", ("noise.sigma", "5")).Draw(2, new RandomStream(3));
        Assert.True(a.Clean.Values.SequenceEqual(b.Clean.Values));
        Assert.False(a.Noisy.Values.SequenceEqual(b.Noisy.Values));
    }

    [Fact]
    public void SignalsComeFromFiles()
    {
        string csv = Path.Combine(_folder, "s.csv"), npy = Path.Combine(_folder, "s.npy");
        File.WriteAllText(csv, "1,2,3,4\n5,6,7,9\n");
        NpyWriter.Write<double>(npy, [2, 4], [1, 2, 3, 4, 5, 6, 7, 9]);
        string[] possible = ["1 2 3", "2 3 4", "5 6 7", "6 7 9", "3 2 1", "4 3 2", "7 6 5", "9 7 6"];
        foreach (string path in new[] { csv, npy })
        {
            DenoisingFamily family = Family("kind", "signals", ("signals", path), ("samples", "3"));
            Field<float> drawn = family.Source.DrawAll(200, new RandomStream(1));
            Assert.True(Enumerable.Range(0, 200).Select(s => string.Join(' ', drawn.Instance(s).ToArray())).ToHashSet().SetEquals(possible));
            Assert.Equal((1, 8), (family.Source.Low, family.Source.Peak));
        }

        Assert.Contains("the signals have 4 samples, expected at least 256", Assert.Throws<InvalidInputException>(() => Family("kind", "signals", ("signals", csv))).Message);
        NpyWriter.Write<double>(npy, [2, 2, 2], new double[8]);
        Assert.Contains("the array has the shape (2, 2, 2), expected (samples) or (signals, samples)",
            Assert.Throws<InvalidInputException>(() => Family("kind", "signals", ("signals", npy), ("samples", "2"))).Message);
    }

    [Theory]
    [InlineData("image", "patch", "44", "'family.kind' is 'image'; expected one of signals, images (did you mean 'images'?)")]
    [InlineData("images", "pach", "44", "unknown key 'family.pach' (did you mean 'patch'?)")]
    [InlineData("images", "samples", "44", "unknown key 'family.samples'")]
    [InlineData("images", "patch", "0", "'family.patch' is 0; expected an integer from 1 to 4096")]
    [InlineData("images", "largest-radius", "0.5", "'family.largest-radius' is '0.5'; expected a number from 1 to 100000")]
    [InlineData("images", "images", "nowhere", "nowhere: there is no such folder")]
    [InlineData("signals", "most-segments", "2", "'family.most-segments' is 2; expected an integer from 3 to 1000")]
    [InlineData("images", "noise.sigma", "normal(1, 2)", "'family.noise.sigma' is 'normal(1, 2)'; expected a number or uniform(a, b) from 0 to 1000000")]
    [InlineData("images", "noise.sigma", "uniform(-1, 2)", "'family.noise.sigma' is 'uniform(-1, 2)'; expected a number or uniform(a, b)")]
    [InlineData("images", "noise.density", "0.5", "unknown key 'family.noise.density'")]
    [InlineData("images", "noise.kind", "poisson", "'family.noise.kind' is 'poisson'; expected one of gaussian, salt-and-pepper")]
    public void FaultsOfSettingsNameTheKey(string kind, string key, string value, string fault) =>
        Assert.Contains(fault, Assert.Throws<InvalidInputException>(() => Family("kind", kind, (key, value))).Message);

    [Fact]
    public void WhatWasLeftOutIsRecorded()
    {
        Settings settings = Settings(("kind", "images"));
        DenoisingFamily family = DenoisingFamilies.Create(settings);
        Assert.Equal(["kind", "patch", "smallest-radius", "largest-radius", "shading", "texture", "noise"], settings.Entries.Select(e => e.Key));
        Assert.EndsWith("; normal noise with sigma 25/255.", family.Description);
    }

    private static DenoisingFamily Family(string key, string value, params (string, string)[] more) => DenoisingFamilies.Create(Settings([(key, value), .. more]));

    private static Settings Settings(params (string Key, string Value)[] entries)
    {
        var settings = new Settings("e.yaml", "family");
        var noise = new Settings("e.yaml", "family.noise");
        foreach ((string key, string value) in entries)
        {
            if (key.StartsWith("noise.", StringComparison.Ordinal))
            {
                noise.Set(key[6..], value);
            }
            else
            {
                settings.Set(key, value);
            }
        }

        if (noise.Entries.Count > 0)
        {
            settings.Set("noise", new Setting { Section = noise });
        }

        return settings;
    }
}
