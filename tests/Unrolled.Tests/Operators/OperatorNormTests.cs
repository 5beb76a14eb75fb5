using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Operators;

/// <summary>Bounds against the actual operators of many sizes, how sharp they are, and their gradient.</summary>
public class OperatorNormTests
{
    private static readonly (int Rows, int Columns)[] ImageSizes = [(1, 1), (1, 2), (2, 2), (1, 7), (3, 4), (5, 2), (8, 9), (16, 16)];
    private static readonly int[] SignalSizes = [1, 2, 3, 4, 5, 7, 10, 16, 33, 64];

    [Theory]
    [InlineData(Boundary.Periodic)]
    [InlineData(Boundary.Reflecting)]
    [InlineData(Boundary.Zero)]
    public void NoImageHasALargerNorm(Boundary boundary)
    {
        for (ulong seed = 0; seed < 24; seed++)
        {
            var stream = new RandomStream(seed);
            int filters = 1 + stream.NextIndex(5), channels = 1 + stream.NextIndex(3), rows = 1 + (2 * stream.NextIndex(3)), columns = 1 + (2 * stream.NextIndex(3));
            ConvolutionBank<double> bank = Random(stream, filters, channels, rows, columns, boundary);
            double[] bounds = [SymbolBound.Of(bank).Norm, SymbolBound.Of(bank, 4).Norm, SchurBound.Of(bank), OperatorNorm.Bound(bank)];
            foreach ((int height, int width) in ImageSizes)
            {
                double norm = OperatorNorm.Estimate(bank, height, width, stream);
                Assert.All(bounds, bound => Assert.True(bound >= norm * (1 - 1e-12), $"seed {seed}: {bound:R} < {norm:R} for {height} x {width}"));
            }
        }
    }

    /// <summary>Where the bound for signals is made for: one channel, a reflecting boundary, kernels of any length.</summary>
    [Fact]
    public void NoSignalHasALargerNorm()
    {
        double worst = 0, sum = 0;
        for (ulong seed = 0; seed < 60; seed++)
        {
            var stream = new RandomStream(seed);
            ConvolutionBank<double> bank = Random(stream, 1 + stream.NextIndex(6), 1, 1, 1 + (2 * stream.NextIndex(4)), Boundary.Reflecting);
            double[] bounds = [HalfLineBound.Of(bank), OperatorNorm.Bound(bank)];
            double largest = 0;
            foreach (int n in SignalSizes)
            {
                double norm = OperatorNorm.Estimate(bank, 1, n, stream);
                largest = Math.Max(largest, norm);
                Assert.All(bounds, bound => Assert.True(bound >= norm * (1 - 1e-12), $"seed {seed}: {bound:R} < {norm:R} for {n} points"));
            }

            worst = Math.Max(worst, bounds[1] / largest);
            sum += bounds[1] / largest;
        }

        Assert.True(worst < Math.Sqrt(2) && sum / 60 < 1.2, $"the bound is {worst} times the norm at worst, {sum / 60} on average");
    }

    [Fact]
    public void ThePeriodicBoundIsSharp()
    {
        for (ulong seed = 0; seed < 8; seed++)
        {
            var stream = new RandomStream(seed);
            ConvolutionBank<double> bank = Random(stream, 3, 1 + stream.NextIndex(2), 3, 5, Boundary.Periodic);
            Assert.InRange(OperatorNorm.Bound(bank) / OperatorNorm.Estimate(bank, 32, 32, stream, 200), 1, 1.02);
        }
    }

    /// <summary>Even and odd kernels lose nothing by reflection; others lose at most a factor 2 in the plane.</summary>
    [Fact]
    public void TheReflectingBoundIsSharpForEvenAndOddKernels()
    {
        for (ulong seed = 0; seed < 8; seed++)
        {
            var stream = new RandomStream(seed);
            ConvolutionBank<double> any = Random(stream, 3, 1, 3, 5, Boundary.Reflecting);
            double[] pure = any.Kernels.ToArray();
            for (int c = 0; c < 3; c++)
            {
                Purify(pure.AsSpan(c * 15, 15), 3, 5, stream.NextIndex(2), stream.NextIndex(2));
            }

            var bank = new ConvolutionBank<double>(pure, 3, 1, 3, 5);
            Assert.InRange(OperatorNorm.Bound(bank) / OperatorNorm.Estimate(bank, 32, 32, stream, 200), 1, 1.02);
            var wrapped = new ConvolutionBank<double>(any.Kernels, 3, 1, 3, 5, Boundary.Periodic);
            Assert.InRange(SymbolBound.Of(any).Norm / SymbolBound.Of(wrapped).Norm, 0.9, 2);
        }
    }

