namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>The state of a cellular automaton: rows x columns cells of k bits.</summary>
/// <remarks>One writer at a time. Storage 4 bytes per cell.</remarks>
public sealed class CellGrid
{
    private readonly uint[] _cells;

    /// <summary>Creates a grid of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An extent is below 1, there are more than <see cref="CellRule.MostBits"/> bits, or
    /// the cells are too many for one array.</exception>
    public CellGrid(int rows, int columns, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, CellRule.MostBits);
        if ((long)rows * columns > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(nameof(rows), $"{rows} x {columns} cells are too many for one array");
        }

        (Rows, Columns, Bits) = (rows, columns, bits);
        _cells = new uint[rows * columns];
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>k, the number of bits of a cell.</summary>
    public int Bits { get; }

    /// <summary>All cells, row after row, bit b of a cell at place b; a view. Bits from k on are 0 and must stay so.</summary>
    public Span<uint> Cells => _cells;

    /// <summary>One bit of one cell.</summary>
    public bool this[int bit, int row, int column]
    {
        get => ((_cells[Place(bit, row, column)] >> bit) & 1) != 0;
        set
        {
            ref uint cell = ref _cells[Place(bit, row, column)];
            cell = value ? cell | (1u << bit) : cell & ~(1u << bit);
        }
    }

    /// <summary>Whether both have the same extents.</summary>
    public bool SameExtents(CellGrid other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Rows, Columns, Bits) == (other.Rows, other.Columns, other.Bits);
    }

    /// <summary>Whether both have the same extents and the same bits.</summary>
    public bool SameAs(CellGrid other) => SameExtents(other) && _cells.AsSpan().SequenceEqual(other._cells);

    /// <summary>A copy.</summary>
    public CellGrid Copy()
    {
        var copy = new CellGrid(Rows, Columns, Bits);
        _cells.CopyTo(copy._cells.AsSpan());
        return copy;
    }

    /// <summary>The extents.</summary>
    public override string ToString() => $"{Rows} x {Columns} cells of {Bits} bits";

    private int Place(int bit, int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)bit, (uint)Bits, nameof(bit));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns, nameof(column));
        return (row * Columns) + column;
    }
}
