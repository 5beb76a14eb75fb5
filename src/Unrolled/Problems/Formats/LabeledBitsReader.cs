using System.Globalization;
using System.Text;

namespace Unrolled.Problems.Formats;

/// <summary>
/// Reads tables of bits: one example per line, its bits and then its label, as 0 and 1 or as -1 and +1. Queries are the same without
/// the label.
/// </summary>
/// <remarks>
/// <para>
/// The delimiter is found on the first line: comma, semicolon, tab, bar, another sign, or blanks. A first line without numbers is a
/// header. Empty lines and lines that begin with <c>#</c> are passed over; values may be quoted; <c>1.0</c> is 1.
/// </para>
/// <para>
/// A file uses one encoding: 0 and -1 in one file are a fault. A file of nothing but 1 counts as 0 and 1. Between -1 and +1 a -1 is the
/// bit 1, so that products are parities (<see cref="BitEncoding.PlusMinus"/>).
/// </para>
/// <para>Reads at most 256 MiB and 1,048,576 values per line. Two bits of the file take at most two bits of memory.</para>
/// </remarks>
public sealed class LabeledBitsReader
{
    private const int LargestText = 1 << 28, MostColumns = 1 << 20, LongestValue = 64;

    private readonly byte[] _text;
    private readonly int _length;
    private readonly string _source;
    private readonly BitEncoding? _expected;
    private readonly List<ulong> _words = [];
    private ulong[] _row = [];
    private int _at, _line, _lineStart, _rows, _columns, _firstRowLine;
    private byte _delimiter;
    private (int Line, int Column) _firstZero, _firstMinus;

    private LabeledBitsReader(byte[] text, int length, string source, BitEncoding? expected)
    {
        (_text, _length, _source, _expected) = (text, length, source, expected);
        _at = text.AsSpan(0, length).StartsWith("\uFEFF"u8) ? 3 : 0;
    }

    private BitEncoding Encoding => _expected ?? (_firstMinus.Line > 0 ? BitEncoding.PlusMinus : BitEncoding.ZeroOne);

    /// <summary>Reads examples from a file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read or is no table of labeled bits: names the first fault, with line and column.</exception>
    public static LabeledExamples ReadExamples(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return ReadExamples(stream, path);
    }

    /// <summary>Reads examples from a stream, from its position to its end. The caller disposes it.</summary>
    /// <param name="stream">The contents.</param>
    /// <param name="source">The name of the contents in messages.</param>
    /// <exception cref="InvalidInputException">The contents are no table of labeled bits.</exception>
    public static LabeledExamples ReadExamples(Stream stream, string source)
    {
        LabeledBitsReader reader = Open(stream, source, null);
        BitRows table = reader.ReadTable(null);
        int bits = table.Width - 1;
        if (bits < 1)
        {
            throw new InvalidInputException(source, reader._firstRowLine, 1, "the line has 1 value, expected the bits of an example and its label");
        }

        bool[] labels = new bool[table.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = table[i, bits];
        }

        return new LabeledExamples(new BitRows(table.Count, bits, (i, j) => table[i, j]), labels, reader.Encoding);
    }

    /// <summary>Reads queries for examples from a file: lines of as many bits as the examples have, in the same encoding.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read or does not fit the examples.</exception>
    public static BitRows ReadQueries(string path, LabeledExamples examples)
    {
        using FileStream stream = InputFile.Open(path);
        return ReadQueries(stream, path, examples);
    }

    /// <summary>Reads queries for examples from a stream, from its position to its end. The caller disposes it.</summary>
    /// <exception cref="InvalidInputException">The contents do not fit the examples.</exception>
    public static BitRows ReadQueries(Stream stream, string source, LabeledExamples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return Open(stream, source, examples.Encoding).ReadTable(examples.Bits);
    }

    private static LabeledBitsReader Open(Stream stream, string source, BitEncoding? expected)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        byte[] text = new byte[1 << 16];
        int length = 0;
        try
        {
            while (stream.Read(text.AsSpan(length)) is int read and > 0)
            {
                length += read;
                if (length > LargestText)
                {
                    throw new InvalidInputException(source, $"a table of bits has at most {LargestText} bytes, this one has more");
                }

                if (length == text.Length)
                {
                    Array.Resize(ref text, Math.Min(2 * length, LargestText + 1));
                }
            }
        }
        catch (IOException e)
        {
            throw new InvalidInputException(source, $"the file cannot be read: {e.Message}", e);
        }

