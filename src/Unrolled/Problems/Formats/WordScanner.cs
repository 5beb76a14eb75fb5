using System.Runtime.CompilerServices;
using System.Text;

namespace Unrolled.Problems.Formats;

/// <summary>
/// Reads text as lines of words separated by blanks (space, tab, carriage return) and knows where each word stands. One
/// pass over a stream with one fixed buffer: nothing is allocated per line or per word.
/// </summary>
/// <remarks>
/// A line ends with a line feed; the carriage return before it counts as a blank. A UTF-8 byte order mark at the start is
/// skipped. Words are bytes: whoever wants them as text decides about the encoding. The two loops over bytes are compiled
/// optimized at once, because most programs read one file and are done before the runtime would do so by itself.
/// </remarks>
internal sealed class WordScanner
{
    /// <summary>The longest word in bytes. Anything longer in a file of numbers is not text.</summary>
    public const int LongestWord = 4096;

    private const int EndOfInput = -1;

    private readonly byte[] buffer = new byte[1 << 16];
    private readonly Stream stream;
    private readonly string source;
    private int next;
    private int filled;
    private long bufferOffset;
    private long lineOffset;

    /// <summary>Starts at the first byte after a byte order mark, if there is one.</summary>
    /// <param name="stream">Read from its position to its end; the caller disposes it.</param>
    /// <param name="source">The name of the input in messages.</param>
    public WordScanner(Stream stream, string source)
    {
        this.stream = stream;
        this.source = source;
        ReadOnlySpan<byte> mark = "\uFEFF"u8;
        while (filled < mark.Length && Refill())
        {
        }

        if (buffer.AsSpan(0, filled).StartsWith(mark))
        {
            next = mark.Length;
            lineOffset = mark.Length;
        }
    }

    /// <summary>The line, from 1, of the place that <see cref="Fault"/> names.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>
    /// The column in bytes, from 1, of the place that <see cref="Fault"/> names: the last word read, or where a word was
    /// looked for and the line or the input ended.
    /// </summary>
    public long Column { get; private set; } = 1;

    /// <summary>Moves to the next word, over line ends, and returns its first byte, or -1 at the end of the input.</summary>
    public int Peek()
    {
        int first = SkipBlanks();
        while (first == '\n')
        {
            SkipLine();
            first = SkipBlanks();
        }

        return first;
    }

    /// <summary>Reads the next word of this line; empty if there is none. Valid until the next call.</summary>
    /// <exception cref="InvalidInputException">The word is longer than <see cref="LongestWord"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<byte> ReadWord()
    {
        SkipBlanks();
        int length = 0;
        while ((next + length < filled || Refill()) && !IsBlank(buffer[next + length]) && buffer[next + length] != '\n')
        {
            if (++length > LongestWord)
            {
                throw Fault($"a word of more than {LongestWord} bytes: this is not a file of numbers");
            }
        }

        ReadOnlySpan<byte> word = buffer.AsSpan(next, length);
        next += length;
        return word;
    }

    /// <summary>Skips the rest of this line and its end.</summary>
    public void SkipLine()
    {
        int end = buffer.AsSpan(next..filled).IndexOf((byte)'\n');
        while (end < 0)
        {
            next = filled;
            if (!Refill())
            {
                return;
            }

            end = buffer.AsSpan(next..filled).IndexOf((byte)'\n');
        }

        next += end + 1;
        lineOffset = bufferOffset + next;
        Line++;
    }

    /// <summary>An exception for a fault at (<see cref="Line"/>, <see cref="Column"/>).</summary>
    public InvalidInputException Fault(string fault) => new(source, Line, Column, fault);

    /// <summary>An exception for a fault at another place.</summary>
    public InvalidInputException FaultAt(long line, long column, string fault) => new(source, line, column, fault);

    /// <summary>A word as it may stand in a message: at most 40 characters, nothing that moves the cursor.</summary>
    public static string Show(ReadOnlySpan<byte> word)
    {
        string text = Encoding.UTF8.GetString(word[..Math.Min(word.Length, 160)]);
        return OneLine.Of(text[..Math.Min(text.Length, 40)]) + (text.Length > 40 ? "..." : "");
    }

    /// <summary>Moves over blanks and returns the byte that follows, or -1 at the end of the input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int SkipBlanks()
    {
        while (next < filled || Refill())
        {
            if (!IsBlank(buffer[next]))
            {
                Column = bufferOffset + next - lineOffset + 1;
                return buffer[next];
            }

            next++;
        }

        Column = bufferOffset + next - lineOffset + 1;
        return EndOfInput;
    }

    private static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r';

    /// <summary>Moves the bytes not yet read to the front and reads more behind them; false at the end of the input.</summary>
    private bool Refill()
    {
        buffer.AsSpan(next..filled).CopyTo(buffer);
        bufferOffset += next;
        filled -= next;
        next = 0;
        int read = stream.Read(buffer.AsSpan(filled));
        filled += read;
        return read > 0;
    }
}
