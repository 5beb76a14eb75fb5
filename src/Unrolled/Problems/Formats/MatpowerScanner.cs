namespace Unrolled.Problems.Formats;

/// <summary>
/// Reads the tokens of a MATPOWER case: words, quoted texts, symbols and line ends, each with its place. Comments (<c>%</c> to the
/// end of the line, <c>%{</c> to <c>%}</c> on lines of their own) and continued line ends (<c>...</c>) are passed over.
/// </summary>
/// <remarks>One pass over a stream with fixed buffers: nothing is allocated per token.</remarks>
internal sealed class MatpowerScanner
{
    /// <summary>The largest input in bytes; the largest published cases have a third of it.</summary>
    public const long LargestInput = 1L << 26;

    /// <summary>The longest word or text in bytes.</summary>
    public const int LongestWord = 1024;

    private const int EndOfInput = -1;

    private readonly byte[] buffer = new byte[1 << 16];
    private readonly byte[] word = new byte[LongestWord];
    private readonly Stream stream;
    private readonly string source;
    private int next;
    private int filled;
    private int wordLength;
    private long bufferOffset;
    private long lineOffset;
    private long line = 1;
    private bool lineIsBlankSoFar = true;

    /// <summary>Starts at the first byte after a byte order mark, if there is one.</summary>
    /// <param name="stream">Read from its position to its end; the caller disposes it.</param>
    /// <param name="source">The name of the input in messages.</param>
    public MatpowerScanner(Stream stream, string source)
    {
        this.stream = stream;
        this.source = source;
        ReadOnlySpan<byte> mark = "\uFEFF"u8;
        if (Ahead(2) >= 0 && buffer.AsSpan(0, filled).StartsWith(mark))
        {
            next = mark.Length;
            lineOffset = mark.Length;
        }
    }

    /// <summary>The line, from 1, where the last token begins.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The column in bytes, from 1, where the last token begins.</summary>
    public long Column { get; private set; } = 1;

    /// <summary>The bytes of the last word, text (without quotes) or symbol. Valid until the next token.</summary>
    public ReadOnlySpan<byte> Word => word.AsSpan(0, wordLength);

    /// <summary>Moves to the next token.</summary>
    /// <exception cref="InvalidInputException">Something here is not text, too long, or has no end.</exception>
    public MatpowerToken Read()
    {
        int c = SkipToToken();
        Mark();
        wordLength = 0;
        if (c == EndOfInput)
        {
            return MatpowerToken.End;
        }

        switch (c)
        {
            case '\n':
                Take();
                return MatpowerToken.LineEnd;
            case '=' or '[' or ']' or '{' or '}' or '(' or ')' or ';' or ',':
                lineIsBlankSoFar = false;
                Append(Take());
                return MatpowerToken.Symbol;
            case '\'' or '"':
                lineIsBlankSoFar = false;
                ReadText(Take());
                return MatpowerToken.Text;
            default:
                lineIsBlankSoFar = false;
                while (IsWord(c) && !AtContinuation(c))
                {
                    Append(Take());
                    c = Ahead(0);
                }

                return MatpowerToken.Word;
        }
    }

    /// <summary>Passes over the rest of this line.</summary>
    public void SkipLine()
    {
        while (Ahead(0) is not (EndOfInput or '\n'))
        {
            Take();
        }
    }

    /// <summary>Whether the last token is this symbol; every other token has another text.</summary>
    public bool Is(MatpowerToken token, char symbol) => token == MatpowerToken.Symbol && word[0] == symbol;

    /// <summary>The last token as it may stand in a message.</summary>
    public string Show(MatpowerToken token) => token switch
    {
        MatpowerToken.End => "the end of the file",
        MatpowerToken.LineEnd => "the end of the line",
        MatpowerToken.Text => $"the text '{WordScanner.Show(Word)}'",
        _ => $"'{WordScanner.Show(Word)}'",
    };

    /// <summary>An exception for a fault where the last token begins.</summary>
    public InvalidInputException Fault(string fault) => new(source, Line, Column, fault);

    /// <summary>An exception for a fault at another place.</summary>
    public InvalidInputException FaultAt(long atLine, long atColumn, string fault) => new(source, atLine, atColumn, fault);

