using System.Globalization;

namespace Unrolled.Differentiation;

/// <summary>Splits a text of equations into words. Comments run from # to the end of the line; a line goes on inside brackets.</summary>
internal static class EquationTokenizer
{
    /// <summary>The longest text that is read.</summary>
    public const int MaximumLength = 1_000_000;

    /// <summary>All words, an end of line after every line and one end of text.</summary>
    public static List<EquationToken> Tokenize(string text)
    {
        if (text.Length > MaximumLength)
        {
            throw new EquationException(1, 1, $"the text has {text.Length} characters, at most {MaximumLength} are read");
        }

        List<EquationToken> tokens = [];
        int line = 1, start = 0, open = 0, at = 0;
        while (at < text.Length)
        {
            char c = text[at];
            int column = at - start + 1;
            if (c == '\n')
            {
                if (open == 0)
                {
                    tokens.Add(new(EquationTokenKind.EndOfLine, "", 0, line, column));
                }

                at++;
                line++;
                start = at;
            }
            else if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c == '#')
            {
                while (at < text.Length && text[at] != '\n')
                {
                    at++;
                }
            }
            else if (c == ';')
            {
                tokens.Add(new(EquationTokenKind.EndOfLine, "", 0, line, column));
                at++;
            }
            else if (char.IsLetter(c) || c == '_')
            {
                int end = at;
                while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
                {
                    end++;
                }

                tokens.Add(new(EquationTokenKind.Name, text[at..end], 0, line, column));
                at = end;
            }
            else if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            {
                int end = EndOfNumber(text, at);
                double value = double.Parse(text.AsSpan(at, end - at), NumberStyles.Float, CultureInfo.InvariantCulture);
                if (double.IsInfinity(value))
                {
                    throw new EquationException(line, column, $"the number '{Shortened(text[at..end])}' is too large");
                }

                tokens.Add(new(EquationTokenKind.Number, Shortened(text[at..end]), value, line, column));
                at = end;
            }
            else
            {
                string symbol = text.AsSpan(at).StartsWith("**") ? "**" : text.AsSpan(at).StartsWith("..") ? ".." : c.ToString();
                if (symbol.Length == 1 && !"+-*/^()[],=".Contains(c))
                {
                    throw new EquationException(line, column, $"the character '{c}' has no meaning here");
                }

                open = Math.Max(0, open + (c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0));
                tokens.Add(new(EquationTokenKind.Symbol, symbol == "**" ? "^" : symbol, 0, line, column));
                at += symbol.Length;
            }
        }

        tokens.Add(new(EquationTokenKind.EndOfText, "", 0, line, at - start + 1));
        return tokens;
    }

    /// <summary>Digits, a point that is not the first of two, digits, an exponent that has digits.</summary>
    private static int EndOfNumber(string text, int at)
    {
        int Digits(int from)
        {
            while (from < text.Length && char.IsAsciiDigit(text[from]))
            {
                from++;
            }

            return from;
        }

        int end = Digits(at);
        if (end < text.Length && text[end] == '.' && !(end + 1 < text.Length && text[end + 1] == '.'))
        {
            end = Digits(end + 1);
        }

        if (end < text.Length && text[end] is ('e' or 'E'))
        {
            int sign = end + 1 < text.Length && text[end + 1] is ('+' or '-') ? 1 : 0;
            int exponent = Digits(end + 1 + sign);
            end = exponent > end + 1 + sign ? exponent : end;
        }

        return end;
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..37] + "...";
}
