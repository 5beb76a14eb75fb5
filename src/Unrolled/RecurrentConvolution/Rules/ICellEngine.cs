namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// Executes a <see cref="CellRule"/> on grids of one size. All engines of a rule give the same bits in every cell after every step;
/// they differ in how they compute them.
/// </summary>
/// <remarks>An engine holds all memory of a run: <see cref="Step"/> allocates nothing. One thread at a time.</remarks>
public interface ICellEngine
{
    /// <summary>The number of rows of the grid.</summary>
    int Rows { get; }

    /// <summary>The number of columns of the grid.</summary>
    int Columns { get; }

    /// <summary>The number of bits of a cell.</summary>
    int Bits { get; }

    /// <summary>Sets the state.</summary>
    /// <exception cref="ArgumentException">The grid has other extents.</exception>
    void Load(CellGrid grid);

    /// <summary>Applies the rule to all cells at once, as many times as asked.</summary>
    void Step(int steps = 1);

    /// <summary>Copies the state to a grid.</summary>
    /// <exception cref="ArgumentException">The grid has other extents.</exception>
    void Store(CellGrid grid);
}
