namespace Unrolled.Numerics;

/// <summary>
/// A dense matrix of <see cref="double"/>, stored by rows: entry (i, j) lies at i * Columns + j. It serves small
/// problems (up to about 2000 rows); large operators are <c>ILinearOperator</c>s. Concurrent reads are safe.
/// </summary>
public sealed class Matrix
{
    private readonly double[] _entries;

    /// <summary>Creates a matrix of zeros.</summary>
    /// <param name="rows">Number of rows, at least 1.</param>
    /// <param name="columns">Number of columns, at least 1.</param>
    /// <exception cref="ArgumentException">A dimension is smaller than 1.</exception>
    public Matrix(int rows, int columns)
    {
        if (rows < 1 || columns < 1)
        {
            throw new ArgumentException($"a matrix has at least 1 row and 1 column, not {rows} and {columns}");
        }

        (Rows, Columns) = (rows, columns);
        _entries = new double[checked(rows * columns)];
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Entry in row <paramref name="i"/> and column <paramref name="j"/>, counted from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or column.</exception>
    public double this[int i, int j]
    {
        get => _entries[Place(i, j)];
        set => _entries[Place(i, j)] = value;
    }

    /// <summary>The identity with <paramref name="n"/> rows.</summary>
    public static Matrix Identity(int n)
    {
        var identity = new Matrix(n, n);
        for (int i = 0; i < n; i++)
        {
            identity[i, i] = 1;
        }

        return identity;
    }

    /// <summary>A matrix with the given rows, copied.</summary>
    /// <exception cref="ArgumentException">There is no row, or the rows differ in length.</exception>
    public static Matrix FromRows(params double[][] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var matrix = new Matrix(rows.Length, rows.Length == 0 ? 0 : rows[0].Length);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != matrix.Columns)
            {
                throw new ArgumentException($"row {i} has {rows[i].Length} entries, row 0 has {matrix.Columns}", nameof(rows));
            }

            rows[i].CopyTo(matrix.Row(i));
        }

        return matrix;
    }

    /// <summary>All entries, row after row; writing to them changes the matrix.</summary>
    public Span<double> AsSpan() => _entries;

    /// <summary>The entries of row <paramref name="i"/>; writing to them changes the matrix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<double> Row(int i)
    {
        if ((uint)i >= (uint)Rows)
        {
            ThrowRow(i);
        }

        return _entries.AsSpan(i * Columns, Columns);
    }

    /// <summary>A copy that shares no memory with this matrix.</summary>
    public Matrix Copy()
    {
        var copy = new Matrix(Rows, Columns);
        CopyTo(copy);
        return copy;
    }

    /// <summary>The transposed matrix, as a copy.</summary>
    public Matrix Transpose()
    {
        var transposed = new Matrix(Columns, Rows);
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                transposed._entries[(j * Rows) + i] = _entries[(i * Columns) + j];
            }
        }

        return transposed;
    }

    /// <summary>
    /// y = A x: <paramref name="x"/> has <see cref="Columns"/> entries, <paramref name="destination"/> has <see cref="Rows"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A length does not fit, or the two spans overlap.</exception>
    public void Multiply(ReadOnlySpan<double> x, Span<double> destination)
    {
        Shapes.Length(x, Columns, nameof(x), "the number of columns of A is");
        Shapes.Length(destination, Rows, nameof(destination), "A has");
        if (x.Overlaps(destination))
        {
            throw new ArgumentException("x and destination share memory, the product would overwrite its own input", nameof(destination));
        }

        for (int i = 0; i < Rows; i++)
        {
            destination[i] = RowOperations.Dot(Row(i), x);
        }
    }

    /// <summary>The product A B; 2 * Rows * Columns * B.Columns operations.</summary>
    /// <exception cref="ArgumentException"><paramref name="b"/> does not have as many rows as this matrix has columns.</exception>
    public Matrix Multiply(Matrix b)
    {
        ArgumentNullException.ThrowIfNull(b);
        if (b.Rows != Columns)
        {
            throw new ArgumentException($"B has {b.Rows} rows, A has {Columns} columns", nameof(b));
        }

        var product = new Matrix(Rows, b.Columns);
        for (int i = 0; i < Rows; i++)
        {
            for (int k = 0; k < Columns; k++)
            {
                RowOperations.AddScaled(_entries[(i * Columns) + k], b.Row(k), product.Row(i));
            }
        }

        return product;
    }

    /// <summary>Overwrites a matrix of the same shape with this one.</summary>
    internal void CopyTo(Matrix destination) => _entries.CopyTo(destination._entries, 0);

    /// <summary>A copy whose entries are multiplied by a power of two, which is exact short of underflow.</summary>
    internal Matrix Scaled(double powerOfTwo)
    {
        Matrix copy = Copy();
        foreach (ref double entry in copy.AsSpan())
        {
            entry *= powerOfTwo;
        }

        return copy;
    }

    private int Place(int i, int j)
    {
        if ((uint)i >= (uint)Rows)
        {
            ThrowRow(i);
        }

        if ((uint)j >= (uint)Columns)
        {
            ThrowColumn(j);
        }

        return (i * Columns) + j;
    }

    // Apart, so that reading an entry is small enough to stand where it is called.
    private void ThrowRow(int i) => throw new ArgumentOutOfRangeException(nameof(i), $"row {i} of a matrix with {Rows} rows");

    private void ThrowColumn(int j) => throw new ArgumentOutOfRangeException(nameof(j), $"column {j} of a matrix with {Columns} columns");
}
