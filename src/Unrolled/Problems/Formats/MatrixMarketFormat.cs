namespace Unrolled.Problems.Formats;

/// <summary>How a Matrix Market file lists its elements.</summary>
public enum MatrixMarketFormat
{
    /// <summary>One line per stored entry: row, column, value.</summary>
    Coordinate,

    /// <summary>One line per element of a dense matrix, column by column.</summary>
    Array,
}
