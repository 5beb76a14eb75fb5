using Unrolled.Numerics;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Numerics;

public class ColumnColoringTests
{
    [Theory]
    [MemberData(nameof(SparseGallery.Names), MemberType = typeof(SparseGallery))]
    public void Products_with_the_colors_give_back_every_entry(string name)
    {
        SparseMatrix a = SparseGallery.Get(name);
        Recovers(a);
        Recovers(a.Transpose());
    }

    [Fact]
    public void Random_patterns_are_recovered_and_no_two_columns_of_a_color_share_a_row()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            var random = new RandomStream(seed);
            (int rows, int columns) = (1 + random.NextIndex(20), 1 + random.NextIndex(25));
            double density = random.NextUniform();
            (int I, int J)[] places = [.. Enumerable.Range(0, rows * columns).Where(_ => random.NextUniform() < density).Select(k => (k / columns, k % columns))];
            SparseMatrix a = SparseMatrix.FromTriplets(
                rows, columns, [.. places.Select(p => p.I)], [.. places.Select(p => p.J)], [.. places.Select(_ => random.NextUniform(-1, 1))]);
            ColumnColoring coloring = Recovers(a);
            for (int i = 0; i < rows; i++)
            {
                int[] colors = [.. coloring.Pattern.Row(i).ToArray().Select(j => coloring.Colors[j])];
                Assert.Equal(colors.Length, colors.Distinct().Count());
                Assert.True(colors.Length <= coloring.Count);
            }
        }
    }

    [Fact]
    public void The_number_of_colors_of_known_patterns()
    {
        Assert.Equal(3, Coloring(SparseGallery.Get("tridiagonal")).Count);
        Assert.Equal(40, Coloring(SparseGallery.Get("dense")).Count);
        Assert.InRange(Coloring(SparseGallery.Laplacian(30)).Count, 5, 7);
        Assert.InRange(Coloring(SparseGallery.Laplacian(100)).Count, 5, 7);
        Assert.Equal(1, Coloring(SparseGallery.Get("cyclic shift")).Count);
        Assert.Equal(0, Coloring(SparseMatrix.FromTriplets(0, 0, [], [], [])).Count);
        Assert.Equal(1, Coloring(SparseMatrix.FromTriplets(2, 5, [], [], [])).Count);
        Assert.Equal(Coloring(SparseGallery.PowerFlow()).Colors.ToArray(), Coloring(SparseGallery.PowerFlow()).Colors.ToArray());
    }

    [Fact]
    public void Guards_name_both_numbers()
    {
        ColumnColoring coloring = Coloring(SparseGallery.Get("tridiagonal"));
        Assert.Contains("color 3 is outside 0..2", Assert.Throws<ArgumentOutOfRangeException>(() => coloring.Seed(3, Batch.Zeros(200, 1))).Message);
        Assert.Contains("is 4, the number of columns is 200", Assert.Throws<ArgumentException>(() => coloring.Seed(0, Batch.Zeros(4, 1))).Message);
        Assert.Contains("is 4, the number of rows is 200",
            Assert.Throws<ArgumentException>(() => coloring.Recover(0, Batch.Zeros(4, 1), Batch.Zeros(598, 1))).Message);
        Assert.Contains("is 4, the number of entries of the pattern is 598",
            Assert.Throws<ArgumentException>(() => coloring.Recover(0, Batch.Zeros(200, 1), Batch.Zeros(4, 1))).Message);
        Assert.Contains("is 2, the number of instances of the entries is 1",
            Assert.Throws<ArgumentException>(() => coloring.Recover(0, Batch.Zeros(200, 2), Batch.Zeros(598, 1))).Message);
        Assert.Throws<ArgumentException>(() => ColumnColoring.Of(new SparsityPattern(1, 1, [0, 2], [0, 0])));
    }

    private static ColumnColoring Coloring(SparseMatrix a) => ColumnColoring.Of(SparseGallery.Pattern(a));

    /// <summary>The entries are found exactly: each is the only nonzero number of its row in the product.</summary>
    private static ColumnColoring Recovers(SparseMatrix a)
    {
        const int instances = 3;
        ColumnColoring coloring = Coloring(a);
        Batch direction = Batch.Zeros(a.Columns, instances), product = Batch.Zeros(a.Rows, instances), entries = Batch.Zeros(a.StoredEntries, instances);
        entries.Values.Fill(double.NaN);
        var operation = new Unrolled.Operators.SparseOperator(a);
        for (int color = 0; color < coloring.Count; color++)
        {
            coloring.Seed(color, direction);
            operation.Apply(direction, product);
            coloring.Recover(color, product, entries);
        }

        for (int s = 0; s < instances; s++)
        {
            Assert.Equal(a.Values.ToArray(), Assembled.Instance(entries, s));
        }

        return coloring;
    }
}
