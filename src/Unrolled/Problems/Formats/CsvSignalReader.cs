using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Unrolled.Problems.Formats;

/// <summary>
/// Reads signals from a text file: one signal per line, values between commas, semicolons, tabs or blanks; a file of one value per line
/// is one signal.
/// </summary>
/// <remarks>
/// <para>The delimiter is the first of semicolon, tab, comma and blank that the first line of numbers has. Between semicolons or tabs a
/// comma may stand for the decimal point. Lines that are empty or begin with # are skipped, and so is a first line without any number.
/// Values may stand in double quotes. All signals have one length, all values are finite.</para>
/// <para>One pass; storage is bounded by what has been read. Faults name line and column (in bytes).</para>
/// </remarks>
public static class CsvSignalReader
{
    /// <summary>The most values, and the most bytes of a line, that are read.</summary>
    public const int Most = 1 << 28;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be opened or is invalid: names the first fault.</exception>
    public static SignalTable Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream from its position to its end. The caller disposes it.</summary>
    /// <param name="stream">The contents.</param>
    /// <param name="source">The name of the contents in messages.</param>
    /// <exception cref="InvalidInputException">The contents are invalid: names the first fault.</exception>
    public static SignalTable Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        var scanner = new ByteScanner(stream, source);
        List<double> values = [];
        List<byte> line = [];
        string? header = null;
        char delimiter = '\0';
        int length = 0, signals = 0;
        for (long number = 1; ReadLine(scanner, line, number); number++)
        {
            ReadOnlySpan<byte> text = CollectionsMarshal.AsSpan(line);
            int skipped = number == 1 && text.StartsWith("\uFEFF"u8) ? 3 : 0;
            text = text[skipped..].TrimEnd(" \t\r"u8);
            ReadOnlySpan<byte> shown = text.TrimStart(" \t"u8);
            if (shown.IsEmpty || shown[0] == '#')
            {
                continue;
            }

            delimiter = signals == 0 ? Delimiter(shown) : delimiter;
            if (signals == 0 && header is null && HasNoNumber(text, delimiter))
            {
                header = Encoding.UTF8.GetString(text);
                continue;
            }

            int before = values.Count;
            var fields = new CsvFields(text, delimiter);
            while (fields.Next())
            {
                values.Add(fields.TryNumber(out double value)
                    ? value
                    : throw new InvalidInputException(source, number, fields.Start + skipped + 1, fields.Field.IsEmpty
                        ? "a value is missing"
                        : $"the value '{WordScanner.Show(fields.Field)}' is not a finite number"));
                if (values.Count > Most)
                {
                    throw new InvalidInputException(source, number, 1, $"more than {Most} values");
                }
            }

            length = signals == 0 ? values.Count : length;
            if (values.Count - before != length)
            {
                throw new InvalidInputException(source, number, 1, $"this line has {values.Count - before} values, the first has {length}; expected signals of one length");
            }

            signals++;
        }

        if (signals == 0)
        {
            throw new InvalidInputException(source, "the file holds no numbers, expected one signal per line");
        }

        (int rows, int columns, SignalOrientation orientation) =
            length == 1 ? (1, signals, SignalOrientation.Column) : (signals, length, SignalOrientation.Rows);
        return new SignalTable(rows, columns, [.. values]) { Delimiter = delimiter, Header = header, Orientation = orientation };
    }

    private static bool ReadLine(ByteScanner scanner, List<byte> line, long number)
    {
        line.Clear();
        if (scanner.Peek() == ByteScanner.End)
        {
            return false;
        }

        for (int b = scanner.ReadByte(); b is not (ByteScanner.End or '\n'); b = scanner.ReadByte())
        {
            line.Add((byte)b);
            if (line.Count > Most)
            {
                throw new InvalidInputException(scanner.Source, number, 1, $"a line of more than {Most} bytes");
            }
        }

        return true;
    }

    private static char Delimiter(ReadOnlySpan<byte> line)
    {
        foreach (char candidate in ";\t,")
        {
            if (line.Contains((byte)candidate))
            {
                return candidate;
            }
        }

        return ' ';
    }

    /// <summary>Whether a word means a number that is not finite or too large, which no header has.</summary>
    private static bool IsNotFinite(ReadOnlySpan<byte> word)
    {
        ReadOnlySpan<byte> unsigned = word.TrimStart("+-"u8);
        return Ascii.EqualsIgnoreCase(unsigned, "inf"u8) || Ascii.EqualsIgnoreCase(unsigned, "nan"u8)
            || double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }

    private static bool HasNoNumber(ReadOnlySpan<byte> line, char delimiter)
    {
        var fields = new CsvFields(line, delimiter);
        while (fields.Next())
        {
            if (fields.TryNumber(out _) || fields.Field.IsEmpty || fields.Field.ContainsAnyInRange((byte)0, (byte)31) || IsNotFinite(fields.Field))
            {
                return false;
            }
        }

        return true;
    }
}
