namespace Unrolled.Numerics;

/// <summary>The positions of a matrix that can be nonzero, by rows: row i has the columns <c>Columns[RowStart[i] .. RowStart[i+1]]</c>.</summary>
/// <param name="RowCount">Number of rows.</param>
/// <param name="ColumnCount">Number of columns.</param>
/// <param name="RowStart">Where each row begins, and the end of the last.</param>
/// <param name="Columns">Column indices, ascending in each row.</param>
public sealed record SparsityPattern(int RowCount, int ColumnCount, int[] RowStart, int[] Columns)
{
    /// <summary>The columns of a row.</summary>
    public ReadOnlySpan<int> Row(int row) => Columns.AsSpan(RowStart[row]..RowStart[row + 1]);

    /// <summary>The number of positions.</summary>
    public int Count => Columns.Length;
}
