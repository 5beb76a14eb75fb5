using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>Whether blocks have kernels and fluxes of their own.</summary>
public enum WeightSharing
{
    /// <summary>Every block has its own.</summary>
    None,

    /// <summary>All blocks use the same: a recurrent network.</summary>
    AllBlocks,
}

/// <summary>What a network adds to its blocks.</summary>
[Flags]
public enum NetworkTerms
{
    /// <summary>Nothing: every block is an explicit diffusion step.</summary>
    None = 0,

    /// <summary>A data term after every block: <c>(1 - gamma) v + gamma f</c>.</summary>
    Data = 1,

    /// <summary>A skip over two blocks after every block: <c>alpha v + (1 - alpha) u_before</c>.</summary>
    Extrapolation = 2,
}

/// <summary>The structure of a <see cref="SymmetricNetwork"/>.</summary>
public sealed record SymmetricNetworkOptions
{
    /// <summary>The number of blocks.</summary>
    public int Blocks { get; init; } = 5;

    /// <summary>The number of filters.</summary>
    public int Filters { get; init; } = 16;

    /// <summary>The height of a kernel; 1 for signals.</summary>
    public int KernelRows { get; init; } = 5;

    /// <summary>The width of a kernel.</summary>
    public int KernelColumns { get; init; } = 5;

    /// <summary>The channels of the state between blocks.</summary>
    public int StateChannels { get; init; } = 1;

    /// <summary>The flux.</summary>
    public FluxShape Flux { get; init; } = FluxShape.Spline();

    /// <summary>Which blocks share kernels and flux; step sizes, data terms and skips are always a block's own.</summary>
    public WeightSharing Sharing { get; init; }

    /// <summary>What is added to the blocks.</summary>
    public NetworkTerms Terms { get; init; }

    /// <summary>The noise levels at which fluxes, step sizes and data terms have numbers of their own.</summary>
    public NoiseLevels Levels { get; init; } = new(1);

    /// <summary>What stands outside.</summary>
    public Boundary Boundary { get; init; } = Boundary.Reflecting;
}
