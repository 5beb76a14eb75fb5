using System.Runtime.InteropServices;

namespace Unrolled.Problems.Formats;

/// <summary>A matrix of a MATPOWER case: its leading columns, which are the ones with a meaning for power flow, and where each number stands.</summary>
/// <remarks>Numbers are as in the file, so they may be infinite or not numbers. Immutable once read.</remarks>
public sealed class MatpowerTable
{
    private readonly string source;
    private readonly List<double> values = [];
    private readonly List<(int Line, int Column)> places = [];

    internal MatpowerTable(string source, string name, int columns, long line) =>
        (this.source, Name, Columns, Line) = (source, name, columns, line);

    /// <summary>The name in the file, such as <c>mpc.bus</c>.</summary>
    public string Name { get; }

    /// <summary>The line where the matrix begins.</summary>
    public long Line { get; }

    /// <summary>The number of columns kept.</summary>
    public int Columns { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => values.Count / Columns;

    /// <summary>A number, both indices from 0.</summary>
    public double this[int row, int column] => values[Place(row, column)];

    /// <summary>A row, shape (Columns).</summary>
    public ReadOnlySpan<double> Row(int row) => CollectionsMarshal.AsSpan(values).Slice(Place(row, 0), Columns);

    /// <summary>The line of a number.</summary>
    public long LineOf(int row) => places[Place(row, 0)].Line;

    /// <summary>An exception for a fault at a number: it names the line and the column of the file.</summary>
    public InvalidInputException Fault(int row, int column, string fault)
    {
        (int line, int place) = places[Place(row, column)];
        return new InvalidInputException(source, line, place, fault);
    }

    internal void Add(double value, long line, long column)
    {
        values.Add(value);
        places.Add(((int)line, (int)column));
    }

    private int Place(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns, nameof(column));
        return (row * Columns) + column;
    }
}
