using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class BatchedLuTests
{
    private static (double[] X, bool[] Singular, int Count) Solve(double[] matrices, double[] b, int m, int instances)
    {
        double[] x = [.. b], scratch = new double[BatchedLu.ScratchLength(m)];
        Array.Fill(scratch, double.NaN);
        bool[] singular = new bool[instances];
        int count = BatchedLu.Solve(matrices, x, m, instances, scratch, singular);
        return (x, singular, count);
    }

    /// <summary>The instances [first, first + count) of an array with instances innermost.</summary>
    private static double[] Part(double[] all, int instances, int first, int count) =>
        [.. Enumerable.Range(0, all.Length / instances * count).Select(i => all[(i / count * instances) + first + (i % count)])];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(2, 8)]
    [InlineData(5, 16)]
    [InlineData(7, 13)]
    [InlineData(24, 11)]
    public void Residuals_are_of_rounding_size(int m, int instances)
    {
        double[] matrices = MatrixGallery.Vector(m * m * instances, 1), b = MatrixGallery.Vector(m * instances, 2);
        double[] unchanged = [.. matrices];
        (double[] x, bool[] singular, int count) = Solve(matrices, b, m, instances);
        Assert.Equal(unchanged, matrices);
        Assert.Equal(0, count);
        Assert.DoesNotContain(true, singular);
        for (int s = 0; s < instances; s++)
        {
            var a = new Matrix(m, m);
            Part(matrices, instances, s, 1).CopyTo(a.AsSpan());
            Assert.True(MatrixGallery.BackwardError(a, Part(x, instances, s, 1), Part(b, instances, s, 1)) < 10 * MatrixGallery.Epsilon);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(12)]
    public void Any_split_of_the_batch_gives_the_same_bits(int m)
    {
        const int instances = 21;
        double[] matrices = MatrixGallery.Vector(m * m * instances, 3), b = MatrixGallery.Vector(m * instances, 4);
        double[] whole = Solve(matrices, b, m, instances).X;
        foreach (int size in new[] { 1, 2, 7, 8, 9, 16, 20 })
        {
            for (int first = 0; first < instances; first += size)
            {
                int count = Math.Min(size, instances - first);
                double[] x = Solve(Part(matrices, instances, first, count), Part(b, instances, first, count), m, count).X;
                Assert.Equal(Part(whole, instances, first, count), x);
            }
        }
    }

    [Fact]
    public void A_singular_instance_does_not_touch_its_neighbours()
    {
        const int m = 4, instances = 19;
        double[] matrices = MatrixGallery.Vector(m * m * instances, 5), b = MatrixGallery.Vector(m * instances, 6);
        double[] good = Solve(matrices, b, m, instances).X;
        for (int i = 0; i < m; i++)
        {
            matrices[(((i * m) + 2) * instances) + 3] = 0;
            matrices[(((3 * m) + i) * instances) + 17] = matrices[(((1 * m) + i) * instances) + 17];
        }

        matrices[(5 * instances) + 9] = double.NaN;
        matrices[(2 * instances) + 10] = double.PositiveInfinity;
        (double[] x, bool[] singular, int count) = Solve(matrices, b, m, instances);
        Assert.Equal(4, count);
        for (int s = 0; s < instances; s++)
        {
            bool bad = s is 3 or 9 or 10 or 17;
            Assert.Equal(bad, singular[s]);
            double[] expected = bad ? [double.NaN, double.NaN, double.NaN, double.NaN] : Part(good, instances, s, 1);
            Assert.Equal(expected, Part(x, instances, s, 1));
        }
    }

    [Fact]
    public void Every_lane_chooses_its_own_pivots()
    {
        // Permutation matrices: instance s maps component i to (i + s) mod m, so no two lanes exchange the same rows.
        const int m = 9, instances = 9;
        double[] matrices = new double[m * m * instances];
        double[] b = new double[m * instances], expected = new double[m * instances];
        for (int s = 0; s < instances; s++)
        {
            for (int i = 0; i < m; i++)
            {
                matrices[(((i * m) + ((i + s) % m)) * instances) + s] = 1;
                b[(i * instances) + s] = i;
                expected[((i + s) % m * instances) + s] = i;
            }
        }

        Assert.Equal(expected, Solve(matrices, b, m, instances).X);
    }

    [Fact]
    public void Allocates_nothing()
    {
        const int m = 6, instances = 20;
        double[] matrices = MatrixGallery.Vector(m * m * instances, 1), x = MatrixGallery.Vector(m * instances, 2);
        double[] scratch = new double[BatchedLu.ScratchLength(m)];
        bool[] singular = new bool[instances];
        BatchedLu.Solve(matrices, x, m, instances, scratch, singular);
        Assert.Equal(0, Allocation.Of(() => BatchedLu.Solve(matrices, x, m, instances, scratch, singular)));
    }

    [Fact]
    public void Guards_name_both_numbers()
    {
        double[] scratch = new double[BatchedLu.ScratchLength(2)];
        static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
        Assert.Contains("matrices has 11 entries, m and instances ask for 12",
            Message(() => BatchedLu.Solve(new double[11], new double[6], 2, 3, scratch, new bool[3])));
        Assert.Contains("rightHandSides has 5 entries",
            Message(() => BatchedLu.Solve(new double[12], new double[5], 2, 3, scratch, new bool[3])));
        Assert.Contains("singular has 2 entries",
            Message(() => BatchedLu.Solve(new double[12], new double[6], 2, 3, scratch, new bool[2])));
        Assert.Contains("scratch has 47 entries, 48 are needed",
            Message(() => BatchedLu.Solve(new double[12], new double[6], 2, 3, scratch.AsSpan(1), new bool[3])));
        Assert.Throws<ArgumentOutOfRangeException>(() => BatchedLu.Solve([], [], 0, 3, scratch, new bool[3]));
        Assert.Equal(0, BatchedLu.Solve([], [], 2, 0, scratch, []));
    }
}
