using System.Text;

namespace Unrolled.RungeKutta;

/// <summary>
/// An unlabelled rooted tree: one elementary differential of <c>y' = f(y)</c> and hence one order condition
/// <c>sum_i b_i Φ_i(t) = 1/γ(t)</c> of a Runge-Kutta method.
/// </summary>
/// <remarks>
/// <para>
/// The single order of all trees that every array of defects follows: by number of vertices; among equals, the ascending
/// list of the indices of the children, compared lexicographically. Up to four vertices this is the order in which
/// textbooks print the conditions: <c>b·1; b·c; b·c², b·Ac; b·c³, b·(c Ac), b·Ac², b·AAc</c>.
/// </para>
/// <para>
/// Reference: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, section II.2,
/// doi:10.1007/978-3-540-78862-1; the counts 1, 1, 2, 4, 9, 20, 48, 115, 286, 719 are sequence A000081.
/// </para>
/// </remarks>
public sealed class RootedTree
{
    /// <summary>The largest number of vertices for which trees are listed.</summary>
    public const int LargestOrder = 10;

    private static readonly RootedTree[] Trees = Enumerate();

    private readonly RootedTree[] _children;

    private RootedTree(int index, RootedTree[] children)
    {
        Index = index;
        _children = children;
        Order = 1;
        long product = 1;
        Symmetry = 1;
        int repeats = 0;
        for (int i = 0; i < children.Length; i++)
        {
            Order += children[i].Order;
            product *= children[i].Density;
            repeats = i > 0 && children[i] == children[i - 1] ? repeats + 1 : 1;
            Symmetry *= children[i].Symmetry * repeats;
        }

        Density = Order * product;
    }

    /// <summary>The position in <see cref="UpTo"/>, starting at 0 for the single vertex.</summary>
    public int Index { get; }

    /// <summary>The number of vertices <c>|t|</c>, which is the order of the condition.</summary>
    public int Order { get; }

    /// <summary>The density <c>γ(t) = |t| γ(t_1) ... γ(t_m)</c>: <c>1/γ(t)</c> is the right-hand side of the condition.</summary>
    public long Density { get; }

    /// <summary>The symmetry <c>σ(t)</c>: the number of permutations of vertices that leave the tree unchanged.</summary>
    public long Symmetry { get; }

    /// <summary>The subtrees <c>t_1 ... t_m</c> at the root, by ascending index.</summary>
    public ReadOnlySpan<RootedTree> Children => _children;

    /// <summary>All trees with at most <paramref name="order"/> vertices, in the documented order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not between 1 and <see cref="LargestOrder"/>.</exception>
    public static ReadOnlySpan<RootedTree> UpTo(int order) => Trees.AsSpan(0, CountUpTo(order));

    /// <summary>All trees with exactly <paramref name="order"/> vertices, in the documented order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not between 1 and <see cref="LargestOrder"/>.</exception>
    public static ReadOnlySpan<RootedTree> OfOrder(int order) => UpTo(order)[(order == 1 ? 0 : CountUpTo(order - 1))..];

    /// <summary>The number of trees with at most <paramref name="order"/> vertices: 1, 2, 4, 8, 17, 37, 85, 200, 486, 1205.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not between 1 and <see cref="LargestOrder"/>.</exception>
    public static int CountUpTo(int order) => order is < 1 or > LargestOrder
        ? throw new ArgumentOutOfRangeException(nameof(order), order, $"Trees have 1 to {LargestOrder} vertices here; {order} was asked for.")
        : Array.FindLastIndex(Trees, tree => tree.Order <= order) + 1;

    /// <summary>The tree in brackets: <c>τ</c> is a vertex, <c>[τ,[τ]]</c> a root with a leaf and a chain of two.</summary>
    public override string ToString() => _children.Length == 0
        ? "τ"
        : new StringBuilder("[").AppendJoin(',', (object[])_children).Append(']').ToString();

    private static RootedTree[] Enumerate()
    {
        List<RootedTree> trees = [new RootedTree(0, [])];
        for (int order = 2; order <= LargestOrder; order++)
        {
            int smaller = trees.Count;
            Extend([], order - 1, 0, smaller, trees);
        }

        return [.. trees];
    }

    // Completes an ascending list of children so that `vertices` more vertices are used: lexicographic by construction.
    private static void Extend(RootedTree[] children, int vertices, int first, int smaller, List<RootedTree> trees)
    {
        if (vertices == 0)
        {
            trees.Add(new RootedTree(trees.Count, children));
            return;
        }

        for (int i = first; i < smaller && trees[i].Order <= vertices; i++)
        {
            Extend([.. children, trees[i]], vertices - trees[i].Order, i, smaller, trees);
        }
    }
}
