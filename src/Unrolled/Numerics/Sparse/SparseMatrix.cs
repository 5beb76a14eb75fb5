namespace Unrolled.Numerics;

/// <summary>
/// A real sparse matrix in compressed sparse row (CSR) form: the entries of row <c>i</c> are
/// <c>Values[RowStart[i] .. RowStart[i + 1]]</c>, and their columns stand at the same places of
/// <see cref="ColumnIndices"/>, strictly increasing within a row. Indices count from 0.
/// </summary>
/// <remarks>
/// Immutable, so any number of threads may share one. Storage: 4 (rows + 1) + 12 entries bytes. Entries whose value is
/// zero are kept: they belong to the structure. Values are not checked, so they may be infinite or not numbers.
/// </remarks>
public sealed class SparseMatrix
{
    private readonly int[] rowStart;
    private readonly int[] columnIndices;
    private readonly double[] values;

    private SparseMatrix(int rows, int columns, int[] rowStart, int[] columnIndices, double[] values)
    {
        Rows = rows;
        Columns = columns;
        this.rowStart = rowStart;
        this.columnIndices = columnIndices;
        this.values = values;
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of stored entries, zeros among them included.</summary>
    public int StoredEntries => values.Length;

    /// <summary>Where each row begins, shape (Rows + 1); the last element is <see cref="StoredEntries"/>.</summary>
    public ReadOnlySpan<int> RowStart => rowStart;

    /// <summary>The column of each entry, shape (StoredEntries), strictly increasing within a row.</summary>
    public ReadOnlySpan<int> ColumnIndices => columnIndices;

    /// <summary>The value of each entry, shape (StoredEntries).</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>The element in a row and a column: the stored value, or 0. Work: a binary search in the row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the matrix.</exception>
    public double this[int row, int column]
    {
        get
        {
            RequireIndex(row, Rows, nameof(row));
            RequireIndex(column, Columns, nameof(column));
            int found = columnIndices.AsSpan(rowStart[row]..rowStart[row + 1]).BinarySearch(column);
            return found < 0 ? 0 : values[rowStart[row] + found];
        }
    }

    /// <summary>Builds a matrix from its entries (row, column, value), in any order.</summary>
    /// <remarks>Work and temporary storage are linear in rows + columns + entries: two stable counting sorts.</remarks>
    /// <param name="rows">The number of rows, 0 or more.</param>
    /// <param name="columns">The number of columns, 0 or more.</param>
    /// <param name="rowIndices">The row of each entry, from 0.</param>
    /// <param name="columnIndices">The column of each entry, from 0; as long as <paramref name="rowIndices"/>.</param>
    /// <param name="values">The value of each entry; as long as <paramref name="rowIndices"/>.</param>
    /// <exception cref="ArgumentException">Lengths differ, an index is outside the matrix, or an entry is given twice.</exception>
    public static SparseMatrix FromTriplets(
        int rows, int columns, ReadOnlySpan<int> rowIndices, ReadOnlySpan<int> columnIndices, ReadOnlySpan<double> values)
    {
        RequireSize(rows, columns);
        RequireLength(rowIndices.Length, columnIndices.Length, "column indices", "row indices");
        RequireLength(rowIndices.Length, values.Length, "values", "row indices");
        for (int k = 0; k < values.Length; k++)
        {
            RequireIndex(rowIndices[k], rows, nameof(rowIndices));
            RequireIndex(columnIndices[k], columns, nameof(columnIndices));
        }

        SparseMatrix matrix = Compress(rows, columns, rowIndices, columnIndices, values);
        return matrix.FindUnorderedEntry() is (int row, int column)
            ? throw new ArgumentException($"entry ({row}, {column}) is given twice", nameof(rowIndices))
            : matrix;
    }

    /// <summary>Builds a matrix from arrays already in compressed sparse row form, which are checked and copied.</summary>
    /// <param name="rows">The number of rows, 0 or more.</param>
    /// <param name="columns">The number of columns, 0 or more.</param>
    /// <param name="rowStart">Where each row begins: rows + 1 numbers from 0 to the number of entries, never decreasing.</param>
    /// <param name="columnIndices">The column of each entry, strictly increasing within a row.</param>
    /// <param name="values">The value of each entry; as long as <paramref name="columnIndices"/>.</param>
    /// <exception cref="ArgumentException">The arrays are not the compressed form of a matrix; the text says where.</exception>
    public static SparseMatrix FromCompressedRows(
        int rows, int columns, ReadOnlySpan<int> rowStart, ReadOnlySpan<int> columnIndices, ReadOnlySpan<double> values)
    {
        RequireSize(rows, columns);
        RequireLength((long)rows + 1, rowStart.Length, "row starts", "rows + 1");
        RequireLength(columnIndices.Length, values.Length, "values", "column indices");
        if (rowStart[0] != 0 || rowStart[rows] != values.Length)
        {
            throw new ArgumentException(
                $"row starts run from {rowStart[0]} to {rowStart[rows]}, expected 0 to {values.Length}", nameof(rowStart));
        }

        for (int i = 0; i < rows; i++)
        {
            if (rowStart[i + 1] < rowStart[i])
            {
                throw new ArgumentException($"row {i} starts at {rowStart[i]} and ends at {rowStart[i + 1]}", nameof(rowStart));
            }
        }

        foreach (int column in columnIndices)
        {
            RequireIndex(column, columns, nameof(columnIndices));
        }

        var matrix = new SparseMatrix(rows, columns, rowStart.ToArray(), columnIndices.ToArray(), values.ToArray());
        return matrix.FindUnorderedEntry() is (int unorderedRow, int unordered)
            ? throw new ArgumentException($"columns do not increase at entry ({unorderedRow}, {unordered})", nameof(columnIndices))
            : matrix;
    }

    /// <summary>The matrix with the same structure and other values, shape (StoredEntries). The structure is shared, not copied.</summary>
    /// <exception cref="ArgumentException">The number of values is not <see cref="StoredEntries"/>.</exception>
    public SparseMatrix WithValues(ReadOnlySpan<double> values)
    {
        RequireLength(StoredEntries, values.Length, "values", "stored entries");
        return new SparseMatrix(Rows, Columns, rowStart, columnIndices, values.ToArray());
    }

    /// <summary>
    /// <c>destination = A x</c>. Each row is summed from left to right with one rounding per entry (fused multiply-add,
    /// starting at 0), so the result has the same bits everywhere.
    /// </summary>
    /// <param name="x">Shape (Columns).</param>
    /// <param name="destination">Shape (Rows); may not overlap <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">A length does not fit the matrix, or the spans overlap.</exception>
    public void Multiply(ReadOnlySpan<double> x, Span<double> destination)
    {
        RequireLength(Columns, x.Length, "elements of x", "columns");
        RequireLength(Rows, destination.Length, "elements of the destination", "rows");
        if (x.Overlaps(destination))
        {
            throw new ArgumentException("the destination overlaps x", nameof(destination));
        }

        for (int i = 0; i < destination.Length; i++)
        {
            double sum = 0;
            for (int k = rowStart[i]; k < rowStart[i + 1]; k++)
            {
                sum = Math.FusedMultiplyAdd(values[k], x[columnIndices[k]], sum);
            }

            destination[i] = sum;
        }
    }

    /// <summary>The transpose. Work and storage are linear in rows + columns + entries.</summary>
    public SparseMatrix Transpose() => Compress(Columns, Rows, columnIndices, RowIndices(), values);

    /// <summary>The main diagonal, shape (min(Rows, Columns)); an element that is not stored is 0.</summary>
    public double[] Diagonal()
    {
        var diagonal = new double[Math.Min(Rows, Columns)];
        for (int i = 0; i < diagonal.Length; i++)
        {
            diagonal[i] = this[i, i];
        }

        return diagonal;
    }

    /// <summary>Whether the matrix equals its transpose: same structure, exactly equal values. Work: one transpose.</summary>
    public bool IsSymmetric()
    {
        SparseMatrix transpose = Transpose();
        return HasStructureOf(transpose) && values.AsSpan().SequenceEqual(transpose.values);
    }

    /// <summary>
    /// Whether the matrix equals its negated transpose: same structure, exactly opposite values, nothing but zeros stored
    /// on the diagonal. Work: one transpose.
    /// </summary>
    public bool IsSkewSymmetric()
    {
        SparseMatrix transpose = Transpose();
        return HasStructureOf(transpose) && values.Zip(transpose.values, (a, b) => a == -b).All(opposite => opposite);
    }

    /// <summary>Whether the matrix is square and stores an entry (j, i) for every entry (i, j). Work: one transpose.</summary>
    public bool IsStructurallySymmetric() => HasStructureOf(Transpose());

    /// <summary>
    /// The compressed form of valid triplets whose entries may still repeat: a repeated entry gives equal neighbors in
    /// <see cref="ColumnIndices"/>.
    /// </summary>
    internal static SparseMatrix Compress(
        int rows, int columns, ReadOnlySpan<int> rowIndices, ReadOnlySpan<int> columnIndices, ReadOnlySpan<double> values)
    {
        // Sorted by column and then, without disturbing that order, by row.
        int[] next = Starts(columns, columnIndices);
        var byColumn = new int[values.Length];
        for (int k = 0; k < values.Length; k++)
        {
            byColumn[next[columnIndices[k]]++] = k;
        }

        int[] rowStart = Starts(rows, rowIndices);
        next = [.. rowStart];
        var sortedColumns = new int[values.Length];
        var sortedValues = new double[values.Length];
        foreach (int k in byColumn)
        {
            int place = next[rowIndices[k]]++;
            sortedColumns[place] = columnIndices[k];
            sortedValues[place] = values[k];
        }

        return new SparseMatrix(rows, columns, rowStart, sortedColumns, sortedValues);
    }

    /// <summary>The first row, column pair whose column does not exceed the one before it in the row, or nothing.</summary>
    internal (int Row, int Column)? FindUnorderedEntry()
    {
        for (int i = 0; i < Rows; i++)
        {
            for (int k = rowStart[i] + 1; k < rowStart[i + 1]; k++)
            {
                if (columnIndices[k] <= columnIndices[k - 1])
                {
                    return (i, columnIndices[k]);
                }
            }
        }

        return null;
    }

    private static int[] Starts(int buckets, ReadOnlySpan<int> indices)
    {
        var start = new int[buckets + 1];
        foreach (int index in indices)
        {
            start[index + 1]++;
        }

        for (int i = 0; i < buckets; i++)
        {
            start[i + 1] += start[i];
        }

        return start;
    }

    private int[] RowIndices()
    {
        var rowIndices = new int[StoredEntries];
        for (int i = 0; i < Rows; i++)
        {
            rowIndices.AsSpan(rowStart[i]..rowStart[i + 1]).Fill(i);
        }

        return rowIndices;
    }

    private bool HasStructureOf(SparseMatrix other) =>
        Rows == other.Rows && RowStart.SequenceEqual(other.RowStart) && ColumnIndices.SequenceEqual(other.ColumnIndices);

    private static void RequireSize(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rows, Array.MaxLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(columns, Array.MaxLength);
    }

    private static void RequireIndex(int index, int size, string parameter)
    {
        if ((uint)index >= (uint)size)
        {
            throw new ArgumentOutOfRangeException(parameter, $"index {index} is outside 0..{size - 1}");
        }
    }

    private static void RequireLength(long expected, long actual, string what, string unit)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{actual} {what}, but {expected} {unit}");
        }
    }
}
