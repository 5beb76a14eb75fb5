using Unrolled.Numerics;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// The rule as gates on words of 64 neighboring cells: one word operation computes a gate of 64 cells, neighbors to the left and right
/// are shifts. The fast form for one large grid.
/// </summary>
/// <remarks>
/// Storage (2 k + 1) bits per cell, rows padded to whole words. A step costs one operation per gate, one per bit and one per input to
/// the left or right, for 512 cells each where registers have 512 bits.
/// </remarks>
public sealed class BitSlicedEngine : ICellEngine
{
    private const int WordBits = 64;

    private readonly PlaneEngine _engine;

    /// <summary>Creates the engine.</summary>
    public BitSlicedEngine(CellRule rule, int rows, int columns)
        : this(rule, rows, columns, PlaneExecution.Compiled)
    {
    }

    internal BitSlicedEngine(CellRule rule, int rows, int columns, PlaneExecution execution)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        (Rows, Columns, Bits) = (rows, columns, rule.Bits.Length);
        _engine = new PlaneEngine(rule, rows, new PlaneLayout((columns / WordBits) + 1, 0), execution);
        for (int i = 0; i < rows; i++)
        {
            Span<ulong> row = _engine.InsideRow(i);
            row.Fill(ulong.MaxValue);
            row[^1] = (1UL << (columns % WordBits)) - 1;
        }
    }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public int Bits { get; }

    /// <inheritdoc/>
    public void Load(CellGrid grid)
    {
        GridExtents.Require(this, grid);
        for (int i = 0; i < Rows; i++)
        {
            ReadOnlySpan<uint> cells = grid.Cells.Slice(i * Columns, Columns);
            for (int b = 0; b < Bits; b++)
            {
                Span<ulong> row = _engine.Row(b, i);
                row.Clear();
                for (int j = 0; j < cells.Length; j++)
                {
                    row[j / WordBits] |= (ulong)((cells[j] >> b) & 1) << (j % WordBits);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Step(int steps = 1) => _engine.Step(steps);

    /// <inheritdoc/>
    public void Store(CellGrid grid)
    {
        GridExtents.Require(this, grid);
        grid.Cells.Clear();
        for (int i = 0; i < Rows; i++)
        {
            Span<uint> cells = grid.Cells.Slice(i * Columns, Columns);
            for (int b = 0; b < Bits; b++)
            {
                ReadOnlySpan<ulong> row = _engine.ReadRow(b, i);
                for (int j = 0; j < cells.Length; j++)
                {
                    cells[j] |= (uint)((row[j / WordBits] >> (j % WordBits)) & 1) << b;
                }
            }
        }
    }
}
