using System.Runtime.InteropServices;
using Unrolled.Numerics;

namespace Unrolled.Problems.Formats;

/// <summary>Reads the entries of a coordinate file after its size line and builds the matrix.</summary>
/// <remarks>
/// That an entry is given twice shows only when all are sorted, yet the first fault of the file is to be reported. So a
/// fault further down, too, first looks for a repeated entry above it.
/// </remarks>
internal sealed class CoordinateReader(WordScanner scanner, MatrixMarketHeader header)
{
    private readonly List<int> rows = [];
    private readonly List<int> columns = [];
    private readonly List<double> values = [];
    private readonly List<long> lines = [];

    /// <summary>Reads to the end of the file. A triangle left out by symmetry is filled in.</summary>
    public SparseMatrix Read()
    {
        try
        {
            while (values.Count < header.Entries)
            {
                MatrixMarketReader.RequireNext(scanner, values.Count, header.Entries, "entries");
                ReadEntry();
            }

            MatrixMarketReader.RequireEnd(scanner, header.Entries, "entries");
        }
        catch (InvalidInputException) when (FindRepetition() is InvalidInputException repetition)
        {
            throw repetition;
        }

        if (header.Symmetry != MatrixMarketSymmetry.General)
        {
            Mirror();
        }

        SparseMatrix matrix = SparseMatrix.Compress(
            header.Rows,
            header.Columns,
            CollectionsMarshal.AsSpan(rows),
            CollectionsMarshal.AsSpan(columns),
            CollectionsMarshal.AsSpan(values));
        return matrix.FindUnorderedEntry() is null ? matrix : throw FindRepetition()!;
    }

    private void ReadEntry()
    {
        long line = scanner.Line;
        int row = NumberReader.ReadIndex(scanner, "row index", header.Rows);
        int column = NumberReader.ReadIndex(scanner, "column index", header.Columns);
        if (header.Symmetry != MatrixMarketSymmetry.General)
        {
            RequireListed(row, column);
        }

        double value = header.Field == MatrixMarketField.Pattern ? 1 : MatrixMarketReader.ReadValue(scanner, header.Field);
        NumberReader.EndLine(scanner, "the entry");
        rows.Add(row);
        columns.Add(column);
        values.Add(value);
        lines.Add(line);
    }

    /// <summary>Requires that an entry is in the triangle that the file lists.</summary>
    private void RequireListed(int row, int column)
    {
        bool skew = header.Symmetry == MatrixMarketSymmetry.SkewSymmetric;
        if (column > row || (skew && column == row))
        {
            throw scanner.Fault(
                $"entry ({row + 1}, {column + 1}) is {(column > row ? "above" : "on")} the diagonal "
                + $"of a {(skew ? "skew-symmetric" : "symmetric")} matrix and may not be listed");
        }
    }

    private void Mirror()
    {
        double sign = header.Symmetry == MatrixMarketSymmetry.Symmetric ? 1 : -1;
        for (int k = 0; k < header.Entries; k++)
        {
            if (rows[k] != columns[k])
            {
                rows.Add(columns[k]);
                columns.Add(rows[k]);
                values.Add(sign * values[k]);
            }
        }
    }

    /// <summary>The fault of the first line that repeats the entry of an earlier one, or null.</summary>
    private InvalidInputException? FindRepetition()
    {
        var seen = new Dictionary<(int Row, int Column), long>();
        for (int k = 0; k < lines.Count; k++)
        {
            if (!seen.TryAdd((rows[k], columns[k]), lines[k]))
            {
                long first = seen[(rows[k], columns[k])];
                return scanner.FaultAt(lines[k], 1, $"entry ({rows[k] + 1}, {columns[k] + 1}) was already given in line {first}");
            }
        }

        return null;
    }
}
