namespace Unrolled.Problems.Formats;

/// <summary>
/// Reads the banner, the comments and the size line of a Matrix Market file and refuses sizes that the rest of the file
/// cannot justify.
/// </summary>
internal static class MatrixMarketHeaderReader
{
    /// <summary>The most entries or elements that a file may list, so that a mirrored triangle still fits one array.</summary>
    private static readonly int MostEntries = Array.MaxLength / 2;

    /// <summary>
    /// A compressed matrix stores one number per row, filled or not. A million empty rows are allowed (a point source on a
    /// large grid), and sixteen per entry; more would let a file of a few bytes claim gigabytes.
    /// </summary>
    private const int EmptyRows = 1 << 20;
    private const int RowsPerEntry = 16;

    private static readonly (string Word, MatrixMarketFormat Meaning)[] Formats =
    [
        ("coordinate", MatrixMarketFormat.Coordinate), ("array", MatrixMarketFormat.Array),
    ];

    private static readonly (string Word, MatrixMarketField Meaning)[] Fields =
    [
        ("real", MatrixMarketField.Real), ("integer", MatrixMarketField.Integer), ("pattern", MatrixMarketField.Pattern),
    ];

    private static readonly (string Word, MatrixMarketSymmetry Meaning)[] Symmetries =
    [
        ("general", MatrixMarketSymmetry.General), ("symmetric", MatrixMarketSymmetry.Symmetric),
        ("skew-symmetric", MatrixMarketSymmetry.SkewSymmetric),
    ];

    /// <summary>Reads up to and including the size line.</summary>
    public static MatrixMarketHeader Read(WordScanner scanner)
    {
        ReadOnlySpan<byte> banner = scanner.ReadWord();
        if (!Is(banner, "%%MatrixMarket"))
        {
            string found = banner.IsEmpty ? "an empty line" : $"'{WordScanner.Show(banner)}'";
            (long line, long column) = (scanner.Line, scanner.Column);
            throw scanner.FaultAt(line, column, scanner.Peek() < 0 && banner.IsEmpty
                ? "the file is empty, expected %%MatrixMarket"
                : $"expected %%MatrixMarket, found {found}");
        }

        Choose(scanner, "object", [("matrix", 0)]);
        MatrixMarketFormat format = Choose(scanner, "format", Formats);
        MatrixMarketField field = Choose(scanner, "field", Fields);
        if (format == MatrixMarketFormat.Array && field == MatrixMarketField.Pattern)
        {
            throw scanner.Fault("an array file lists values, so its field cannot be pattern");
        }

        MatrixMarketSymmetry symmetry = Choose(scanner, "symmetry", Symmetries);
        if (field == MatrixMarketField.Pattern && symmetry == MatrixMarketSymmetry.SkewSymmetric)
        {
            throw scanner.Fault("a pattern has no signs, so its symmetry cannot be skew-symmetric");
        }

        NumberReader.EndLine(scanner, "the banner");
        while (scanner.Peek() == '%')
        {
            scanner.SkipLine();
        }

        return ReadSizes(scanner, format, field, symmetry);
    }

    private static MatrixMarketHeader ReadSizes(
        WordScanner scanner, MatrixMarketFormat format, MatrixMarketField field, MatrixMarketSymmetry symmetry)
    {
        bool coordinate = format == MatrixMarketFormat.Coordinate;
        if (scanner.Peek() < 0)
        {
            throw scanner.Fault($"the file ends before the size line, expected {(coordinate ? "rows columns entries" : "rows columns")}");
        }

        int rows = NumberReader.ReadCount(scanner, "number of rows", int.MaxValue);
        long rowsColumn = scanner.Column;
        int columns = NumberReader.ReadCount(scanner, "number of columns", int.MaxValue);
        long columnsColumn = scanner.Column;
        if (symmetry != MatrixMarketSymmetry.General && rows != columns)
        {
            throw scanner.Fault($"a symmetric or skew-symmetric matrix is square, not {rows} x {columns}");
        }

        long most = symmetry switch
        {
            MatrixMarketSymmetry.General => (long)rows * columns,
            MatrixMarketSymmetry.Symmetric => (long)rows * (rows + 1L) / 2,
            _ => (long)rows * (rows - 1L) / 2,
        };
        if (!coordinate && (long)rows * columns > MostEntries)
        {
            throw scanner.FaultAt(scanner.Line, rowsColumn, $"{rows} x {columns} elements are more than the {MostEntries} supported");
        }

        int entries = coordinate ? NumberReader.ReadCount(scanner, "number of entries", MostEntries) : (int)most;
        if (entries > most)
        {
            throw scanner.Fault($"{entries} entries do not fit: a {Name(symmetry)} file of {rows} x {columns} lists at most {most}");
        }

        RequireFilled(scanner, rowsColumn, rows, "rows", entries);
        RequireFilled(scanner, columnsColumn, columns, "columns", entries);
        NumberReader.EndLine(scanner, "the size line");
        return new MatrixMarketHeader(format, field, symmetry, rows, columns, entries);
    }

    private static void RequireFilled(WordScanner scanner, long column, int size, string what, int entries)
    {
        long most = EmptyRows + ((long)RowsPerEntry * entries);
        if (size > most)
        {
            throw scanner.FaultAt(scanner.Line, column, $"{size} {what} are too many for {entries} entries, expected at most {most}");
        }
    }

    private static T Choose<T>(WordScanner scanner, string what, ReadOnlySpan<(string Word, T Meaning)> choices)
    {
        ReadOnlySpan<byte> word = scanner.ReadWord();
        foreach ((string choice, T meaning) in choices)
        {
            if (Is(word, choice))
            {
                return meaning;
            }
        }

        var expected = new List<string>();
        foreach ((string choice, T _) in choices)
        {
            expected.Add(choice);
        }

        string fault = word.IsEmpty ? "is missing" : $"'{WordScanner.Show(word)}' is not supported";
        throw scanner.Fault($"the {what} {fault}, expected {string.Join(" or ", expected)}");
    }

    private static string Name(MatrixMarketSymmetry symmetry) => Array.Find(Symmetries, s => s.Meaning == symmetry).Word;

    private static bool Is(ReadOnlySpan<byte> word, string expected) =>
        System.Text.Ascii.EqualsIgnoreCase(word, expected);
}
