using Unrolled.Numerics;

namespace Unrolled;

/// <summary>
/// The named, shaped arrays θ of a method: all that training changes and all that a model file stores. The blocks stand
/// one after the other, in row-major order and without gaps, in one array that starts at a multiple of 64 bytes, so that
/// an optimizer sees a single vector and a method sees its own arrays.
/// </summary>
/// <remarks>
/// The layout never changes; the numbers may. Gradients and moments have the layout of their parameters
/// (<see cref="ZerosLike"/>). Storage: the sum of the blocks' lengths. One writer at a time.
/// <code>
/// var theta = new Parameters(("weights", [3, 4]), ("shift", []));
/// theta["weights"][4] = 0.5; // row 1, column 0
/// </code>
/// </remarks>
public sealed class Parameters
{
    private readonly ParameterBlock[] _blocks;
    private readonly Batch _values;

    /// <summary>Creates parameters that are all 0.</summary>
    /// <param name="layout">The name and the extents of every block, in order; a single number has no extents.</param>
    /// <exception cref="ArgumentException">A name is empty or occurs twice, or an extent is negative.</exception>
    public Parameters(params ReadOnlySpan<(string Name, int[] Shape)> layout)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        _blocks = new ParameterBlock[layout.Length];
        int start = 0;
        for (int i = 0; i < layout.Length; i++)
        {
            (string name, int[] shape) = layout[i];
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(layout));
            ArgumentNullException.ThrowIfNull(shape, nameof(layout));
            if (!names.Add(name))
            {
                throw new ArgumentException($"two blocks are named '{name}'", nameof(layout));
            }

            _blocks[i] = new ParameterBlock(name, [.. shape], start, LengthOf(name, shape));
            start = checked(start + _blocks[i].Length);
        }

        _values = Batch.Zeros(start, 1);
    }

    private Parameters(Parameters layout)
    {
        _blocks = layout._blocks;
        _values = Batch.Zeros(layout.Length, 1);
    }

    /// <summary>The blocks in order.</summary>
    public IReadOnlyList<ParameterBlock> Blocks => _blocks;

    /// <summary>How many numbers all blocks hold together.</summary>
    public int Length => _values.Components;

    /// <summary>All numbers as one vector; a view.</summary>
    public Batch Vector => _values;

    /// <summary>All numbers, block after block; a view.</summary>
    public Span<double> Values => _values.Values;

    /// <summary>The numbers of a block in row-major order; a view.</summary>
    /// <exception cref="ArgumentException">There is no block of that name.</exception>
    public Span<double> this[string name]
    {
        get
        {
            ParameterBlock block = Block(name);
            return Values.Slice(block.Start, block.Length);
        }
    }

    /// <summary>A block by its name.</summary>
    /// <exception cref="ArgumentException">There is no block of that name.</exception>
    public ParameterBlock Block(string name) =>
        Array.Find(_blocks, b => b.Name == name)
        ?? throw new ArgumentException($"there is no block '{name}'; the blocks are {string.Join(", ", _blocks.AsEnumerable())}", nameof(name));

    /// <summary>Whether there is a block of that name.</summary>
    public bool Has(string name) => Array.Exists(_blocks, b => b.Name == name);

    /// <summary>
    /// A block as a batch that shares its memory: the first extent counts the components, the others together the
    /// instances, so that row <c>i</c> of a matrix is <c>Row(i)</c> of the batch.
    /// </summary>
    /// <exception cref="ArgumentException">There is no block of that name.</exception>
    public Batch View(string name)
    {
        ParameterBlock block = Block(name);
        int rows = block.Shape.Length == 0 ? 1 : block.Shape[0];
        return _values.Part(block.Start, rows, rows == 0 ? 0 : block.Length / rows);
    }

    /// <summary>Parameters of the same layout with the same numbers and memory of their own.</summary>
    public Parameters Clone()
    {
        var clone = new Parameters(this);
        Values.CopyTo(clone.Values);
        return clone;
    }

    /// <summary>Parameters of the same layout that are all 0: a gradient, for example.</summary>
    public Parameters ZerosLike() => new(this);

    /// <summary>Copies all numbers to parameters of the same layout.</summary>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public void CopyTo(Parameters destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!SameLayout(destination))
        {
            throw new ArgumentException($"destination has the blocks {destination}, the source has {this}", nameof(destination));
        }

        Values.CopyTo(destination.Values);
    }

    /// <summary>Whether the blocks have the same names and extents in the same order.</summary>
    public bool SameLayout(Parameters other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _blocks.Length == other._blocks.Length && _blocks.Zip(other._blocks).All(pair => pair.First.Matches(pair.Second));
    }

    /// <summary>The names and extents of all blocks.</summary>
    public override string ToString() => string.Join(", ", _blocks.AsEnumerable());

    private static int LengthOf(string name, int[] shape)
    {
        long length = 1;
        foreach (int extent in shape)
        {
            if (extent < 0)
            {
                throw new ArgumentException($"block '{name}' has the extent {extent}; it must not be negative");
            }

            length = Math.Min(length * extent, int.MaxValue + 1L);
        }

        return length <= int.MaxValue
            ? (int)length
            : throw new ArgumentException($"block '{name}' of {string.Join(" x ", shape)} numbers is too large for one array");
    }
}
