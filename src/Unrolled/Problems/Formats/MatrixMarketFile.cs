using Unrolled.Numerics;

namespace Unrolled.Problems.Formats;

/// <summary>
/// A matrix read from a Matrix Market file: sparse from a coordinate file, dense from an array file. Triangles that
/// symmetry leaves out of the file are filled in.
/// </summary>
/// <param name="Header">What the banner and the size line say.</param>
/// <param name="Sparse">The matrix of a coordinate file, otherwise null.</param>
/// <param name="Dense">The elements of an array file, otherwise null; shape (Rows, Columns), rows contiguous, so that k
/// right-hand sides of length n are one batch (components, instances).</param>
public sealed record MatrixMarketFile(MatrixMarketHeader Header, SparseMatrix? Sparse, double[]? Dense)
{
    /// <summary>The matrix in sparse form, whatever the format of the file. Zeros of an array file are left out.</summary>
    public SparseMatrix ToSparse()
    {
        if (Sparse is not null)
        {
            return Sparse;
        }

        double[] dense = Dense!;
        var rowStart = new int[Header.Rows + 1];
        var columnIndices = new List<int>();
        var values = new List<double>();
        for (int i = 0; i < Header.Rows; i++)
        {
            for (int j = 0; j < Header.Columns; j++)
            {
                double value = dense[(i * Header.Columns) + j];
                if (value != 0)
                {
                    columnIndices.Add(j);
                    values.Add(value);
                }
            }

            rowStart[i + 1] = values.Count;
        }

        return SparseMatrix.FromCompressedRows(Header.Rows, Header.Columns, rowStart, [.. columnIndices], [.. values]);
    }

    /// <summary>
    /// All elements, whatever the format of the file: shape (Rows, Columns), rows contiguous. The array of an array file is
    /// returned itself, not a copy. For a coordinate file the storage is that of the whole matrix, which can be far larger
    /// than the file: compare the sizes in <see cref="Header"/> with what is expected before asking.
    /// </summary>
    /// <exception cref="InvalidOperationException">A coordinate file has more elements than one array can hold.</exception>
    public double[] ToDense()
    {
        if (Dense is not null)
        {
            return Dense;
        }

        long elements = (long)Header.Rows * Header.Columns;
        if (elements > Array.MaxLength)
        {
            throw new InvalidOperationException(
                $"{Header.Rows} x {Header.Columns} elements are more than the {Array.MaxLength} that one array can hold");
        }

        SparseMatrix sparse = Sparse!;
        var dense = new double[elements];
        for (int i = 0; i < sparse.Rows; i++)
        {
            for (int k = sparse.RowStart[i]; k < sparse.RowStart[i + 1]; k++)
            {
                dense[((long)i * sparse.Columns) + sparse.ColumnIndices[k]] = sparse.Values[k];
            }
        }

        return dense;
    }
}
