using System.Runtime.CompilerServices;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>The check of engines at their entries.</summary>
internal static class GridExtents
{
    public static void Require(ICellEngine engine, CellGrid grid, [CallerArgumentExpression(nameof(grid))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(grid, name);
        if ((grid.Rows, grid.Columns, grid.Bits) != (engine.Rows, engine.Columns, engine.Bits))
        {
            throw new ArgumentException($"the grid has {grid}, the engine {engine.Rows} x {engine.Columns} cells of {engine.Bits} bits", name);
        }
    }
}