    private static bool IsWord(int c) =>
        c is not (EndOfInput or ' ' or '\t' or '\r' or '\n' or '=' or '[' or ']' or '{' or '}' or '(' or ')' or ';' or ',' or '\'' or '"' or '%');

    /// <summary>Moves over blanks, comments and continued line ends; returns the byte that follows.</summary>
    private int SkipToToken()
    {
        while (true)
        {
            int c = Ahead(0);
            if (c is ' ' or '\t' or '\r')
            {
                Take();
            }
            else if (c == '%')
            {
                SkipComment();
            }
            else if (AtContinuation(c))
            {
                SkipLine();
                if (Ahead(0) == '\n')
                {
                    Take();
                    lineIsBlankSoFar = false;
                }
            }
            else
            {
                return c;
            }
        }
    }

    private bool AtContinuation(int c) => c == '.' && Ahead(1) == '.' && Ahead(2) == '.';

    private void SkipComment()
    {
        Mark();
        if (!lineIsBlankSoFar || !IsMarkLine('{'))
        {
            SkipLine();
            return;
        }

        (long fromLine, long fromColumn) = (Line, Column);
        int depth = 0;
        while (true)
        {
            while (Ahead(0) is ' ' or '\t' or '\r')
            {
                Take();
            }

            depth += IsMarkLine('{') ? 1 : IsMarkLine('}') ? -1 : 0;
            SkipLine();
            if (depth == 0)
            {
                return;
            }

            if (Ahead(0) == EndOfInput)
            {
                throw FaultAt(fromLine, fromColumn, "the file ends within the comment that begins here, expected %}");
            }

            Take();
        }
    }

    /// <summary>Whether the line from here holds <c>%{</c> or <c>%}</c> and blanks only.</summary>
    private bool IsMarkLine(char brace)
    {
        if (Ahead(0) != '%' || Ahead(1) != brace)
        {
            return false;
        }

        int ahead = 2;
        while (ahead < LongestWord && Ahead(ahead) is ' ' or '\t' or '\r')
        {
            ahead++;
        }

        return Ahead(ahead) is '\n' or EndOfInput;
    }

    private void ReadText(byte quote)
    {
        while (true)
        {
            int c = Ahead(0);
            if (c is '\n' or EndOfInput)
            {
                throw Fault("the text that begins here does not end on its line");
            }

            byte taken = Take();
            if (taken == quote)
            {
                if (Ahead(0) != quote)
                {
                    return;
                }

                Take();
            }

            Append(taken);
        }
    }

    private void Append(byte c)
    {
        if (wordLength == LongestWord)
        {
            throw Fault($"a word of more than {LongestWord} bytes: this is not a case file");
        }

        word[wordLength++] = c;
    }

    private void Mark() => (Line, Column) = (line, bufferOffset + next - lineOffset + 1);

    /// <summary>The byte so many places ahead, or -1 past the end of the input.</summary>
    private int Ahead(int places)
    {
        while (next + places >= filled)
        {
            if (!Refill())
            {
                return EndOfInput;
            }
        }

        return buffer[next + places];
    }

    private byte Take()
    {
        byte c = buffer[next];
        if (c < 0x20 && c is not ((byte)'\t' or (byte)'\r' or (byte)'\n'))
        {
            Mark();
            throw Fault($"the byte 0x{c:X2} is not text: this is not a case file");
        }

        next++;
        if (c == '\n')
        {
            line++;
            lineOffset = bufferOffset + next;
            lineIsBlankSoFar = true;
        }

        return c;
    }

    /// <summary>Moves the bytes not yet taken to the front and reads more behind them; false at the end of the input.</summary>
    private bool Refill()
    {
        buffer.AsSpan(next..filled).CopyTo(buffer);
        bufferOffset += next;
        filled -= next;
        next = 0;
        int read = stream.Read(buffer.AsSpan(filled));
        filled += read;
        if (bufferOffset + filled > LargestInput)
        {
            Mark();
            throw Fault($"the file has more than {LargestInput} bytes, expected a case file");
        }

        return read > 0;
    }
}
