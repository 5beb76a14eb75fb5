using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

public class MinimumDegreeTests
{
    [Theory]
    [MemberData(nameof(SparseGallery.Names), MemberType = typeof(SparseGallery))]
    public void The_order_is_a_permutation_and_repeats(string name)
    {
        SparsityPattern pattern = SparseGallery.Pattern(SparseGallery.Get(name));
        int[] order = MinimumDegree.Order(pattern);
        Assert.Equal(Enumerable.Range(0, pattern.RowCount), order.Order());
        Assert.Equal(order, MinimumDegree.Order(pattern));
    }

    [Fact]
    public void Random_graphs_of_all_densities_are_ordered()
    {
        for (ulong seed = 0; seed < 60; seed++)
        {
            var random = new RandomStream(seed);
            int n = random.NextIndex(70);
            SparsityPattern pattern = SparseGallery.Pattern(SparseGallery.Random(n, random.NextUniform(0, 0.3), seed));
            Assert.Equal(Enumerable.Range(0, n), MinimumDegree.Order(pattern).Order());
        }
    }

    [Theory]
    [InlineData(30, 0.75)]
    [InlineData(60, 0.55)]
    public void A_grid_fills_far_less_than_row_by_row(int side, double atMost)
    {
        SparsityPattern pattern = SparseGallery.Pattern(SparseGallery.Laplacian(side));
        long natural = Fill(pattern, [.. Enumerable.Range(0, side * side)]), ordered = Fill(pattern, MinimumDegree.Order(pattern));
        Assert.True(ordered < atMost * natural, $"{ordered} of {natural}");
    }

    [Theory]
    [InlineData(300)]
    [InlineData(5000)]
    public void Trees_and_arrows_do_not_fill(int n)
    {
        var random = new RandomStream(5);
        int[] label = SparseGallery.Permutation(n, random);
        SparsityPattern tree = Symmetric(n, Enumerable.Range(1, n - 1).Select(i => (label[i], label[random.NextIndex(i)])));
        SparsityPattern arrow = Symmetric(n, Enumerable.Range(1, n - 1).Select(i => (label[0], label[i])));
        Assert.Equal(n - 1, Fill(tree, MinimumDegree.Order(tree)));
        Assert.Equal(n - 1, Fill(arrow, MinimumDegree.Order(arrow)));
    }

    [Fact]
    public void Approximate_degrees_fill_about_as_little_as_exact_ones()
    {
        double ratio = 1;
        for (ulong seed = 0; seed < 20; seed++)
        {
            SparsityPattern pattern = SparseGallery.Pattern(SparseGallery.Random(80, 0.03, seed));
            ratio *= (double)Fill(pattern, MinimumDegree.Order(pattern)) / Fill(pattern, Exact(pattern));
        }

        Assert.InRange(Math.Pow(ratio, 1.0 / 20), 0.8, 1.1);
    }

    [Fact]
    public void A_pattern_that_is_none_is_refused()
    {
        Assert.Contains("the number of columns is 3, the number of rows is 2",
            Assert.Throws<ArgumentException>(() => MinimumDegree.Order(new SparsityPattern(2, 3, [0, 0, 0], []))).Message);
        Assert.Contains("column 5 after -1", Assert.Throws<ArgumentException>(() => MinimumDegree.Order(new SparsityPattern(2, 2, [0, 1, 1], [5]))).Message);
        Assert.Contains("column 0 after 1", Assert.Throws<ArgumentException>(() => MinimumDegree.Order(new SparsityPattern(2, 2, [0, 2, 2], [1, 0]))).Message);
        Assert.Contains("starts at 3 and ends at 1", Assert.Throws<ArgumentException>(() => MinimumDegree.Order(new SparsityPattern(3, 3, [0, 3, 1, 3], [0, 1, 2]))).Message);
        Assert.Contains("2 row starts", Assert.Throws<ArgumentException>(() => MinimumDegree.Order(new SparsityPattern(2, 2, [0, 0], []))).Message);
    }

    private static SparsityPattern Symmetric(int n, IEnumerable<(int I, int J)> edges)
    {
        var rows = new SortedSet<int>[n];
        for (int i = 0; i < n; i++)
        {
            rows[i] = [i];
        }

        foreach ((int i, int j) in edges)
        {
            rows[i].Add(j);
            rows[j].Add(i);
        }

        int[] start = new int[n + 1];
        for (int i = 0; i < n; i++)
        {
            start[i + 1] = start[i] + rows[i].Count;
        }

        return new SparsityPattern(n, n, start, [.. rows.SelectMany(r => r)]);
    }

    /// <summary>Entries below the diagonal of the factor of A + A^T, by eliminating in its graph.</summary>
    private static long Fill(SparsityPattern pattern, int[] order)
    {
        HashSet<int>[] graph = Graph(pattern);
        return order.Sum(p => (long)Eliminate(graph, p));
    }

    private static int[] Exact(SparsityPattern pattern)
    {
        HashSet<int>[] graph = Graph(pattern);
        var left = new SortedSet<int>(Enumerable.Range(0, pattern.RowCount));
        var order = new List<int>();
        while (left.Count > 0)
        {
            int p = left.MinBy(i => graph[i].Count);
            left.Remove(p);
            order.Add(p);
            Eliminate(graph, p);
        }

        return [.. order];
    }

    private static HashSet<int>[] Graph(SparsityPattern pattern)
    {
        HashSet<int>[] graph = [.. Enumerable.Range(0, pattern.RowCount).Select(_ => new HashSet<int>())];
        for (int i = 0; i < pattern.RowCount; i++)
        {
            foreach (int j in pattern.Row(i))
            {
                if (i != j)
                {
                    graph[i].Add(j);
                    graph[j].Add(i);
                }
            }
        }

        return graph;
    }

    private static int Eliminate(HashSet<int>[] graph, int p)
    {
        int[] around = [.. graph[p]];
        foreach (int i in around)
        {
            graph[i].UnionWith(around);
            graph[i].Remove(i);
            graph[i].Remove(p);
        }

        return around.Length;
    }
}
