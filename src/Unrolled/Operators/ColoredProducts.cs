using System.Collections.Concurrent;
using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>The entries of a sparse Jacobian from products with it, one per color of its columns.</summary>
/// <remarks>Safe for use by several threads; the memory for directions and products is kept and reused.</remarks>
internal sealed class ColoredProducts(SparsityPattern pattern)
{
    private readonly ConcurrentBag<BatchArena> _memory = [];
    private readonly ColumnColoring _coloring = ColumnColoring.Of(pattern);

    /// <summary>The number of products.</summary>
    public int Count => _coloring.Count;

    /// <summary>Writes the entries of J(x) in the order of the pattern.</summary>
    public void Entries(INonlinearOperator f, Batch x, Batch linearization, Batch entries)
    {
        BatchArena arena = _memory.TryTake(out BatchArena? kept) ? kept : new BatchArena();
        arena.Reset();
        Batch direction = arena.Take(x.Components, x.Instances), product = arena.Take(x.Components, x.Instances);
        for (int color = 0; color < _coloring.Count; color++)
        {
            _coloring.Seed(color, direction);
            f.ApplyJacobian(x, linearization, direction, product);
            _coloring.Recover(color, product, entries);
        }

        _memory.Add(arena);
    }
}
