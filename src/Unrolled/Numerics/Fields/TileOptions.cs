namespace Unrolled.Numerics;

/// <summary>How a large image is cut and who works on it.</summary>
public sealed record TileOptions
{
    /// <summary>The rows and columns that a tile contributes to the result.</summary>
    public int Extent { get; init; } = 512;

    /// <summary>How many threads work on the tiles of a band.</summary>
    public int Threads { get; init; } = 1;
}
