using System.Text;
using Unrolled.Problems;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>Walks over the text of a rule and knows its place. Blanks and comments are passed over; inside brackets line ends are, too.</summary>
internal sealed class RuleScanner(byte[] text, string source)
{
    private int _at = text.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
    private int _line = 1, _lineStart, _brackets;

    /// <summary>Where something stands.</summary>
    public readonly record struct Place(int Line, int Column);

    /// <summary>Where the last word, digit or sign began.</summary>
    public Place Here { get; private set; } = new(1, 1);

    /// <summary>Moves to the next line that says something; false at the end of the text.</summary>
    public bool SkipLines()
    {
        SkipBlanks();
        while (Byte == '\n')
        {
            EndLine();
            SkipBlanks();
        }

        return _at < text.Length;
    }

    /// <summary>Whether nothing more stands on this line.</summary>
    public bool AtLineEnd()
    {
        SkipBlanks();
        return Byte is '\n' or -1;
    }

    public void RequireLineEnd()
    {
        if (!AtLineEnd())
        {
            throw FaultHere($"expected the end of the line, found {Found()}");
        }
    }

    /// <summary>Takes a sign if it is next.</summary>
    public bool Take(char sign)
    {
        SkipBlanks();
        if (Byte != sign)
        {
            return false;
        }

        Mark();
        _at++;
        _brackets += sign is '(' or '[' ? 1 : sign is ')' or ']' ? -1 : 0;
        return true;
    }

    public void Require(char sign)
    {
        if (!Take(sign))
        {
            throw FaultHere($"expected '{sign}', found {Found()}");
        }
    }

    /// <summary>Takes a digit 0 or 1 if it is next; null otherwise.</summary>
    public bool? TakeDigit() => Take('0') ? false : Take('1') ? true : null;

    /// <summary>Takes a word of letters, digits and underscores.</summary>
    public string Word()
    {
        SkipBlanks();
        Mark();
        int start = _at;
        while (Byte is int c && (char.IsAsciiLetterOrDigit((char)Math.Max(c, 0)) || c == '_'))
        {
            _at++;
        }

        return _at > start ? Encoding.ASCII.GetString(text, start, _at - start) : throw FaultHere($"expected a name, found {Found()}");
    }

    /// <summary>Takes the name of a direction.</summary>
    public string Direction()
    {
        string first = Word();
        Place place = Here;
        if (Byte == '-')
        {
            _at++;
            first = $"{first}-{Word()}";
            Here = place;
        }

        return first;
    }

    /// <summary>Takes what stands on the line up to a comment, without blanks at the ends.</summary>
    public string RestOfLine()
    {
        SkipBlanks();
        Mark();
        int start = _at;
        while (Byte is not ('\n' or '#' or -1))
        {
            _at++;
        }

        return Encoding.UTF8.GetString(text, start, _at - start).Trim();
    }

    /// <summary>A fault at the last word, digit or sign.</summary>
    public InvalidInputException Fault(string fault) => FaultAt(Here, fault);

    /// <summary>A fault at what comes next.</summary>
    public InvalidInputException FaultHere(string fault)
    {
        SkipBlanks();
        Mark();
        return Fault(fault);
    }

    public InvalidInputException FaultAt(Place place, string fault) => new(source, place.Line, place.Column, fault);

    private int Byte => _at < text.Length ? text[_at] : -1;

    private void Mark() => Here = new Place(_line, _at - _lineStart + 1);

    private string Found() => Byte switch
    {
        -1 => "the end of the text",
        '\n' => "the end of the line",
        > ' ' and < 127 and int c => $"'{(char)c}'",
        int c => $"byte {c}",
    };

    private void SkipBlanks()
    {
        while (true)
        {
            switch (Byte)
            {
                case ' ' or '\t' or '\r':
                    _at++;
                    break;
                case '#':
                    while (Byte is not ('\n' or -1))
                    {
                        _at++;
                    }

                    break;
                case '\n' when _brackets > 0:
                    EndLine();
                    break;
                default:
                    return;
            }
        }
    }

    private void EndLine()
    {
        _at++;
        _line++;
        _lineStart = _at;
    }
}
