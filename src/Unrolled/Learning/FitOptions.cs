using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>How coefficients are fitted.</summary>
public sealed record FitOptions
{
    /// <summary>The largest number of rounds; weights change between rounds.</summary>
    public int Rounds { get; init; } = 25;

    /// <summary>Levenberg-Marquardt steps in a round.</summary>
    public int StepsPerRound { get; init; } = 12;

    /// <summary>The fit ends when this many rounds in a row improve the validation error by less than 0.1 %.</summary>
    public int Patience { get; init; } = 4;

    /// <summary>Weight of the square of the correction, per instance.</summary>
    public double Ridge { get; init; } = 1e-4;

    /// <summary>ρ: how much more the rollouts with little gain count where gains are balanced; 0 for all alike.</summary>
    public double Balance { get; init; } = 4;

    /// <summary>The largest change of a coefficient.</summary>
    public double Cap { get; init; } = 2;

    /// <summary>The number of threads; null for all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>The processes that share the work; the result does not depend on how many there are.</summary>
    public IRanks Ranks { get; init; } = Numerics.Ranks.Alone;
}
