namespace Unrolled.Cli.Reports;

/// <summary>The points of one series. Where a coordinate is not finite the line has a gap.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="X">The abscissas.</param>
/// <param name="Y">The ordinates, as many.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>How it is drawn.</summary>
    public ChartStyle Style { get; init; }

    /// <summary>Whether the line is heavier than the others: the learned method.</summary>
    public bool Emphasized { get; init; }
}
