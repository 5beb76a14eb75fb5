using Unrolled.Numerics;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Numerics;

public unsafe class CombinationKernelsTests
{
    /// <summary>One chain of fused operations in the order of the terms, for every number of terms and every rest of a register.</summary>
    [Fact]
    public void ACombinationIsOneChain()
    {
        double** pointers = stackalloc double*[10];
        for (int length = 1; length <= 20; length++)
        {
            for (int terms = 0; terms <= 10; terms++)
            {
                var stream = new RandomStream((ulong)((100 * length) + terms));
                Batch x = Assembled.Random(length, 1, stream), y = Batch.Zeros(length, 1), c = Assembled.Random(Math.Max(1, terms), 1, stream);
                Batch[] v = [.. Enumerable.Range(0, terms).Select(_ => Assembled.Random(length, 1, stream))];
                double[] expected = x.Values.ToArray();
                for (int l = 0; l < terms; l++)
                {
                    pointers[l] = v[l].Pointer;
                    expected = [.. expected.Select((sum, i) => Math.FusedMultiplyAdd(c[l, 0], v[l][i, 0], sum))];
                }

                CombinationKernels.Combine(x.Pointer, c.Pointer, pointers, terms, y.Pointer, length);
                Assert.Equal(expected, y.Values);
                CombinationKernels.Combine(x.Pointer, c.Pointer, pointers, terms, x.Pointer, length);
                Assert.Equal(expected, x.Values);
            }
        }
    }

    /// <summary>Two terms at once have the bits of one after the other.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(29)]
    public void TwoAdjointsAreOneAfterTheOther(int length)
    {
        var stream = new RandomStream(3);
        Batch g = Assembled.Random(length, 1, stream), v0 = Assembled.Random(length, 1, stream), v1 = Assembled.Random(length, 1, stream);
        Batch[] d = [.. Enumerable.Range(0, 4).Select(i => Assembled.Random(length, 1, new RandomStream((ulong)(i % 2))))];
        double* c = stackalloc double[] { 0.3, -0.7 }, dc = stackalloc double[] { 0, 0 };
        CombinationKernels.AdjointOfTwo(g.Pointer, c, v0.Pointer, v1.Pointer, d[0].Pointer, d[1].Pointer, dc, length);
        Assert.Equal(dc[0], CombinationKernels.Adjoint(g.Pointer, c[0], v0.Pointer, d[2].Pointer, true, length));
        Assert.Equal(dc[1], CombinationKernels.Adjoint(g.Pointer, c[1], v1.Pointer, d[3].Pointer, true, length));
        Assert.Equal(d[2].Values, d[0].Values);
        Assert.Equal(d[3].Values, d[1].Values);
        Assert.Equal(Kernels.Dot<double>(g.Values, v0.Values), dc[0]);
        CombinationKernels.Adjoint(g.Pointer, c[0], v0.Pointer, d[2].Pointer, false, length);
        Assert.Equal(g.Values.ToArray().Select(x => 0.3 * x), d[2].Values.ToArray());
    }
}
