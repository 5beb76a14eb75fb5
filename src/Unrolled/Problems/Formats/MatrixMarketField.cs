namespace Unrolled.Problems.Formats;

/// <summary>What kind of values a Matrix Market file holds. Complex values are not supported.</summary>
public enum MatrixMarketField
{
    /// <summary>Finite real numbers.</summary>
    Real,

    /// <summary>Whole numbers of at most 2^53 in magnitude, which a double holds exactly.</summary>
    Integer,

    /// <summary>No values: every listed entry is 1. Coordinate files only.</summary>
    Pattern,
}