    /// <summary>A bank that holds the mirror images of its filters loses nothing by reflection, however its filters mix parities.</summary>
    [Fact]
    public void TheReflectingBoundIsSharpForBanksWithMirrorImages()
    {
        for (ulong seed = 0; seed < 8; seed++)
        {
            var stream = new RandomStream(seed);
            double[] kernels = new double[4 * 15];
            for (int i = 0; i < 15; i++)
            {
                double value = stream.NextNormal();
                int a = i / 5, b = i % 5;
                kernels[i] = kernels[15 + (a * 5) + 4 - b] = kernels[30 + ((2 - a) * 5) + b] = kernels[45 + ((2 - a) * 5) + 4 - b] = value;
            }

            var bank = new ConvolutionBank<double>(kernels, 4, 1, 3, 5);
            Assert.Equal(SymbolBound.Of(new ConvolutionBank<double>(kernels, 4, 1, 3, 5, Boundary.Periodic)).Norm, SymbolBound.Of(bank).Norm, 1e-5);
            var alone = new ConvolutionBank<double>(kernels[..15], 1, 1, 3, 5);
            Assert.True(SymbolBound.Of(alone).Norm > 1.05 * SymbolBound.Of(new ConvolutionBank<double>(kernels[..15], 1, 1, 3, 5, Boundary.Periodic)).Norm);
        }
    }

    /// <summary>The first differences: norms 2 and sqrt(8) at both boundaries.</summary>
    [Theory]
    [InlineData(Boundary.Periodic)]
    [InlineData(Boundary.Reflecting)]
    public void FirstDifferencesHaveTheirTextbookNorms(Boundary boundary)
    {
        var line = new ConvolutionBank<double>([0, -1, 1], 1, 1, 1, 3, boundary);
        var plane = new ConvolutionBank<double>([0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0], 2, 1, 3, 3, boundary);
        Assert.Equal(2, OperatorNorm.Bound(line), 1e-11);
        Assert.Equal(Math.Sqrt(8), OperatorNorm.Bound(plane), 1e-11);
    }

    [Fact]
    public void OnePointAndNothingAreKernelsToo()
    {
        Assert.Equal(3, OperatorNorm.Bound(new ConvolutionBank<double>([-3.0], 1, 1, 1, 1)), 1e-11);
        Assert.Equal(0, OperatorNorm.Bound(new ConvolutionBank<double>(new double[9], 1, 1, 3, 3)));
        Assert.Equal(double.PositiveInfinity, OperatorNorm.Bound(new ConvolutionBank<double>([1, double.NaN, 1], 1, 1, 1, 3)));
        double[] gradient = new double[9];
        SymbolBound.Of(new ConvolutionBank<double>(new double[9], 1, 1, 3, 3)).AccumulateGradient(1, gradient);
        Assert.All(gradient, g => Assert.Equal(0, g));
    }

    [Theory]
    [InlineData(Boundary.Periodic, 1)]
    [InlineData(Boundary.Periodic, 3)]
    [InlineData(Boundary.Reflecting, 1)]
    [InlineData(Boundary.Reflecting, 2)]
    public void TheGradientAgreesWithDifferences(Boundary boundary, int channels)
    {
        for (ulong seed = 0; seed < 4; seed++)
        {
            ConvolutionBank<double> bank = Random(new RandomStream(seed + 40), 3, channels, 3, 3, boundary);
            double[] gradient = new double[bank.Kernels.Length];
            SymbolBound.Of(bank).AccumulateGradient(2, gradient);
            for (int i = 0; i < gradient.Length; i++)
            {
                const double h = 1e-6;
                double difference = (Moved(bank, i, h) - Moved(bank, i, -h)) / h;
                Assert.Equal(difference, gradient[i], 1e-6);
            }
        }
    }

    [Fact]
    public void KernelsDividedByTheBoundHaveTheBoundOne()
    {
        foreach (Boundary boundary in Enum.GetValues<Boundary>())
        {
            ConvolutionBank<double> bank = Random(new RandomStream(3), 4, 2, 3, 5, boundary);
            double norm = SymbolBound.Of(bank).Norm;
            double[] kernels = [.. bank.Kernels.ToArray().Select(k => k / norm)];
            var unit = new ConvolutionBank<double>(kernels, 4, 2, 3, 5, boundary);
            Assert.Equal(1, SymbolBound.Of(unit).Norm, 1e-14);
            Assert.InRange(OperatorNorm.Bound(unit), 0, 1 + 1e-14);
        }
    }

    private static double Moved(ConvolutionBank<double> bank, int i, double h)
    {
        double[] kernels = bank.Kernels.ToArray();
        kernels[i] += h;
        return SymbolBound.Of(new ConvolutionBank<double>(kernels, bank.Filters, bank.Channels, bank.KernelRows, bank.KernelColumns, bank.Boundary)).Norm;
    }

    private static void Purify(Span<double> kernel, int rows, int columns, int oddRows, int oddColumns)
    {
        double[] source = kernel.ToArray();
        double signRows = oddRows == 1 ? -1 : 1, signColumns = oddColumns == 1 ? -1 : 1;
        for (int a = 0; a < rows; a++)
        {
            for (int b = 0; b < columns; b++)
            {
                int m = rows - 1 - a, n = columns - 1 - b;
                kernel[(a * columns) + b] = source[(a * columns) + b] + (signColumns * source[(a * columns) + n])
                    + (signRows * (source[(m * columns) + b] + (signColumns * source[(m * columns) + n])));
            }
        }
    }

    private static ConvolutionBank<double> Random(RandomStream stream, int filters, int channels, int rows, int columns, Boundary boundary)
    {
        double[] kernels = new double[filters * channels * rows * columns];
        foreach (ref double k in kernels.AsSpan())
        {
            k = stream.NextNormal();
        }

        return new ConvolutionBank<double>(kernels, filters, channels, rows, columns, boundary);
    }
}