        return new LabeledBitsReader(text, length, source, expected);
    }

    private BitRows ReadTable(int? width)
    {
        bool first = true;
        while (NextLine() is { } line)
        {
            ReadOnlySpan<byte> content = Trim(line);
            if (content.IsEmpty || content[0] == '#')
            {
                continue;
            }

            if (first)
            {
                _delimiter = FindDelimiter(content);
            }

            if (!first || !IsHeader(content))
            {
                ReadRow(line, width);
            }

            first = false;
        }

        if (_rows == 0)
        {
            throw new InvalidInputException(_source, _line + 1, 1, "the text ends without a line of bits");
        }

        // What was kept is "the value is 1"; between -1 and +1 that is the bit 0.
        var ones = new BitRows(_rows, _columns, [.. _words]);
        return Encoding == BitEncoding.ZeroOne ? ones : new BitRows(_rows, _columns, (i, j) => !ones[i, j]);
    }

    private (int Start, int End)? NextLine()
    {
        if (_at >= _length)
        {
            return null;
        }

        (_line, _lineStart) = (_line + 1, _at);
        int end = _text.AsSpan(_at, _length - _at).IndexOf((byte)'\n');
        end = end < 0 ? _length : _at + end;
        _at = end + 1;
        return (_lineStart, end);
    }

    private ReadOnlySpan<byte> Trim((int Start, int End) line) => _text.AsSpan(line.Start..line.End).Trim(" \t\r"u8);

    /// <summary>The sign between values; 0 for blanks.</summary>
    private static byte FindDelimiter(ReadOnlySpan<byte> line)
    {
        byte other = 0;
        bool quoted = false;
        foreach (byte c in line)
        {
            quoted ^= c == '"';
            if (quoted || c is (byte)'"' or (byte)' ' or (byte)'\r')
            {
                continue;
            }

            if (c is (byte)',' or (byte)';' or (byte)'\t' or (byte)'|')
            {
                return c;
            }

            bool word = char.IsAsciiLetterOrDigit((char)c) || c is (byte)'_' or (byte)'+' or (byte)'-' or (byte)'.' or >= 128;
            other = word || other != 0 ? other : c;
        }

        return other;
    }

    /// <summary>Whether no value of the line is a number.</summary>
    private bool IsHeader(ReadOnlySpan<byte> line)
    {
        foreach (Range range in _delimiter == 0 ? line.SplitAny(" \t"u8) : line.Split(_delimiter))
        {
            ReadOnlySpan<byte> word = Bare(line[range]);
            if (word.IsEmpty || double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            {
                return false;
            }
        }

        return true;
    }

    private void ReadRow((int Start, int End) line, int? width)
    {
        int columns = 0, at = line.Start, end = line.End;
        while (end > line.Start && _text[end - 1] is (byte)' ' or (byte)'\t' or (byte)'\r' && _text[end - 1] != _delimiter)
        {
            end--;
        }

        _row.AsSpan().Clear();
        bool more = true;
        while (more)
        {
            while (at < end && _text[at] is (byte)' ' or (byte)'\t' && _text[at] != _delimiter)
            {
                at++;
            }

            int start = at;
            while (at < end && (_delimiter == 0 ? _text[at] is not ((byte)' ' or (byte)'\t') : _text[at] != _delimiter))
            {
                at++;
            }

            more = at < end;
            Add(columns++, ReadValue(start, at), start, width);
            at++;
        }

        if (_rows == 0)
        {
            (_columns, _firstRowLine) = (columns, _line);
        }

        int expected = width ?? _columns;
        if (columns != expected)
        {
            throw Fault(end, $"the line has {columns} values, expected {expected}{(width is null ? $" as in line {_firstRowLine}" : string.Empty)}");
        }

        _words.AddRange(_row.AsSpan(0, BitRows.WordsFor(columns)));
        _rows++;
    }

    private void Add(int column, bool bit, int start, int? width)
    {
        if (column == (width ?? (_rows > 0 ? _columns : MostColumns)))
        {
            throw Fault(start, $"the line has more than {column} values");
        }

        if (column / 64 >= _row.Length)
        {
            Array.Resize(ref _row, Math.Max(4, 2 * _row.Length));
        }

        _row[column / 64] |= bit ? 1UL << (column % 64) : 0;
    }

    private bool ReadValue(int start, int end)
    {
        ReadOnlySpan<byte> word = Bare(_text.AsSpan(start..end));
        int value = word switch
        {
            [(byte)'0'] => 0,
            [(byte)'1'] or [(byte)'+', (byte)'1'] => 1,
            [(byte)'-', (byte)'1'] => -1,
            _ => ParseValue(word, start),
        };
        var place = (_line, start - _lineStart + 1);
        if (value == 0)
        {
            _firstZero = _firstZero.Line > 0 ? _firstZero : place;
            if (_firstMinus.Line > 0 || _expected == BitEncoding.PlusMinus)
            {
                throw Fault(start, $"0 among values of -1 and 1{Since(_firstMinus)}");
            }
        }
        else if (value < 0)
        {
            _firstMinus = _firstMinus.Line > 0 ? _firstMinus : place;
            if (_firstZero.Line > 0 || _expected == BitEncoding.ZeroOne)
            {
                throw Fault(start, $"-1 among values of 0 and 1{Since(_firstZero)}");
            }
        }

        return value == 1;
    }

    private string Since((int Line, int Column) place) => place.Line > 0 ? $" (line {place.Line}, column {place.Column})" : " of the examples";

    private int ParseValue(ReadOnlySpan<byte> word, int start)
    {
        if (word.IsEmpty)
        {
            throw Fault(start, "a value is missing, expected 0, 1 or -1");
        }

        return word.Length <= LongestValue && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is 0 or 1 or -1
            ? (int)value
            : throw Fault(start, $"'{WordScanner.Show(word)}' is no bit, expected 0, 1 or -1");
    }

    private InvalidInputException Fault(int at, string fault) => new(_source, _line, at - _lineStart + 1, fault);

    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> word)
    {
        word = word.Trim(" \t\r"u8);
        return word is [(byte)'"', .. var inner, (byte)'"'] ? inner.Trim(" \t"u8) : word;
    }
}
