namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// The rule as it is written: cell after cell, gate after gate, table row after table row. The reference for all other engines.
/// </summary>
/// <remarks>Storage 8 bytes per cell; a step costs one evaluation of all functions per cell.</remarks>
public sealed class AutomatonEngine : ICellEngine
{
    private readonly CellInput[] _inputs;
    private readonly GateEvaluator _next;
    private CellGrid _state, _after;

    /// <summary>Creates the engine.</summary>
    public AutomatonEngine(CellRule rule, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(rule);
        _inputs = rule.Inputs.ToArray();
        _next = new GateEvaluator(rule.Next);
        _state = new CellGrid(rows, columns, rule.Bits.Length);
        _after = new CellGrid(rows, columns, rule.Bits.Length);
    }

    /// <inheritdoc/>
    public int Rows => _state.Rows;

    /// <inheritdoc/>
    public int Columns => _state.Columns;

    /// <inheritdoc/>
    public int Bits => _state.Bits;

    /// <inheritdoc/>
    public void Load(CellGrid grid)
    {
        GridExtents.Require(this, grid);
        grid.Cells.CopyTo(_state.Cells);
    }

    /// <inheritdoc/>
    public void Step(int steps = 1)
    {
        for (; steps > 0; steps--)
        {
            Span<uint> after = _after.Cells;
            for (int i = 0; i < Rows; i++)
            {
                for (int j = 0; j < Columns; j++)
                {
                    after[(i * Columns) + j] = _next.Evaluate(InputsOf(i, j));
                }
            }

            (_state, _after) = (_after, _state);
        }
    }

    /// <inheritdoc/>
    public void Store(CellGrid grid)
    {
        GridExtents.Require(this, grid);
        _state.Cells.CopyTo(grid.Cells);
    }

    /// <summary>What a cell sees now, input 0 in the lowest bit.</summary>
    public ulong InputsOf(int row, int column)
    {
        ulong inputs = 0;
        for (int n = 0; n < _inputs.Length; n++)
        {
            (int bit, int i, int j) = (_inputs[n].Bit, row + _inputs[n].RowOffset, column + _inputs[n].ColumnOffset);
            bool inside = (uint)i < (uint)Rows && (uint)j < (uint)Columns;
            inputs |= inside && (bit == CellInput.Inside || _state[bit, i, j]) ? 1UL << n : 0;
        }

        return inputs;
    }
}
