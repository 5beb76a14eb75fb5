using System.Runtime.InteropServices;

namespace Unrolled.Problems.Formats;

/// <summary>
/// Reads matrices and right-hand sides in the Matrix Market exchange format: coordinate and array files; real, integer and
/// pattern; general, symmetric and skew-symmetric.
/// </summary>
/// <remarks>
/// <para>
/// One pass, from a file or any stream. Storage is bounded by what has been read, at most some hundred bytes per entry and
/// a few megabytes for empty rows, never by what the size line claims. Work is linear in the size of the file.
/// </para>
/// <para>
/// Strict where a slip would give a wrong matrix: one entry per line and nothing after it, exactly as many entries as
/// promised, none twice, none above the diagonal of a symmetric matrix (nor on the diagonal of a skew-symmetric one),
/// finite values, comments before the size line only. Lenient where nothing can go wrong: case of the banner, blanks and
/// empty lines, a byte order mark, carriage returns.
/// </para>
/// <para>Complex and Hermitian files are refused. Rows and columns may exceed 2^20 by at most 16 per listed entry.</para>
/// <para>Reference: Boisvert, Pozo, Remington, "The Matrix Market Exchange Formats: Initial Design", NISTIR 5935, 1996.</para>
/// </remarks>
public static class MatrixMarketReader
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened or is invalid: names the first fault.</exception>
    public static MatrixMarketFile Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream from its position to its end. The caller disposes it.</summary>
    /// <param name="stream">The contents.</param>
    /// <param name="source">The name of the contents in messages.</param>
    /// <exception cref="InvalidInputException">The contents are invalid: names the first fault.</exception>
    public static MatrixMarketFile Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        var scanner = new WordScanner(stream, source);
        MatrixMarketHeader header = MatrixMarketHeaderReader.Read(scanner);
        return header.Format == MatrixMarketFormat.Coordinate
            ? new MatrixMarketFile(header, new CoordinateReader(scanner, header).Read(), null)
            : new MatrixMarketFile(header, null, ReadArray(scanner, header));
    }

    /// <summary>Requires that another entry or value begins here.</summary>
    internal static void RequireNext(WordScanner scanner, int read, int promised, string what)
    {
        switch (scanner.Peek())
        {
            case < 0:
                throw scanner.Fault($"the file ends after {read} of {promised} {what}");
            case '%':
                throw scanner.Fault("comments are allowed only before the size line");
        }
    }

    /// <summary>Requires that only empty lines are left.</summary>
    internal static void RequireEnd(WordScanner scanner, int promised, string what)
    {
        if (scanner.Peek() >= 0)
        {
            throw scanner.Fault($"the file goes on after the {promised} {what} that its size promises");
        }
    }

    /// <summary>Reads a value of the field, which is not <see cref="MatrixMarketField.Pattern"/>.</summary>
    internal static double ReadValue(WordScanner scanner, MatrixMarketField field) => field == MatrixMarketField.Integer
        ? NumberReader.ReadInteger(scanner, "value")
        : NumberReader.ReadReal(scanner, "value");

    private static double[] ReadArray(WordScanner scanner, MatrixMarketHeader header)
    {
        var listed = new List<double>();
        while (listed.Count < header.Entries)
        {
            RequireNext(scanner, listed.Count, header.Entries, "values");
            listed.Add(ReadValue(scanner, header.Field));
            NumberReader.EndLine(scanner, "the value");
        }

        RequireEnd(scanner, header.Entries, "values");
        return Expand(header, CollectionsMarshal.AsSpan(listed));
    }

    /// <summary>All elements, rows contiguous, from the columns or lower-triangle columns that the file lists.</summary>
    private static double[] Expand(MatrixMarketHeader header, ReadOnlySpan<double> listed)
    {
        int columns = header.Columns;
        var dense = new double[header.Rows * columns];
        int k = 0;
        for (int j = 0; j < columns; j++)
        {
            int first = header.Symmetry switch
            {
                MatrixMarketSymmetry.General => 0,
                MatrixMarketSymmetry.Symmetric => j,
                _ => j + 1,
            };
            for (int i = first; i < header.Rows; i++, k++)
            {
                dense[(i * columns) + j] = listed[k];
                if (header.Symmetry != MatrixMarketSymmetry.General)
                {
                    dense[(j * columns) + i] = header.Symmetry == MatrixMarketSymmetry.Symmetric ? listed[k] : -listed[k];
                }
            }
        }

        return dense;
    }
}
