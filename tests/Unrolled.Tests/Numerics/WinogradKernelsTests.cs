using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

/// <summary>The transforms give a correlation, and each has its exact adjoint.</summary>
public class WinogradKernelsTests
{
    private const int Width = 16;
    private const int Planes = WinogradKernels.Planes;

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    public void Transforms_give_the_correlation(int kernelRows)
    {
        int rows = WinogradKernels.RowsOf(kernelRows);
        double[] d = Numbers(1, Planes * Width), k = Numbers(2, kernelRows), v = new double[Planes * Width];
        WinogradKernels.TransformInput(d, Width, v, Width, Width);
        for (int i = 0; i < v.Length; i++)
        {
            v[i] *= WinogradKernels.TransformKernel(i / Width, k);
        }

        WinogradKernels.TransformOutput<double>(v, 1, Width, rows);
        for (int i = 0; i < rows * Width; i++)
        {
            Assert.Equal(Enumerable.Range(0, kernelRows).Sum(a => k[a] * d[i + (a * Width)]), v[i], 1e-13);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    public void Output_has_its_adjoint_and_what_lies_outside_counts_as_zero(int kernelRows)
    {
        int all = WinogradKernels.RowsOf(kernelRows);
        foreach ((int rows, int columns) in new[] { (all, Width), (all, Width + 5), (all, 3), (1, Width), (all - 1, 11) })
        {
            double[] v = Numbers(3, 2 * Planes * Width), y = [.. v], w = Numbers(4, v.Length), u = [.. w];
            WinogradKernels.TransformOutput<double>(y, 2, Width, all);
            bool Outside(int i) => (i / Width % Planes) >= rows || i % Width >= columns;
            for (int i = 0; i < u.Length; i++)
            {
                u[i] = Outside(i) ? double.NaN : w[i];
            }

            WinogradKernels.OutputAdjoint<double>(u, 2, Width, all, rows, columns);
            double expected = Enumerable.Range(0, v.Length).Where(i => !Outside(i)).Sum(i => y[i] * w[i]);
            Assert.Equal(expected, Kernels.Dot<double>(u, v), 1e-12 * (1 + Math.Abs(expected)));
        }
    }

    [Fact]
    public void Input_has_its_adjoint_with_parts_moved()
    {
        // parts of three columns: what is added to the rows is that of their sum, each moved by its column
        const int parts = 3, lead = 16, stride = Width + 5, partStride = lead + (2 * Width), length = 2 * Width;
        double[] d = Numbers(5, (8 * length) + 64), rows = new double[d.Length], before = Numbers(6, rows.Length), q = new double[(Planes * parts * partStride) + 64];
        before.CopyTo(rows, 0);
        double[] v = Numbers(7, Planes * parts * Width);
        for (int i = 0; i < v.Length; i++)
        {
            q[(i / Width * partStride) + lead + (i % Width)] = v[i];
        }

        WinogradKernels.AddInputAdjoint<double>(q, lead, partStride, parts, parts * partStride, rows, stride, length);
        double[] added = [.. rows.Zip(before, (after, x) => after - x)];
        double expected = 0;
        for (int b = 0; b < parts; b++)
        {
            double[] planes = new double[Planes * Width];
            WinogradKernels.TransformInput(d.AsSpan(b), stride, planes, Width, Width);
            for (int p = 0; p < Planes; p++)
            {
                expected += Kernels.Dot<double>(v.AsSpan(((p * parts) + b) * Width, Width), planes.AsSpan(p * Width, Width));
            }
        }

        Assert.Equal(expected, Kernels.Dot<double>(d, added), 1e-11 * (1 + Math.Abs(expected)));
    }

    [Fact]
    public void Spans_that_are_too_short_are_refused()
    {
        double[] tile = new double[Planes * Width];
        Assert.Throws<ArgumentException>(() => WinogradKernels.TransformOutput(tile.AsSpan(1), 1, Width, 4));
        Assert.Throws<ArgumentException>(() => WinogradKernels.OutputAdjoint<double>(tile, 2, Width, 4, 4, Width));
        Assert.Throws<ArgumentException>(() => WinogradKernels.TransformInput<double>(tile.AsSpan(1), Width, tile, Width, Width));
        Assert.Throws<ArgumentException>(() => WinogradKernels.AddInputAdjoint<double>(tile, 8, Width, 2, Width, tile, Width, Width));
    }

    private static double[] Numbers(ulong seed, int count)
    {
        var stream = new RandomStream(seed);
        return [.. Enumerable.Range(0, count).Select(_ => stream.NextNormal())];
    }
}
