using System.Globalization;

namespace Unrolled.Problems.Formats;

/// <summary>Reads the words of a <see cref="WordScanner"/> as numbers, with a fault that says what was expected in their place.</summary>
internal static class NumberReader
{
    /// <summary>The largest magnitude up to which every whole number is a double.</summary>
    private const long LargestExact = 1L << 53;

    /// <summary>Reads a whole number in 0..most.</summary>
    public static int ReadCount(WordScanner scanner, string what, int most)
    {
        ReadOnlySpan<byte> word = ReadPresent(scanner, what);
        long value = ParseWhole(scanner, word, what);
        return value < 0 || value > most
            ? throw scanner.Fault($"the {what} {WordScanner.Show(word)} is outside 0..{most}")
            : (int)value;
    }

    /// <summary>Reads an index that counts from 1 and returns it counted from 0.</summary>
    public static int ReadIndex(WordScanner scanner, string what, int size)
    {
        ReadOnlySpan<byte> word = ReadPresent(scanner, what);
        long value = ParseWhole(scanner, word, what);
        return value < 1 || value > size
            ? throw scanner.Fault($"{what} {WordScanner.Show(word)} is outside 1..{size}")
            : (int)value - 1;
    }

    /// <summary>Reads a finite real number, rounded to the nearest double.</summary>
    public static double ReadReal(WordScanner scanner, string what)
    {
        ReadOnlySpan<byte> word = ReadPresent(scanner, what);

        // The platform forgives zero bytes after a number and knows names for what is not finite; a file may have neither.
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return word[^1] != 0 && double.TryParse(word, Style, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw scanner.Fault($"the {what} '{WordScanner.Show(word)}' is not a finite number");
    }

    /// <summary>Reads a whole number that a double holds exactly.</summary>
    public static double ReadInteger(WordScanner scanner, string what)
    {
        ReadOnlySpan<byte> word = ReadPresent(scanner, what);
        long value = ParseWhole(scanner, word, what);
        return value is < -LargestExact or > LargestExact
            ? throw scanner.Fault($"the {what} {WordScanner.Show(word)} is beyond 2^53 and would be rounded")
            : value;
    }

    /// <summary>Requires that nothing follows on this line, and moves to the next.</summary>
    public static void EndLine(WordScanner scanner, string after)
    {
        ReadOnlySpan<byte> word = scanner.ReadWord();
        if (!word.IsEmpty)
        {
            throw scanner.Fault($"unexpected '{WordScanner.Show(word)}' after {after}");
        }

        scanner.SkipLine();
    }

    private static ReadOnlySpan<byte> ReadPresent(WordScanner scanner, string what)
    {
        ReadOnlySpan<byte> word = scanner.ReadWord();
        return word.IsEmpty ? throw scanner.Fault($"the {what} is missing") : word;
    }

    /// <summary>The value of an optional sign and digits; beyond 64 bits the nearest number of 64 bits.</summary>
    private static long ParseWhole(WordScanner scanner, ReadOnlySpan<byte> word, string what)
    {
        bool negative = word[0] == '-';
        ReadOnlySpan<byte> digits = word[0] is (byte)'-' or (byte)'+' ? word[1..] : word;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            throw scanner.Fault($"the {what} '{WordScanner.Show(word)}' is not a whole number");
        }

        const long Largest = long.MaxValue / 16;
        long value = 0;
        foreach (byte digit in digits)
        {
            value = Math.Min((value * 10) + (digit - '0'), Largest);
        }

        return negative ? -value : value;
    }
}
