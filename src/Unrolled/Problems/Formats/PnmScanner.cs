namespace Unrolled.Problems.Formats;

/// <summary>The text of a PGM or PPM file: whole numbers between blanks, with comments from # to the end of the line anywhere.</summary>
/// <param name="bytes">Where the text comes from.</param>
internal sealed class PnmScanner(ByteScanner bytes)
{
    private long _line = 1;
    private long _lineStart;
    private (long Line, long Column) _place = (1, 1);

    /// <summary>Reads a whole number from 0 to a largest one.</summary>
    /// <param name="what">What it is, for the fault.</param>
    /// <param name="least">The least that is allowed.</param>
    /// <param name="most">The most that is allowed.</param>
    /// <exception cref="InvalidInputException">There is none, or it is out of range.</exception>
    public int ReadNumber(string what, int least, int most)
    {
        SkipBlanks();
        _place = (_line, bytes.Position - _lineStart + 1);
        long value = 0;
        int digits = 0;
        for (; bytes.Peek() is >= '0' and <= '9'; digits++)
        {
            value = Math.Min((value * 10) + bytes.ReadByte() - '0', long.MaxValue / 16);
        }

        if (digits == 0)
        {
            string found = bytes.Peek() == ByteScanner.End ? "the file ends" : $"found {Show(bytes.Peek())}";
            throw Fault($"{found} where the {what} was expected, a whole number from {least} to {most}");
        }

        if (bytes.Peek() != ByteScanner.End && bytes.Peek() != '#' && !IsBlank(bytes.Peek()))
        {
            throw Fault($"the {what} is followed by {Show(bytes.Peek())}, expected a blank");
        }

        return value >= least && value <= most ? (int)value : throw Fault($"the {what} is {value}, expected {least} to {most}");
    }

    /// <summary>Moves over blanks and comments.</summary>
    public void SkipBlanks()
    {
        while (IsBlank(bytes.Peek()) || bytes.Peek() == '#')
        {
            if (bytes.Peek() == '#')
            {
                while (bytes.Peek() is not ('\n' or ByteScanner.End))
                {
                    bytes.ReadByte();
                }
            }
            else
            {
                SkipOne();
            }
        }
    }

    /// <summary>Moves over the one blank that ends the header.</summary>
    /// <exception cref="InvalidInputException">A comment stands there.</exception>
    public void SkipBlank()
    {
        if (bytes.Peek() == '#')
        {
            throw Fault("the largest value is followed by '#', expected a blank");
        }

        SkipOne();
    }

    /// <summary>An exception for a fault at the last number looked for.</summary>
    public InvalidInputException Fault(string fault) => new(bytes.Source, _place.Line, _place.Column, fault);

    /// <summary>Whether a byte separates numbers.</summary>
    public static bool IsBlank(int b) => b is ' ' or '\t' or '\n' or '\v' or '\f' or '\r';

    private void SkipOne()
    {
        if (bytes.ReadByte() == '\n')
        {
            _line++;
            _lineStart = bytes.Position;
        }
    }

    private static string Show(int b) => b is > ' ' and < 127 ? $"'{(char)b}'" : $"the byte 0x{b:X2}";
}
