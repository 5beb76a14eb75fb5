using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Unrolled.Problems.Formats;

/// <summary>The header of an NPY file: a Python dictionary of element type, order and shape.</summary>
internal sealed class NpyHeader
{
    /// <summary>The longest header that is read.</summary>
    public const int LongestHeader = 1 << 16;

    private static readonly string[] Types = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"];

    private readonly ByteScanner _scanner;
    private readonly long _start;
    private readonly string _text;
    private int _next;

    private NpyHeader(ByteScanner scanner, long start, ReadOnlySpan<byte> text) =>
        (_scanner, _start, _text) = (scanner, start, Encoding.Latin1.GetString(text));

    /// <summary>Letter and bytes of an element, such as <c>f8</c>.</summary>
    public string ElementType { get; private set; } = string.Empty;

    /// <summary>The bytes of an element.</summary>
    public int ElementBytes => ElementType[1] - '0';

    /// <summary>Whether the large end of a number comes first.</summary>
    public bool IsBigEndian { get; private set; }

    /// <summary>Whether the first extent is innermost.</summary>
    public bool IsFortranOrder { get; private set; }

    /// <summary>The extents.</summary>
    public ImmutableArray<int> Shape { get; private set; }

    /// <summary>Reads the header text.</summary>
    /// <param name="scanner">For faults.</param>
    /// <param name="start">Where the text begins in the file.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidInputException">It is not a header, or the element type is not supported.</exception>
    public static NpyHeader Parse(ByteScanner scanner, long start, ReadOnlySpan<byte> text)
    {
        var header = new NpyHeader(scanner, start, text);
        header.ReadDictionary();
        return header;
    }

    private void ReadDictionary()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Expect('{');
        while (Next() != '}')
        {
            int at = _next; // Next has skipped the blanks
            string key = ReadText();
            if (key is not ("descr" or "fortran_order" or "shape") || !seen.Add(key))
            {
                throw Fault(at, "expected the keys 'descr', 'fortran_order' and 'shape', each once");
            }

            Expect(':');
            switch (key)
            {
                case "descr":
                    ReadType();
                    break;
                case "fortran_order":
                    IsFortranOrder = ReadTruth();
                    break;
                default:
                    Shape = ReadShape();
                    break;
            }

            if (Next() != '}')
            {
                Expect(',');
            }
        }

        _next++;
        if (Next() != '\0')
        {
            throw Fault(_next, "the header goes on after its dictionary");
        }

        if (seen.Count < 3)
        {
            throw Fault(_next, "the header ends without all of the keys 'descr', 'fortran_order' and 'shape'");
        }
    }

    private void ReadType()
    {
        char first = Next();
        int at = _next;
        string type = first is '\'' or '"' ? ReadText() : string.Empty;
        if (type.Length != 3 || type[0] is not ('<' or '>' or '|' or '=') || !Types.Contains(type[1..]) || (type[0] == '|' && type[2] != '1'))
        {
            throw Fault(at, $"the element type is not supported, expected numbers: '<' or '>' and one of {string.Join(", ", Types)}");
        }

        (ElementType, IsBigEndian) = (type[1..], type[0] == '>');
    }

    private bool ReadTruth()
    {
        Next();
        foreach (bool truth in (ReadOnlySpan<bool>)[true, false])
        {
            string word = truth ? "True" : "False";
            if (string.CompareOrdinal(_text, _next, word, 0, word.Length) == 0)
            {
                _next += word.Length;
                return truth;
            }
        }

        throw Fault(_next, "expected True or False for 'fortran_order'");
    }

    private ImmutableArray<int> ReadShape()
    {
        ImmutableArray<int>.Builder shape = ImmutableArray.CreateBuilder<int>();
        Expect('(');
        while (Next() != ')')
        {
            int at = _next;
            while (_next < _text.Length && char.IsAsciiDigit(_text[_next]))
            {
                _next++;
            }

            if (!int.TryParse(_text.AsSpan(at, _next - at), NumberStyles.None, CultureInfo.InvariantCulture, out int extent))
            {
                throw Fault(at, $"expected an extent from 0 to {int.MaxValue} in 'shape'");
            }

            _next += _next < _text.Length && _text[_next] == 'L' ? 1 : 0; // as Python 2 wrote it
            shape.Add(extent);
            if (shape.Count > 32)
            {
                throw Fault(at, "the shape has more than 32 extents");
            }

            if (Next() != ')')
            {
                Expect(',');
            }
        }

        _next++;
        return shape.ToImmutable();
    }

    private string ReadText()
    {
        char quote = Next();
        int end = quote is '\'' or '"' ? _text.IndexOf(quote, _next + 1) : -1;
        if (end < 0)
        {
            throw Fault(_next, "expected a text in quotes");
        }

        string text = _text[(_next + 1)..end];
        _next = end + 1;
        return text;
    }

    private void Expect(char c)
    {
        if (Next() != c)
        {
            throw Fault(_next, $"expected '{c}' in the header {{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }}");
        }

        _next++;
    }

    /// <summary>The next character that is not a blank; zero at the end.</summary>
    private char Next()
    {
        while (_next < _text.Length && (_text[_next] is ' ' or '\n' or '\t' or '\r'))
        {
            _next++;
        }

        return _next < _text.Length ? _text[_next] : '\0';
    }

    private InvalidInputException Fault(int at, string fault) => _scanner.FaultAt(_start + at, fault);
}
