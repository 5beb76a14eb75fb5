namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// What a cell sees: one bit of itself or of one of its eight neighbors. Cells outside the grid read 0 in every bit, and
/// <see cref="Inside"/> reads 1 in every cell of the grid, so that a rule can tell where the grid ends.
/// </summary>
/// <param name="Bit">The number of the state bit, from 0, or <see cref="Inside"/>.</param>
/// <param name="RowOffset">-1 for the row above, 0, or 1 for the row below.</param>
/// <param name="ColumnOffset">-1 for the column to the left, 0, or 1 for the column to the right.</param>
public readonly record struct CellInput(int Bit, int RowOffset = 0, int ColumnOffset = 0)
{
    /// <summary>The constant bit <c>in</c>: 1 inside the grid, 0 outside.</summary>
    public const int Inside = -1;

    private static readonly string[] Names = ["up-left", "up", "up-right", "left", string.Empty, "right", "down-left", "down", "down-right"];

    /// <summary>The nine directions by name, rows first; the cell itself is the empty name.</summary>
    public static ReadOnlySpan<string> Directions => Names;

    /// <summary>The direction's name; empty for the cell itself.</summary>
    public string Direction => Names[(3 * (RowOffset + 1)) + ColumnOffset + 1];
}
