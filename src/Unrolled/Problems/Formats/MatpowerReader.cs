using System.Globalization;
using System.Text;

namespace Unrolled.Problems.Formats;

/// <summary>
/// Reads MATPOWER case files of version 2: the fields <c>version</c>, <c>baseMVA</c>, <c>bus</c>, <c>gen</c> and <c>branch</c> of the
/// structure that the file's function returns. All other fields (costs, names, ...) are passed over, their brackets balanced.
/// </summary>
/// <remarks>
/// <para>
/// One pass, from a file or any stream of at most 64 MiB. Storage is bounded by what has been read: 16 bytes per number kept, none for
/// what is passed over. Columns behind those named in <see cref="MatpowerCase"/> are read and dropped.
/// </para>
/// <para>
/// A case is data here, not a program: each statement is the assignment of a number, a text, a matrix or a cell array to a whole
/// field. Statements that compute are refused, because leaving them out would read another network than the file means. Refused as
/// well: a field given twice, rows of different lengths, expressions in place of numbers.
/// </para>
/// <para>Reference: Zimmerman, Murillo-Sanchez, Thomas, IEEE Trans. Power Syst. 26(1), 12-19, 2011, doi:10.1109/TPWRS.2010.2051168;
/// the columns are those of the manual's appendix on the data file format.</para>
/// </remarks>
public sealed class MatpowerReader
{
    private const int MostRows = 1 << 20, MostColumns = 256;
    private const int BusColumns = 13, GeneratorColumns = 10, BranchColumns = 11;

    private readonly MatpowerScanner scanner;
    private readonly string source;
    private readonly Dictionary<string, long> given = [];
    private string structure = "mpc";
    private double? baseMva;
    private MatpowerTable? buses, generators, branches;

