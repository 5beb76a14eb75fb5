using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Tests.Operators;

public class StencilOperatorTests
{
    public static TheoryData<int[], int, int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int[], int, int, bool>();
            int[][] grids = [[1, 1], [1, 7], [7, 1], [2, 2], [5, 3], [3, 6], [1, 1, 1], [1, 4, 1], [4, 1, 3], [2, 3, 4], [3, 3, 1], [1, 1, 5]];
            foreach (int[] extents in grids)
            {
                foreach (int instances in new[] { 1, 3, 8, 13 })
                {
                    foreach (bool symmetric in new[] { true, false })
                    {
                        cases.Add(extents, instances, instances, symmetric);
                        if (instances > 1)
                        {
                            cases.Add(extents, 1, instances, symmetric);
                        }
                    }
                }
            }

            return cases;
        }
    }

    /// <summary>A diagonal of ones is not multiplied; the bits are those of the multiplication.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_unit_diagonal_changes_no_bits(int[] extents, int operators, int instances, bool symmetric)
    {
        int points = extents.Aggregate(1, (product, extent) => product * extent);
        var stream = new RandomStream(7);
        Batch ones = Batch.Zeros(points, operators), nearly = Batch.Zeros(points, operators);
        ones.Values.Fill(1);
        nearly.Values.Fill(1);
        nearly[points - 1, operators - 1] = 2; // one other number: the diagonal is read again
        Batch[] forward = [.. extents.Select(_ => Assembled.Random(points, operators, stream))];
        Batch[] backward = [.. extents.Select(_ => Assembled.Random(points, operators, stream))];
        StencilOperator Create(Batch center) => symmetric
            ? StencilOperator.Symmetric(extents, center, forward) : StencilOperator.General(extents, center, backward, forward);
        Batch x = Assembled.Random(points, instances, stream), y = Batch.Zeros(points, instances), z = Batch.Zeros(points, instances);
        Create(ones).Apply(x, y);
        Create(nearly).Apply(x, z);
        Assert.Equal(y.Values[..^instances].ToArray(), z.Values[..^instances].ToArray());
        Assert.All(Create(ones).Diagonal().Values.ToArray(), d => Assert.Equal(1, d));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Products_equal_those_of_the_matrix_written_out(int[] extents, int operators, int instances, bool symmetric)
    {
        (StencilOperator a, Matrix[] written) = Draw(extents, operators, symmetric, 3);
        Batch x = Assembled.Random(a.Rows, instances, new RandomStream(5)), y = Batch.Zeros(a.Rows, instances), z = Batch.Zeros(a.Rows, instances);
        a.Apply(x, y);
        a.ApplyAdjoint(x, z);
        Batch diagonal = a.Diagonal();
        for (int s = 0; s < instances; s++)
        {
            Matrix matrix = written[Math.Min(s, operators - 1)];
            AssertClose(Times(matrix, Assembled.Instance(x, s)), Assembled.Instance(y, s));
            AssertClose(Times(matrix.Transpose(), Assembled.Instance(x, s)), Assembled.Instance(z, s));
            Assert.Equal(matrix[0, 0], diagonal[0, Math.Min(s, operators - 1)]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fused_residual_and_relaxation_have_the_bits_of_single_steps(int[] extents, int operators, int instances, bool symmetric)
    {
        (StencilOperator a, _) = Draw(extents, operators, symmetric, 7);
        var stream = new RandomStream(6);
        Batch x = Assembled.Random(a.Rows, instances, stream), b = Assembled.Random(a.Rows, instances, stream);
        Batch plain = Batch.Zeros(a.Rows, instances), fused = Batch.Zeros(a.Rows, instances);
        a.Apply(x, plain);
        for (int i = 0; i < plain.Length; i++)
        {
            plain.Values[i] -= b.Values[i];
        }

        a.Residual(x, b, fused);
        Assert.Equal(plain.Values.ToArray(), fused.Values.ToArray());
        for (int i = 0; i < plain.Length; i++)
        {
            plain.Values[i] = Math.FusedMultiplyAdd(-0.7, plain.Values[i], x.Values[i]);
        }

        a.Relax(-0.7, x, b, fused);
        Assert.Equal(plain.Values.ToArray(), fused.Values.ToArray());
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused_with_both_numbers()
    {
        (StencilOperator a, _) = Draw([3, 2], 2, true, 1);
        Batch x = Batch.Zeros(6, 2);
        var shorter = Assert.Throws<ArgumentException>(() => a.Apply(Batch.Zeros(5, 2), x));
        Assert.Equal("x is 5 x 2 and the destination 6 x 2 (components x instances), A is 6 x 6 with 2 instances", shorter.Message);
        Assert.Throws<ArgumentException>(() => a.Apply(Batch.Zeros(6, 3), Batch.Zeros(6, 3)));
        Assert.Throws<ArgumentException>(() => a.Residual(x, Batch.Zeros(6, 1), Batch.Zeros(6, 2)));
        Assert.Throws<ArgumentException>(() => a.Relax(1, x, Batch.Zeros(5, 2), Batch.Zeros(6, 2)));
        Assert.Throws<ArgumentException>(() => StencilOperator.Symmetric([3], Batch.Zeros(3, 1), [Batch.Zeros(3, 1)]));
        Assert.Throws<ArgumentException>(() => StencilOperator.Symmetric([3, 2], x, [x]));
        Assert.Throws<ArgumentException>(() => StencilOperator.Symmetric([3, 3], x, [x, x]));
    }

    /// <summary>Random coefficients, also where they must be ignored, and the matrices written out point by point.</summary>
    private static (StencilOperator Operator, Matrix[] Written) Draw(int[] extents, int operators, bool symmetric, ulong seed)
    {
        var stream = new RandomStream(seed);
        int points = extents.Aggregate(1, (a, b) => a * b);
        Batch center = Assembled.Random(points, operators, stream);
        Batch[] forward = [.. extents.Select(_ => Assembled.Random(points, operators, stream))];
        Batch[] backward = [.. extents.Select(_ => Assembled.Random(points, operators, stream))];
        var written = new Matrix[operators];
        for (int s = 0; s < operators; s++)
        {
            written[s] = new Matrix(points, points);
            for (int p = 0; p < points; p++)
            {
                written[s][p, p] = center[p, s];
                int stride = 1;
                for (int axis = 0; axis < extents.Length; stride *= extents[axis], axis++)
                {
                    int place = p / stride % extents[axis];
                    if (place + 1 < extents[axis])
                    {
                        written[s][p, p + stride] += forward[axis][p, s];
                        written[s][p + stride, p] += symmetric ? forward[axis][p, s] : backward[axis][p + stride, s];
                    }
                }
            }
        }

        return (symmetric ? StencilOperator.Symmetric(extents, center, forward) : StencilOperator.General(extents, center, backward, forward), written);
    }

    private static double[] Times(Matrix a, double[] x)
    {
        var y = new double[a.Rows];
        a.Multiply(x, y);
        return y;
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-14);
        }
    }
}
