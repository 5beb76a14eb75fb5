namespace Unrolled.Learning;

/// <summary>On how many trajectories an integrator is learned, and among which methods.</summary>
public sealed record IntegratorTrainingOptions
{
    /// <summary>The seed of the trajectories.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many trajectories are fitted.</summary>
    public int Instances { get; init; } = 96;

    /// <summary>How many others decide which method is best and with which steps it may be used.</summary>
    public int Validation { get; init; } = 96;

    /// <summary>Among which methods to look, and how each is fitted.</summary>
    public IntegratorSearchOptions Search { get; init; } = new();
}
