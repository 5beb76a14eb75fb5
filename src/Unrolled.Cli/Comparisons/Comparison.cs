namespace Unrolled.Cli.Comparisons;

/// <summary>A learned method beside classical ones on the same held-out problems.</summary>
internal sealed record Comparison
{
    /// <summary>The model file as the user named it.</summary>
    public required string Model { get; init; }

    /// <summary>The problems, in one sentence.</summary>
    public required string Family { get; init; }

    /// <summary>What is compared, with its norm or unit.</summary>
    public required string Metric { get; init; }

    /// <summary>Which values of the metric are better.</summary>
    public Direction Better { get; init; }

    /// <summary>How many problems.</summary>
    public required int Instances { get; init; }

    /// <summary>The seed that drew them.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The methods, learned and classical.</summary>
    public required IReadOnlyList<ComparisonRow> Rows { get; init; }

    /// <summary>Honest sentences: where the learned method wins, and where it loses and to which.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
