namespace Unrolled.Cli.Reports;

/// <summary>An axis of a chart.</summary>
/// <param name="Title">The quantity with its unit: <c>time (s)</c>.</param>
internal sealed record ChartAxis(string Title)
{
    /// <summary>Whether equal distances are equal ratios; what is not positive is not drawn then.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>The lower end; by the data when null.</summary>
    public double? Low { get; init; }

    /// <summary>The upper end; by the data when null.</summary>
    public double? High { get; init; }
}
