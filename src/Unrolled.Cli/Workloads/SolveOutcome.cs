using Unrolled.Deployment;

namespace Unrolled.Cli.Workloads;

/// <summary>What <c>unrolled solve</c> reports.</summary>
internal sealed record SolveOutcome
{
    /// <summary>What the residual column is, with the norm: <c>relative residual |b - A x| / |b|, recomputed</c>.</summary>
    public required string Residual { get; init; }

    /// <summary>The answer first, then the classical methods beside it.</summary>
    public required IReadOnlyList<SolveRow> Rows { get; init; }

    /// <summary>One line for each part of a problem that has many; null for none.</summary>
    public SolveDetails? Details { get; init; }

    /// <summary>The file that the answer was written to; null for none.</summary>
    public string? Output { get; init; }

    /// <summary>What of the problem lies outside the family that the model was learned for; empty where nothing was found.</summary>
    public IReadOnlyList<OutOfRange> Outside { get; init; } = [];

    /// <summary>Honest sentences about the result.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
