using Unrolled.Numerics;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Numerics;

public class BatchedSparseLuTests
{
    private const int Instances = 21;

    private static (SparsityPattern Pattern, Batch Entries, Batch B) Network() => Network(Instances);

    private static (SparsityPattern Pattern, Batch Entries, Batch B) Network(int instances)
    {
        (SparsityPattern pattern, Batch entries) = MeshedNetwork.Jacobian(30, 45, 8, instances, 3);
        return (pattern, entries, Assembled.Random(pattern.RowCount, instances, new RandomStream(9)));
    }

    private static SparseLu Analysed(SparsityPattern pattern, Batch entries, int instance = 0) => SparseLu.Factor(pattern, Assembled.Instance(entries, instance));

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(21)]
    [InlineData(40)]
    public void Every_instance_has_the_bits_of_its_own_refactorization(int instances)
    {
        (SparsityPattern pattern, Batch entries, Batch b) = Network(instances);
        SparseLu lu = Analysed(pattern, entries);
        var batch = new BatchedSparseLu(lu, instances);
        Assert.Equal(0, batch.Refactor(entries));
        Batch x = Batch.Zeros(b.Components, instances), y = Batch.Zeros(b.Components, instances);
        batch.Solve(b, x);
        batch.SolveTransposed(b, y);
        double[] one = new double[b.Components];
        for (int s = 0; s < instances; s++)
        {
            lu.Refactor(Assembled.Instance(entries, s));
            lu.Solve(Assembled.Instance(b, s), one);
            Assert.Equal(one, Assembled.Instance(x, s));
            Assert.Equal(lu.PivotGrowth, batch.PivotGrowth[s]);
            SparseMatrix a = SparseGallery.Of(pattern, Assembled.Instance(entries, s));
            Assert.True(SparseGallery.BackwardError(a, one, Assembled.Instance(b, s)) < 20 * MatrixGallery.Epsilon);
            lu.SolveTransposed(Assembled.Instance(b, s), one);
            Assert.Equal(one, Assembled.Instance(y, s));
        }
    }

    [Fact]
    public void Any_split_of_the_batch_gives_the_same_bits()
    {
        (SparsityPattern pattern, Batch entries, Batch b) = Network();
        SparseLu lu = Analysed(pattern, entries, 2);
        Batch whole = Batch.Zeros(b.Components, Instances);
        new BatchedSparseLu(lu, Instances).Solve(entries, b, whole);
        var reused = new BatchedSparseLu(lu, Instances);
        foreach (int size in new[] { 1, 2, 7, 8, 9, 16, 20 })
        {
            for (int first = 0; first < Instances; first += size)
            {
                int[] chosen = [.. Enumerable.Range(first, Math.Min(size, Instances - first))];
                Batch part = Batch.Zeros(b.Components, chosen.Length);
                reused.Refactor(entries.Select(chosen));
                Assert.Equal(chosen.Length, reused.Instances);
                reused.Solve(b.Select(chosen), part);
                Assert.Equal(whole.Select(chosen).Values.ToArray(), part.Values.ToArray());
            }
        }
    }

    [Fact]
    public void Solving_at_once_and_in_place_gives_the_same_bits()
    {
        (SparsityPattern pattern, Batch entries, Batch b) = Network();
        var batch = new BatchedSparseLu(Analysed(pattern, entries), Instances);
        Batch x = Batch.Zeros(b.Components, Instances), once = Batch.Zeros(b.Components, Instances);
        batch.Refactor(entries);
        batch.Solve(b, x);
        Assert.Equal(0, batch.Solve(entries, b, once));
        Assert.Equal(x.Values.ToArray(), once.Values.ToArray());
        Assert.Contains("call Refactor first", Assert.Throws<InvalidOperationException>(() => batch.Solve(b, x)).Message);
        batch.Solve(entries, b, b);
        Assert.Equal(x.Values.ToArray(), b.Values.ToArray());
    }

    [Fact]
    public void A_bad_instance_is_flagged_and_leaves_the_others_alone()
    {
        (SparsityPattern pattern, Batch entries, Batch b) = Network();
        var batch = new BatchedSparseLu(Analysed(pattern, entries), Instances);
        Batch clean = Batch.Zeros(b.Components, Instances), x = Batch.Zeros(b.Components, Instances), y = Batch.Zeros(b.Components, Instances);
        batch.Refactor(entries);
        batch.Solve(b, clean);
        for (int k = 0; k < entries.Components; k++)
        {
            entries[k, 3] = 0;
        }

        entries[pattern.Count / 2, 9] = double.NaN;
        entries[0, 20] = double.PositiveInfinity;
        Assert.Equal(3, batch.Refactor(entries));
        batch.Solve(b, x);
        Assert.Equal(3, batch.Solve(entries, b, y));
        int[] bad = [3, 9, 20];
        for (int s = 0; s < Instances; s++)
        {
            Assert.Equal(bad.Contains(s), batch.Singular[s]);
            Assert.Equal(bad.Contains(s), double.IsNaN(batch.PivotGrowth[s]));
            double[] expected = bad.Contains(s) ? [.. Enumerable.Repeat(double.NaN, b.Components)] : Assembled.Instance(clean, s);
            Assert.Equal(expected, Assembled.Instance(x, s));
            Assert.Equal(expected, Assembled.Instance(y, s));
        }
    }

    [Fact]
    public void Bad_pivots_show_in_the_growth_of_their_instance()
    {
        SparseLu lu = SparseLu.Factor(SparseGallery.From(2, (i, j) => i == j ? 1 : 0.5));
        var batch = new BatchedSparseLu(lu, 3);
        Batch entries = Batch.Zeros(4, 3);
        entries.Values.Fill(1);
        entries.Row(3).Fill(2);
        entries[0, 1] = 1e-9;
        batch.Refactor(entries);
        Assert.InRange(batch.PivotGrowth[0], 0.5, 2);
        Assert.InRange(batch.PivotGrowth[1], 1e8, 1e10);
        Assert.InRange(batch.PivotGrowth[2], 0.5, 2);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        (SparsityPattern pattern, Batch entries, Batch b) = Network();
        var batch = new BatchedSparseLu(Analysed(pattern, entries), Instances);
        Use();
        Assert.Equal(0, Allocation.Of(Use));

        void Use()
        {
            batch.Refactor(entries);
            batch.Solve(b, b);
            batch.SolveTransposed(b, b);
            batch.Solve(entries, b, b);
        }
    }

    [Fact]
    public void Guards_name_both_numbers()
    {
        (SparsityPattern pattern, Batch entries, Batch b) = Network();
        SparseLu lu = Analysed(pattern, entries);
        var batch = new BatchedSparseLu(lu, 4);
        Assert.Contains("21 instances, the capacity is 4", Assert.Throws<ArgumentException>(() => batch.Refactor(entries)).Message);
        Assert.Contains($"the number of entries is 3, the number of entries of the analysed matrix is {pattern.Count}",
            Assert.Throws<ArgumentException>(() => batch.Refactor(Batch.Zeros(3, 1))).Message);
        batch.Refactor(entries.Select([0, 1]));
        Assert.Contains("the number of instances is 21, the number of matrices factored is 2",
            Assert.Throws<ArgumentException>(() => batch.Solve(b, b)).Message);
        Assert.Contains($"the number of components is 5, the order of the matrices is {pattern.RowCount}",
            Assert.Throws<ArgumentException>(() => batch.Solve(Batch.Zeros(5, 2), Batch.Zeros(5, 2))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchedSparseLu(lu, 0));
    }
}
