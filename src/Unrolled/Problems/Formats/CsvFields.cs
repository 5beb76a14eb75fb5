using System.Globalization;

namespace Unrolled.Problems.Formats;

/// <summary>The values of a line, one after the other.</summary>
internal ref struct CsvFields
{
    private readonly ReadOnlySpan<byte> _line;
    private readonly char _delimiter;
    private int _next;

    /// <summary>Stands before the first value.</summary>
    /// <param name="line">A line without its end and without blanks at its end.</param>
    /// <param name="delimiter">What stands between values; blanks may be several.</param>
    public CsvFields(ReadOnlySpan<byte> line, char delimiter)
    {
        _line = line;
        _delimiter = delimiter;
    }

    /// <summary>The current value, without blanks and quotes around it.</summary>
    public ReadOnlySpan<byte> Field { get; private set; }

    /// <summary>Where the current value begins in the line.</summary>
    public int Start { get; private set; }

    /// <summary>Moves to the next value, if there is one.</summary>
    public bool Next()
    {
        if (_next > _line.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = _line[_next..];
        int blanks = rest.Length - rest.TrimStart(" \t"u8).Length;
        if (_delimiter != ' ')
        {
            int unindented = rest[..blanks].IndexOf((byte)_delimiter);
            blanks = unindented < 0 ? blanks : unindented;
        }

        Start = _next + blanks;
        rest = rest[blanks..];
        int length = _delimiter == ' ' ? rest.IndexOfAny((byte)' ', (byte)'\t') : rest.IndexOf((byte)_delimiter);
        length = length < 0 ? rest.Length : length;
        _next = Start + length + 1;
        Field = rest[..length].Trim(" \t"u8);
        if (Field.Length >= 2 && Field[0] == '"' && Field[^1] == '"')
        {
            Field = Field[1..^1].Trim(" \t"u8);
        }

        return true;
    }

    /// <summary>The current value as a finite number.</summary>
    public readonly bool TryNumber(out double value)
    {
        value = 0;
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (Field.IsEmpty || Field.Length > 256 || Field[^1] == 0)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[Field.Length];
        Field.CopyTo(text);
        if (_delimiter is ';' or '\t' && !text.Contains((byte)'.'))
        {
            text.Replace((byte)',', (byte)'.');
        }

        return double.TryParse(text, style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }
}
