using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Problems.Formats;

namespace Unrolled.Tests.Problems.Families;

/// <summary>Sources of clean fields: laws of drawing, what signals and images look like, folders.</summary>
public sealed class FieldSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void DrawsRepeatAndALongerDrawBeginsWithAShorterOne()
    {
        WriteImage("a.png", 60, 50);
        foreach (IFieldSource source in new IFieldSource[] { new PiecewiseSignals(), new DeadLeaves(), ImageFolder.Read(_folder, 20) })
        {
            var stream = new RandomStream(1);
            Field<float> few = source.DrawAll(3, stream);
            stream.NextBits();
            Field<float> many = source.DrawAll(7, stream), parallel = many.ZerosLike();
            Assert.True(few.Values.SequenceEqual(many.Values[..few.Values.Length]));
            Parallel.For(0, 7, s => source.Draw(parallel, s, new RandomStream(1).Split((ulong)s)));
            Assert.True(parallel.Values.SequenceEqual(many.Values));
            Assert.False(many.Instance(0).SequenceEqual(many.Instance(1)));
            Assert.False(source.DrawAll(1, new RandomStream(2)).Values.SequenceEqual(many.Instance(0)));
            Assert.Throws<ArgumentException>(() => source.Draw(new Field<float>(1, 2, source.Rows, source.Columns), 0, stream));
        }
    }

    [Fact]
    public void SignalsArePiecewiseAffineWithTheirRanges()
    {
        const int N = 256;
        Field<float> signals = new PiecewiseSignals(N).DrawAll(400, new RandomStream(9));
        var counts = new List<int>();
        double square = 0;
        for (int s = 0; s < signals.Instances; s++)
        {
            ReadOnlySpan<float> u = signals.Instance(s);
            int kinks = 0;
            for (int j = 1; j < N - 1; j++)
            {
                double second = u[j + 1] - (2.0 * u[j]) + u[j - 1], previous = j == 1 ? 0 : u[j] - (2.0 * u[j - 1]) + u[j - 2];
                kinks += Math.Abs(second) > 1e-5 && Math.Abs(previous) < 1e-5 ? 1 : 0;
                Assert.InRange(u[j], -1.5, 1.5);
            }

            counts.Add(kinks + 1);
            square += TensorSum(u);
        }

        Assert.InRange(counts.Max(), 8, 10);
        Assert.InRange(counts.Average(), 5.5, 6.6); // 6.5 segments, some too close to be told apart
        Assert.InRange(square / (400.0 * N), 1.0 / 3 + 0.01, 1.0 / 3 + 0.06); // E c^2 + E a^2 E (x-1/2)^2/4 = 1/3 + 1/36
    }

    [Fact]
    public void MoreSamplesAreTheSameSignal()
    {
        Field<float> coarse = new Field<float>(20, 1, 1, 129), fine = new Field<float>(20, 1, 1, 257);
        new PiecewiseSignals().DrawAll(coarse, new RandomStream(4));
        new PiecewiseSignals(7).DrawAll(fine, new RandomStream(4));
        for (int s = 0; s < 20; s++)
        {
            for (int j = 0; j < 129; j++)
            {
                Assert.Equal(coarse.Instance(s)[j], fine.Instance(s)[2 * j]);
            }
        }
    }

    [Fact]
    public void WithoutSlopeSignalsAreConstantBetweenJumps()
    {
        Field<float> signals = new PiecewiseSignals(500, 4, 4, 0).DrawAll(50, new RandomStream(4));
        for (int s = 0; s < 50; s++)
        {
            Assert.InRange(signals.Instance(s).ToArray().Distinct().Count(), 1, 4);
        }
    }

    [Fact]
    public void DeadLeavesHaveTheStatisticsOfNaturalImages()
    {
        const int N = 128;
        Field<float> images = new DeadLeaves(N).DrawAll(24, new RandomStream(3));
        double mean = 0, square = 0, one = 0, four = 0, fourth = 0;
        int count = 0;
        foreach (float v in images.Values)
        {
            Assert.InRange(v, 0, 1);
            mean += v;
            square += v * v;
        }

        for (int s = 0; s < images.Instances; s++)
        {
            ReadOnlySpan<float> u = images.Instance(s);
            for (int k = 0; k < u.Length - 4; k++)
            {
                if (k % N < N - 4)
                {
                    double d = u[k + 1] - u[k], e = u[k + 4] - u[k];
                    one += d * d;
                    four += e * e;
                    fourth += d * d * d * d;
                    count++;
                }
            }
        }

        mean /= images.Values.Length;
        Assert.InRange(mean, 0.4, 0.6);
        Assert.InRange((square / images.Values.Length) - (mean * mean), 0.03, 0.075);
        Assert.InRange(Math.Sqrt(one / count), 0.06, 0.11); // photographs: 0.08
        Assert.InRange(fourth * count / (one * one), 10, 100); // photographs: 16; gradients have heavy tails, 3 for a normal distribution
        Assert.InRange(four / one, 1.5, 6); // and differences grow slowly with the distance, 16 for smooth images and 4 for a random walk
    }

    [Fact]
    public void StationaryDisksCoverAnyExtents()
    {
        var field = new Field<float>(1, 1, 3, 17);
        new DeadLeaves(8, 2, 2, 0, 0).Draw(field, 0, new RandomStream(1));
        Assert.DoesNotContain(field.Values.ToArray(), float.IsNaN);
    }

    [Fact]
    public void PatchesComeFromTheImagesInAllOrientations()
    {
        WriteImage("b.png", 4, 5);
        WriteImage("a.pgm.png", 2, 2);
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "not an image");
        ImageFolder folder = ImageFolder.Read(_folder, 3);
        Assert.Equal(["a.pgm.png", "b.png"], folder.Names.ToArray());
        Field<float> image = folder.Image(1);
        var possible = new HashSet<string>();
        for (int i = 0; i <= 1; i++)
        {
            for (int j = 0; j <= 2; j++)
            {
                float[,] patch = new float[3, 3];
                for (int k = 0; k < 9; k++)
                {
                    patch[k / 3, k % 3] = image.Values[((i + (k / 3)) * 5) + j + (k % 3)];
                }

                for (int turn = 0; turn < 4; turn++)
                {
                    possible.Add(Text(patch, false));
                    possible.Add(Text(patch, true));
                    float[,] turned = new float[3, 3];
                    for (int k = 0; k < 9; k++)
                    {
                        turned[k % 3, 2 - (k / 3)] = patch[k / 3, k % 3];
                    }

                    patch = turned;
                }
            }
        }

        Assert.Equal(48, possible.Count);
        Field<float> drawn = folder.DrawAll(600, new RandomStream(2));
        HashSet<string> seen = [.. Enumerable.Range(0, 600).Select(s => string.Join(' ', drawn.Instance(s).ToArray()))];
        Assert.True(seen.SetEquals(possible));
    }

    [Fact]
    public void OblongPatchesAreTurnedToo()
    {
        WriteImage("b.png", 6, 4);
        var patches = new Field<float>(40, 1, 2, 6);
        ImageFolder.Read(_folder, 2).DrawAll(patches, new RandomStream(2));
        Assert.Equal(-1, patches.Values.IndexOf(0f));
        Assert.Throws<ArgumentException>(() => ImageFolder.Read(_folder, 2).DrawAll(new Field<float>(40, 1, 5, 5), new RandomStream(2)));
    }

    [Fact]
    public void FoldersWithoutImagesAreRefused()
    {
        Assert.Contains("the folder holds no images", Assert.Throws<InvalidInputException>(() => ImageFolder.Read(_folder)).Message);
        WriteImage("b.png", 6, 4);
        Assert.Contains("none of the 1 images has a patch of 44 x 44 pixels", Assert.Throws<InvalidInputException>(() => ImageFolder.Read(_folder)).Message);
        File.WriteAllText(Path.Combine(_folder, "c.png"), "P7");
        Assert.Contains("c.png", Assert.Throws<InvalidInputException>(() => ImageFolder.Read(_folder, 2)).Message);
        Assert.Contains("there is no such folder", Assert.Throws<InvalidInputException>(() => ImageFolder.Read(Path.Combine(_folder, "no"))).Message);
    }

    private static double TensorSum(ReadOnlySpan<float> u)
    {
        double sum = 0;
        foreach (float v in u)
        {
            sum += (double)v * v;
        }

        return sum;
    }

    private static string Text(float[,] patch, bool mirrored) => string.Join(' ', Enumerable.Range(0, 9).Select(k => patch[k / 3, mirrored ? 2 - (k % 3) : k % 3]));

    private void WriteImage(string name, int rows, int columns)
    {
        var samples = new int[rows, columns, 1];
        for (int k = 0; k < rows * columns; k++)
        {
            samples[k / columns, k % columns, 0] = 1 + (k % 254);
        }

        File.WriteAllBytes(Path.Combine(_folder, name), PngSpecimen.Write(samples, 8, 0, false));
    }
}
