using Unrolled.RungeKutta;

namespace Unrolled.Tests.RungeKutta;

public class RootedTreeTests
{
    [Fact]
    public void CountsAreThoseOfCayley()
    {
        int[] counts = [1, 1, 2, 4, 9, 20, 48, 115, 286, 719];
        Assert.Equal(counts, Enumerable.Range(1, RootedTree.LargestOrder).Select(order => RootedTree.OfOrder(order).Length));
        Assert.Equal(200, RootedTree.CountUpTo(8));
    }

    [Fact]
    public void TreesUpToFourVerticesComeAsTextbooksPrintThem()
    {
        string[] expected = ["τ", "[τ]", "[τ,τ]", "[[τ]]", "[τ,τ,τ]", "[τ,[τ]]", "[[τ,τ]]", "[[[τ]]]"];
        Assert.Equal(expected, RootedTree.UpTo(4).ToArray().Select(tree => tree.ToString()));
        Assert.Equal([1, 2, 3, 6, 4, 8, 12, 24], RootedTree.UpTo(4).ToArray().Select(tree => tree.Density));
        Assert.Equal([1, 1, 2, 1, 6, 1, 2, 1], RootedTree.UpTo(4).ToArray().Select(tree => tree.Symmetry));
    }

    [Fact]
    public void TreesAreDistinctAndOrdered()
    {
        RootedTree[] trees = RootedTree.UpTo(RootedTree.LargestOrder).ToArray();
        Assert.Equal(trees.Length, trees.Select(tree => tree.ToString()).Distinct().Count());
        Assert.All(trees, tree => Assert.Same(tree, trees[tree.Index]));
        Assert.All(trees.Zip(trees.Skip(1)), pair => Assert.True(pair.First.Order <= pair.Second.Order));
    }

    /// <summary>Monotone labellings count |t|!/(γσ) for each tree and (n-1)! together, an independent check of both numbers.</summary>
    [Fact]
    public void LabellingsOfAllTreesOfAnOrderAddUpToAFactorial()
    {
        long factorial = 1;
        for (int order = 1; order <= RootedTree.LargestOrder; order++)
        {
            Rational sum = 0;
            foreach (RootedTree tree in RootedTree.OfOrder(order))
            {
                sum += new Rational(1, tree.Density * tree.Symmetry);
            }

            Assert.Equal(new Rational(1, order), sum);
            factorial *= order;
            Assert.All(RootedTree.OfOrder(order).ToArray(), tree => Assert.Equal(0, factorial % (tree.Density * tree.Symmetry)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void OrdersOutOfRangeAreRefused(int order) =>
        Assert.Contains($"{order} was asked for", Assert.Throws<ArgumentOutOfRangeException>(() => RootedTree.UpTo(order)).Message);
}
