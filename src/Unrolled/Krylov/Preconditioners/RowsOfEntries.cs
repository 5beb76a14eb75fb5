using System.Runtime.InteropServices;
using Unrolled.Numerics;

namespace Unrolled.Krylov.Preconditioners;

/// <summary>A square sparse matrix that grows row by row.</summary>
internal sealed class RowsOfEntries(int order)
{
    private readonly List<int> _starts = [0];
    private readonly List<int> _columns = [];
    private readonly List<double> _values = [];

    public int Count => _columns.Count;

    /// <summary>Adds an entry to the row that has not ended yet; columns increase.</summary>
    public void Add(int column, double value)
    {
        _columns.Add(column);
        _values.Add(value);
    }

    public void EndRow() => _starts.Add(_columns.Count);

    /// <summary>The entries of a row that has ended, valid until the next entry is added.</summary>
    public void Row(int i, out ReadOnlySpan<int> columns, out ReadOnlySpan<double> values)
    {
        columns = CollectionsMarshal.AsSpan(_columns)[_starts[i].._starts[i + 1]];
        values = CollectionsMarshal.AsSpan(_values)[_starts[i].._starts[i + 1]];
    }

    public SparseMatrix ToMatrix() => SparseMatrix.FromCompressedRows(
        order, order, CollectionsMarshal.AsSpan(_starts), CollectionsMarshal.AsSpan(_columns), CollectionsMarshal.AsSpan(_values));
}
