using Unrolled.Numerics;

namespace Unrolled.Krylov.Preconditioners;

/// <summary>The row that an elimination works on: values by column, the occupied columns linked in increasing order.</summary>
internal sealed class WorkingRow
{
    private const int Absent = -1;

    private readonly double[] _values;
    private readonly int[] _levels;
    private readonly int[] _after;
    private readonly int _end;

    /// <summary>Creates an empty row of a number of columns.</summary>
    public WorkingRow(int columns)
    {
        _end = columns;
        First = columns;
        _values = new double[columns];
        _levels = new int[columns];
        _after = new int[columns];
        Array.Fill(_after, Absent);
    }

    /// <summary>The first occupied column; the number of columns where there is none.</summary>
    public int First { get; private set; }

    /// <summary>The next occupied column; the number of columns at the end.</summary>
    public int After(int column) => _after[column];

    public double Value(int column) => _values[column];

    public int Level(int column) => _levels[column];

    /// <summary>Empties the row and fills it with a row of a matrix and its diagonal, all of level 0.</summary>
    public void Load(SparseMatrix matrix, int i)
    {
        Clear();
        Insert(i, 0);
        for (int k = matrix.RowStart[i]; k < matrix.RowStart[i + 1]; k++)
        {
            Insert(matrix.ColumnIndices[k], matrix.Values[k]);
        }
    }

    /// <summary>Subtracts from a column; a column that is not occupied is only taken in when its level is allowed.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">What to subtract.</param>
    /// <param name="level">The level of the entry that the subtraction creates.</param>
    /// <param name="largestLevel">The largest level that is kept.</param>
    /// <param name="from">An occupied column before this one, where the search for its place starts.</param>
    /// <returns>The column if it is occupied now, else <paramref name="from"/>: where the next search may start.</returns>
    public int Subtract(int column, double value, int level, int largestLevel, int from)
    {
        if (_after[column] != Absent)
        {
            _values[column] -= value;
            _levels[column] = Math.Min(_levels[column], level);
            return column;
        }

        if (level > largestLevel)
        {
            return from;
        }

        _values[column] = -value;
        _levels[column] = level;
        Link(column, from);
        return column;
    }

    private void Clear()
    {
        for (int column = First; column < _end;)
        {
            int next = _after[column];
            _after[column] = Absent;
            column = next;
        }

        First = _end;
    }

    private void Insert(int column, double value)
    {
        _values[column] = value;
        _levels[column] = 0;
        if (_after[column] != Absent)
        {
            return;
        }

        if (column < First)
        {
            _after[column] = First;
            First = column;
        }
        else
        {
            Link(column, First);
        }
    }

    private void Link(int column, int from)
    {
        while (_after[from] < column)
        {
            from = _after[from];
        }

        _after[column] = _after[from];
        _after[from] = column;
    }
}
