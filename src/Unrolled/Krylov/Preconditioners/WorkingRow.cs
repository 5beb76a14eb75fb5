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

    public void Clear()
    {
        for (int column = First; column < _end;)
        {
            int next = _after[column];
            _after[column] = Absent;
            column = next;
        }

        First = _end;
    }

    /// <summary>Occupies a column, or sets its value where it is occupied.</summary>
    public void Insert(int column, double value, int level)
    {
        _values[column] = value;
        _levels[column] = level;
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
