using Unrolled.Numerics;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// The rule on 512 grids of one size at once: a cell's bit is a vector of 512 bits, one per problem. The fast form for many small
/// problems.
/// </summary>
/// <remarks>
/// Storage 128 k + 64 bytes per cell. A step costs one operation per gate and one per bit and cell, for all 512 problems together;
/// steps with <see cref="CellTables"/> cost what the tables' inputs cost, whatever the tables. Nothing is allocated in steps. One thread
/// at a time.
/// </remarks>
public sealed class ProblemsEngine
{
    /// <summary>The number of problems.</summary>
    public const int Problems = 512;

    /// <summary>The number of words that hold one bit of one cell of all problems.</summary>
    public const int WordsPerCell = Problems / 64;

    private readonly CellRule _rule;
    private readonly PlaneEngine _engine;

    /// <summary>Creates the engine.</summary>
    public ProblemsEngine(CellRule rule, int rows, int columns)
        : this(rule, rows, columns, PlaneExecution.Compiled)
    {
    }

    internal ProblemsEngine(CellRule rule, int rows, int columns, PlaneExecution execution)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, (Array.MaxLength / WordsPerCell) - 1);
        (_rule, Rows, Columns, Bits) = (rule, rows, columns, rule.Bits.Length);
        _engine = new PlaneEngine(rule, rows, new PlaneLayout((columns + 1) * WordsPerCell, WordsPerCell), execution);
        for (int i = 0; i < rows; i++)
        {
            _engine.InsideRow(i)[..(columns * WordsPerCell)].Fill(ulong.MaxValue);
        }
    }

    /// <summary>The number of rows of a grid.</summary>
    public int Rows { get; }

    /// <summary>The number of columns of a grid.</summary>
    public int Columns { get; }

    /// <summary>The number of bits of a cell.</summary>
    public int Bits { get; }

    /// <summary>One bit of one cell in all problems, problem n at place n mod 64 of word n / 64; a view, valid until the next step.</summary>
    public Span<ulong> Cell(int bit, int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)bit, (uint)Bits, nameof(bit));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns, nameof(column));
        return _engine.Row(bit, row).Slice(column * WordsPerCell, WordsPerCell);
    }

    /// <summary>Sets all bits of all cells of all problems to 0.</summary>
    public void Clear()
    {
        for (int bit = 0; bit < Bits; bit++)
        {
            for (int i = 0; i < Rows; i++)
            {
                _engine.Row(bit, i).Clear();
            }
        }
    }

    /// <summary>Sets the state of one problem.</summary>
    /// <exception cref="ArgumentException">The grid has other extents.</exception>
    public void Load(int problem, CellGrid grid)
    {
        Require(problem, grid);
        (int word, ulong place) = (problem / 64, 1UL << (problem % 64));
        for (int bit = 0; bit < Bits; bit++)
        {
            for (int i = 0; i < Rows; i++)
            {
                for (int j = 0; j < Columns; j++)
                {
                    ref ulong cell = ref Cell(bit, i, j)[word];
                    cell = grid[bit, i, j] ? cell | place : cell & ~place;
                }
            }
        }
    }

    /// <summary>Copies the state of one problem to a grid.</summary>
    /// <exception cref="ArgumentException">The grid has other extents.</exception>
    public void Store(int problem, CellGrid grid)
    {
        Require(problem, grid);
        for (int bit = 0; bit < Bits; bit++)
        {
            for (int i = 0; i < Rows; i++)
            {
                for (int j = 0; j < Columns; j++)
                {
                    grid[bit, i, j] = ((_engine.ReadRow(bit, i)[(j * WordsPerCell) + (problem / 64)] >> (problem % 64)) & 1) != 0;
                }
            }
        }
    }

    /// <summary>Applies the rule to all cells of all problems at once, as many times as asked.</summary>
    public void Step(int steps = 1) => _engine.Step(steps);

    /// <summary>The same with other functions: the tables are for this engine's rule.</summary>
    /// <exception cref="ArgumentException">The tables are for another rule.</exception>
    public void Step(CellTables tables, int steps = 1)
    {
        ArgumentNullException.ThrowIfNull(tables);
        if (!ReferenceEquals(tables.Rule, _rule))
        {
            throw new ArgumentException($"the tables are for another rule ('{tables.Rule.Name}') than the engine ('{_rule.Name}')", nameof(tables));
        }

        _engine.Step(tables, Columns, steps);
    }

    private void Require(int problem, CellGrid grid)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)problem, (uint)Problems, nameof(problem));
        ArgumentNullException.ThrowIfNull(grid);
        if ((grid.Rows, grid.Columns, grid.Bits) != (Rows, Columns, Bits))
        {
            throw new ArgumentException($"the grid has {grid}, the engine {Rows} x {Columns} cells of {Bits} bits", nameof(grid));
        }
    }
}
