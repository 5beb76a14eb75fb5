namespace Unrolled;

/// <summary>The name, shape and place of one array of a <see cref="Parameters"/>.</summary>
public sealed class ParameterBlock
{
    private readonly int[] _shape;

    internal ParameterBlock(string name, int[] shape, int start, int length)
    {
        Name = name;
        _shape = shape;
        Start = start;
        Length = length;
    }

    /// <summary>The name, unique among the blocks of its parameters.</summary>
    public string Name { get; }

    /// <summary>The extents, outermost first; a single number has none.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>Where the block begins among all values.</summary>
    public int Start { get; }

    /// <summary>How many numbers the block holds: the product of its extents.</summary>
    public int Length { get; }

    /// <summary>Whether the other block has the same name and the same extents.</summary>
    public bool Matches(ParameterBlock other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Name == other.Name && Shape.SequenceEqual(other.Shape);
    }

    /// <summary>The name and the extents, such as <c>weights[5 x 4]</c>.</summary>
    public override string ToString() => $"{Name}[{string.Join(" x ", _shape)}]";
}
