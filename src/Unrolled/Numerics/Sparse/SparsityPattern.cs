namespace Unrolled.Numerics;

/// <summary>The positions of a matrix that can be nonzero, by rows: row i has the columns <c>Columns[RowStart[i] .. RowStart[i+1]]</c>.</summary>
/// <param name="RowCount">Number of rows.</param>
/// <param name="ColumnCount">Number of columns.</param>
/// <param name="RowStart">Where each row begins, and the end of the last.</param>
/// <param name="Columns">Column indices, ascending in each row.</param>
public sealed record SparsityPattern(int RowCount, int ColumnCount, int[] RowStart, int[] Columns)
{
    private PatternFactorization? _factorization;

    // A changed copy is factored anew.
    private SparsityPattern(SparsityPattern other) =>
        (RowCount, ColumnCount, RowStart, Columns) = (other.RowCount, other.ColumnCount, other.RowStart, other.Columns);

    /// <summary>The columns of a row.</summary>
    public ReadOnlySpan<int> Row(int row) => Columns.AsSpan(RowStart[row]..RowStart[row + 1]);

    /// <summary>The number of positions.</summary>
    public int Count => Columns.Length;

    /// <summary>What factorizations of matrices with this pattern share; made at first use.</summary>
    internal PatternFactorization Factorization =>
        Volatile.Read(ref _factorization) ?? LazyInitializer.EnsureInitialized(ref _factorization, () => new PatternFactorization(this));

    /// <summary>Whether both have the same sizes and the same arrays.</summary>
    public bool Equals(SparsityPattern? other) => other is not null
        && (RowCount, ColumnCount, RowStart, Columns) == (other.RowCount, other.ColumnCount, other.RowStart, other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RowCount, ColumnCount, RowStart, Columns);

    /// <summary>The pattern of the transposed matrix.</summary>
    public SparsityPattern Transpose() => Transpose(out _);

    /// <summary>The pattern of the transposed matrix, and for each of its positions the place of that entry here.</summary>
    internal SparsityPattern Transpose(out int[] places)
    {
        var start = new int[ColumnCount + 1];
        foreach (int j in Columns)
        {
            start[j + 1]++;
        }

        for (int j = 0; j < ColumnCount; j++)
        {
            start[j + 1] += start[j];
        }

        int[] next = [.. start], rows = new int[Count];
        places = new int[Count];
        for (int i = 0; i < RowCount; i++)
        {
            for (int k = RowStart[i]; k < RowStart[i + 1]; k++)
            {
                int place = next[Columns[k]]++;
                rows[place] = i;
                places[place] = k;
            }
        }

        return new SparsityPattern(ColumnCount, RowCount, start, rows);
    }
}
