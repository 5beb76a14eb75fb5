using Unrolled.Cli.Comparisons;

namespace Unrolled.Cli.Headlines;

/// <summary>A statistic of a comparison.</summary>
/// <param name="Name">Its name, as it is shown.</param>
/// <param name="Of">Its value in a row; null where the row has none.</param>
internal sealed record Statistic(string Name, Func<ComparisonRow, double?> Of)
{
    /// <summary>All statistics.</summary>
    public static IReadOnlyList<Statistic> All { get; } =
    [
        new("geometric mean", r => r.GeometricMean),
        new("mean", r => r.Mean),
        new("median", r => r.Median),
        new("worst", r => r.Worst),
    ];
}
