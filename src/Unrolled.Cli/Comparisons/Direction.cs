namespace Unrolled.Cli.Comparisons;

/// <summary>Which values of a metric are better.</summary>
internal enum Direction
{
    /// <summary>Smaller ones: residuals, errors.</summary>
    Smaller,

    /// <summary>Larger ones: signal-to-noise ratios, which are logarithms and have no geometric mean.</summary>
    Larger,
}
