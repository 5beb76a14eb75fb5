using System.Globalization;
using Unrolled.Numerics;

namespace Unrolled.Problems.Formats;

/// <summary>
/// Writes matrices in the Matrix Market exchange format, real values. What <see cref="MatrixMarketReader"/> reads back has
/// the same bits: every value is written with the fewest digits that determine it, at most 17.
/// </summary>
/// <remarks>
/// A file appears complete or not at all (<see cref="AtomicFile"/>). Bytes are the same on every machine: entries row by
/// row for sparse matrices, column by column for dense ones as the format demands, lines ended by a line feed.
/// </remarks>
public static class MatrixMarketWriter
{
    /// <summary>Writes a coordinate file.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="matrix">The whole matrix, with finite values.</param>
    /// <param name="symmetry">What the file lists: everything, or the lower triangle of a matrix that has the symmetry.</param>
    /// <exception cref="ArgumentException">The matrix does not have the symmetry, or a value is not finite.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is untouched.</exception>
    public static void Write(string path, SparseMatrix matrix, MatrixMarketSymmetry symmetry = MatrixMarketSymmetry.General)
    {
        using AtomicFile file = AtomicFile.Create(path);
        Write(file.Stream, matrix, symmetry);
        file.Commit();
    }

    /// <summary>Writes the contents of a coordinate file to a stream, which the caller disposes.</summary>
    /// <inheritdoc cref="Write(string, SparseMatrix, MatrixMarketSymmetry)"/>
    public static void Write(Stream stream, SparseMatrix matrix, MatrixMarketSymmetry symmetry = MatrixMarketSymmetry.General)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(matrix);
        RequireSymmetry(matrix, symmetry);
        RequireFinite(matrix.Values);
        int offset = symmetry == MatrixMarketSymmetry.SkewSymmetric ? -1 : 0;
        int entries = symmetry == MatrixMarketSymmetry.General ? matrix.StoredEntries : CountLower(matrix, offset);
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine($"%%MatrixMarket matrix coordinate real {Name(symmetry)}");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{matrix.Rows} {matrix.Columns} {entries}"));
        Span<char> line = stackalloc char[80];
        for (int i = 0; i < matrix.Rows; i++)
        {
            for (int k = matrix.RowStart[i]; k < matrix.RowStart[i + 1]; k++)
            {
                int j = matrix.ColumnIndices[k];
                if (symmetry == MatrixMarketSymmetry.General || j <= i + offset)
                {
                    line.TryWrite(CultureInfo.InvariantCulture, $"{i + 1} {j + 1} {matrix.Values[k]:R}\n", out int written);
                    writer.Write(line[..written]);
                }
            }
        }
    }

    /// <summary>Writes an array file: a dense matrix or k right-hand sides.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="values">The elements, finite; shape (rows, columns), rows contiguous.</param>
    /// <exception cref="ArgumentException">The number of values is not rows x columns, or a value is not finite.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is untouched.</exception>
    public static void Write(string path, int rows, int columns, ReadOnlySpan<double> values)
    {
        using AtomicFile file = AtomicFile.Create(path);
        Write(file.Stream, rows, columns, values);
        file.Commit();
    }

    /// <summary>Writes the contents of an array file to a stream, which the caller disposes.</summary>
    /// <inheritdoc cref="Write(string, int, int, ReadOnlySpan{double})"/>
    public static void Write(Stream stream, int rows, int columns, ReadOnlySpan<double> values)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (values.Length != (long)rows * columns)
        {
            throw new ArgumentException($"{values.Length} values, but {rows} rows and {columns} columns", nameof(values));
        }

        RequireFinite(values);
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("%%MatrixMarket matrix array real general");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows} {columns}"));
        Span<char> line = stackalloc char[40];
        for (int j = 0; j < columns; j++)
        {
            for (int i = 0; i < rows; i++)
            {
                line.TryWrite(CultureInfo.InvariantCulture, $"{values[(i * columns) + j]:R}\n", out int written);
                writer.Write(line[..written]);
            }
        }
    }

    private static int CountLower(SparseMatrix matrix, int offset)
    {
        int count = 0;
        for (int i = 0; i < matrix.Rows; i++)
        {
            foreach (int j in matrix.ColumnIndices[matrix.RowStart[i]..matrix.RowStart[i + 1]])
            {
                count += j <= i + offset ? 1 : 0;
            }
        }

        return count;
    }

    private static void RequireSymmetry(SparseMatrix matrix, MatrixMarketSymmetry symmetry)
    {
        bool holds = symmetry switch
        {
            MatrixMarketSymmetry.General => true,
            MatrixMarketSymmetry.Symmetric => matrix.IsSymmetric(),
            _ => matrix.IsSkewSymmetric(),
        };
        if (!holds)
        {
            throw new ArgumentException($"the matrix is not {Name(symmetry)}", nameof(symmetry));
        }
    }

    private static void RequireFinite(ReadOnlySpan<double> values)
    {
        for (int k = 0; k < values.Length; k++)
        {
            if (!double.IsFinite(values[k]))
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"value {k} is {values[k]}, expected a finite number"), nameof(values));
            }
        }
    }

    private static string Name(MatrixMarketSymmetry symmetry) => symmetry switch
    {
        MatrixMarketSymmetry.General => "general",
        MatrixMarketSymmetry.Symmetric => "symmetric",
        _ => "skew-symmetric",
    };
}