    private MatpowerReader(Stream stream, string source) => (scanner, this.source) = (new MatpowerScanner(stream, source), source);

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened or is invalid: names the first fault.</exception>
    public static MatpowerCase Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream from its position to its end. The caller disposes it.</summary>
    /// <param name="stream">The contents.</param>
    /// <param name="source">The name of the contents in messages.</param>
    /// <exception cref="InvalidInputException">The contents are invalid: names the first fault.</exception>
    public static MatpowerCase Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        return new MatpowerReader(stream, source).ReadStatements();
    }

    private MatpowerCase ReadStatements()
    {
        while (true)
        {
            MatpowerToken token = scanner.Read();
            switch (token)
            {
                case MatpowerToken.End:
                    return Complete();
                case MatpowerToken.LineEnd:
                case MatpowerToken.Symbol when scanner.Is(token, ';') || scanner.Is(token, ','):
                    break;
                case MatpowerToken.Word:
                    ReadStatement(Encoding.Latin1.GetString(scanner.Word));
                    break;
                default:
                    throw scanner.Fault($"expected {structure}.NAME = VALUE, found {scanner.Show(token)}");
            }
        }
    }

    private void ReadStatement(string word)
    {
        if (word == "function")
        {
            ReadFunction();
        }
        else if (word.StartsWith(structure + ".", StringComparison.Ordinal) && word.Length > structure.Length + 1)
        {
            ReadField(word, word[(structure.Length + 1)..]);
        }
        else if (word is not ("end" or "endfunction" or "return"))
        {
            throw scanner.Fault($"expected {structure}.NAME = VALUE, found '{WordScanner.Show(scanner.Word)}'; statements that compute are not supported");
        }
    }

    /// <summary><c>function mpc = name</c>.</summary>
    private void ReadFunction()
    {
        MatpowerToken token = scanner.Read();
        if (scanner.Is(token, '['))
        {
            throw scanner.Fault("a function with several results is a case of version 1, expected version 2: function mpc = NAME");
        }

        if (token != MatpowerToken.Word)
        {
            throw scanner.Fault($"expected function mpc = NAME, found {scanner.Show(token)}");
        }

        structure = Encoding.Latin1.GetString(scanner.Word);
        token = scanner.Read();
        if (!scanner.Is(token, '='))
        {
            throw scanner.Fault($"expected '=' after function {Printable(structure)}, found {scanner.Show(token)}");
        }

        token = scanner.Read();
        if (token != MatpowerToken.Word)
        {
            throw scanner.Fault($"expected the name of the function, found {scanner.Show(token)}");
        }
    }

    private void ReadField(string name, string field)
    {
        string shown = Printable(name);
        (long line, long column) = (scanner.Line, scanner.Column);
        MatpowerToken token = scanner.Read();
        if (!scanner.Is(token, '='))
        {
            throw scanner.Fault($"expected '=' after {shown}, found {scanner.Show(token)}; only whole fields may be assigned");
        }

        if (field is "version" or "baseMVA" or "bus" or "gen" or "branch" && !given.TryAdd(field, line))
        {
            throw scanner.FaultAt(line, column, $"{shown} was already given in line {given[field]}");
        }

        switch (field)
        {
            case "version":
                ReadVersion();
                break;
            case "baseMVA":
                ReadBase(shown);
                break;
            case "bus":
                buses = ReadTable(shown, BusColumns);
                break;
            case "gen":
                generators = ReadTable(shown, GeneratorColumns);
                break;
            case "branch":
                branches = ReadTable(shown, BranchColumns);
                break;
            default:
                SkipValue(shown);
                return;
        }

        token = scanner.Read();
        if (token is not (MatpowerToken.LineEnd or MatpowerToken.End) && !scanner.Is(token, ';') && !scanner.Is(token, ','))
        {
            throw scanner.Fault($"expected ';' or the end of the line after the value of {shown}, found {scanner.Show(token)}");
        }
    }

    private void ReadVersion()
    {
        MatpowerToken token = scanner.Read();
        if (token is not (MatpowerToken.Text or MatpowerToken.Word) || !scanner.Word.SequenceEqual("2"u8))
        {
            throw scanner.Fault($"expected version '2', found {scanner.Show(token)}");
        }
    }

    private void ReadBase(string shown)
    {
        MatpowerToken token = scanner.Read();
        double value = token == MatpowerToken.Word ? ReadNumber() : double.NaN;
        baseMva = double.IsFinite(value) && value > 0
            ? value
            : throw scanner.Fault($"expected a finite number above 0 for {shown}, found {scanner.Show(token)}");
    }

    private MatpowerTable ReadTable(string shown, int kept)
    {
        MatpowerToken token = scanner.Read();
        if (!scanner.Is(token, '['))
        {
            throw scanner.Fault($"expected '[' and the rows of {shown}, found {scanner.Show(token)}");
        }

        (long line, long column) = (scanner.Line, scanner.Column);
        var table = new MatpowerTable(source, shown, kept, line);
        int width = 0, inRow = 0;
        bool needsNumber = false;
        while (true)
        {
            token = scanner.Read();
            if (token == MatpowerToken.Word)
            {
                double value = ReadNumber();
                needsNumber = false;
                if (inRow++ < kept)
                {
                    table.Add(value, scanner.Line, scanner.Column);
                }

                if (inRow > MostColumns)
                {
                    throw scanner.Fault($"a row of {shown} has more than {MostColumns} numbers");
                }
            }
            else if (scanner.Is(token, ',') && inRow > 0 && !needsNumber)
            {
                needsNumber = true;
            }
            else if (token == MatpowerToken.LineEnd || scanner.Is(token, ';') || scanner.Is(token, ']'))
            {
                RequireWidth(shown, kept, ref width, inRow);
                if (table.Rows > MostRows)
                {
                    throw scanner.Fault($"{shown} has more than {MostRows} rows");
                }

                (inRow, needsNumber) = (0, false);
                if (scanner.Is(token, ']'))
                {
                    return table.Rows > 0 ? table : throw scanner.FaultAt(line, column, $"{shown} has no rows");
                }
            }
            else
            {
                throw token == MatpowerToken.End
                    ? scanner.Fault($"the file ends within {shown}, which begins in line {line}, expected ']'")
                    : scanner.Fault($"expected a number of {shown} or ']', found {scanner.Show(token)}");
            }
        }
    }

    /// <summary>The first row decides how many numbers a row has, at least those that are kept.</summary>
    private void RequireWidth(string shown, int least, ref int width, int inRow)
    {
        if (inRow == 0)
        {
            return;
        }

        if (width == 0)
        {
            width = inRow >= least ? inRow : throw scanner.Fault($"the first row of {shown} has {inRow} numbers, expected at least {least}");
        }

        if (inRow != width)
        {
            throw scanner.Fault($"this row of {shown} has {inRow} numbers, expected {width} as in the first");
        }
    }

    private double ReadNumber()
    {
        ReadOnlySpan<byte> word = scanner.Word;
        ReadOnlySpan<byte> unsigned = word[0] is (byte)'-' or (byte)'+' ? word[1..] : word;
        double sign = word[0] == '-' ? -1 : 1;
        if (Ascii.EqualsIgnoreCase(unsigned, "inf"u8))
        {
            return sign * double.PositiveInfinity;
        }

        if (Ascii.EqualsIgnoreCase(unsigned, "nan"u8))
        {
            return double.NaN;
        }

        // The platform knows other names for what is not finite; those are no numbers here.
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (unsigned.IsEmpty || !(unsigned[0] is >= (byte)'0' and <= (byte)'9' or (byte)'.')
            || !double.TryParse(unsigned, Style, CultureInfo.InvariantCulture, out double value))
        {
            throw scanner.Fault($"'{WordScanner.Show(word)}' is not a number");
        }

        return double.IsFinite(value) ? sign * value : throw scanner.Fault($"the number {WordScanner.Show(word)} is too large");
    }

    /// <summary>Passes over a value up to the end of its statement, which is never within brackets.</summary>
    private void SkipValue(string shown)
    {
        long line = scanner.Line;
        var open = new Stack<char>();
        bool any = false;
        while (true)
        {
            MatpowerToken token = scanner.Read();
            bool ends = token is MatpowerToken.LineEnd or MatpowerToken.End || scanner.Is(token, ';') || scanner.Is(token, ',');
            if (ends && open.Count == 0)
            {
                if (!any)
                {
                    throw scanner.Fault($"expected a value for {shown}, found {scanner.Show(token)}");
                }

                return;
            }

            any = true;
            if (token == MatpowerToken.End)
            {
                throw scanner.Fault($"the file ends within {shown}, which begins in line {line}, expected '{open.Peek()}'");
            }

            if (token == MatpowerToken.Symbol)
            {
                Balance(open, (char)scanner.Word[0], shown);
            }
        }
    }

    private void Balance(Stack<char> open, char symbol, string shown)
    {
        const int Deepest = 64;
        switch (symbol)
        {
            case '[' or '{' or '(':
                open.Push(symbol switch { '[' => ']', '{' => '}', _ => ')' });
                if (open.Count > Deepest)
                {
                    throw scanner.Fault($"more than {Deepest} brackets within each other in {shown}");
                }

                break;
            case ']' or '}' or ')' when open.Count == 0:
                throw scanner.Fault($"'{symbol}' closes nothing in {shown}");
            case ']' or '}' or ')' when open.Pop() is char expected && expected != symbol:
                throw scanner.Fault($"expected '{expected}' in {shown}, found '{symbol}'");
        }
    }

    private MatpowerCase Complete()
    {
        InvalidInputException Missing(string field, string what) => scanner.Fault($"the file ends without {Printable(structure)}.{field}, expected {what}");
        return !given.ContainsKey("version") ? throw Missing("version", "'2'")
            : baseMva is not double power ? throw Missing("baseMVA", "the power base in MVA")
            : buses is null ? throw Missing("bus", "the matrix of buses")
            : generators is null ? throw Missing("gen", "the matrix of generators")
            : branches is null ? throw Missing("branch", "the matrix of branches")
            : new MatpowerCase(source, power, buses, generators, branches);
    }

    private static string Printable(string name) => WordScanner.Show(Encoding.Latin1.GetBytes(name));
}
