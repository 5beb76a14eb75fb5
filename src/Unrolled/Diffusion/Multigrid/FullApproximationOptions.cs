namespace Unrolled.Diffusion.Multigrid;

/// <summary>The shape of a full approximation scheme.</summary>
public sealed record FullApproximationOptions
{
    /// <summary>What smooths.</summary>
    public Smoother Smoother { get; init; } = Smoother.Convolution;

    /// <summary>How often each level visits the next: 1 for V-cycles, 2 for W-cycles.</summary>
    public int Visits { get; init; } = 1;

    /// <summary>The largest number of levels.</summary>
    public int MostLevels { get; init; } = int.MaxValue;

    /// <summary>Where a solution starts.</summary>
    public MultigridStart Start { get; init; } = MultigridStart.Given;

    /// <summary>How far the norm of the residual is to fall below that of the right-hand side.</summary>
    public double RelativeTolerance { get; init; } = 1e-8;

    /// <summary>The largest number of cycles.</summary>
    public int MostCycles { get; init; } = 100;
}
