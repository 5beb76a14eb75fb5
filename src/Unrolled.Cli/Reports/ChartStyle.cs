namespace Unrolled.Cli.Reports;

/// <summary>How a series is drawn.</summary>
internal enum ChartStyle
{
    /// <summary>Straight lines, with markers where the points are few.</summary>
    Line,

    /// <summary>Each value holds until the next.</summary>
    Step,

    /// <summary>Markers alone.</summary>
    Points,
}
