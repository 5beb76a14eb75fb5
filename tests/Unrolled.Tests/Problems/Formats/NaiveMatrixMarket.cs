using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>
/// The Matrix Market format read the obvious way: lines, split into words, matched with regular expressions, entries in a
/// dictionary. Written from the format alone, to be compared with the real reader.
/// </summary>
internal sealed partial class NaiveMatrixMarket
{
    private NaiveMatrixMarket(int faultLine) => FaultLine = faultLine;

    /// <summary>The line of the first fault, or 0.</summary>
    public int FaultLine { get; }

    public int Rows { get; private init; }

    public int Columns { get; private init; }

    /// <summary>The entries of the whole matrix; of a dense one, all elements.</summary>
    public Dictionary<(int Row, int Column), double> Entries { get; private init; } = [];

    public static NaiveMatrixMarket Read(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        text = text.StartsWith("\xEF\xBB\xBF", StringComparison.Ordinal) ? text[3..] : text;
        string[][] lines = [.. text.Split('\n').Select(l => l.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))];
        Match banner = Banner().Match(string.Join(' ', lines[0]));
        if (!banner.Success)
        {
            return new NaiveMatrixMarket(1);
        }

        bool array = banner.Groups[1].Value.Equals("array", StringComparison.OrdinalIgnoreCase);
        string field = banner.Groups[2].Value.ToLowerInvariant(), symmetry = banner.Groups[3].Value.ToLowerInvariant();
        int n = 1;
        while (n < lines.Length && (lines[n].Length == 0 || lines[n][0][0] == '%'))
        {
            n++;
        }

        int sizeLine = Math.Min(n, lines.Length - 1);
        double[] sizes = [.. lines[sizeLine].Select(w => Whole().IsMatch(w) ? double.Parse(w, CultureInfo.InvariantCulture) : -1)];
        if (n == lines.Length || sizes.Length != (array ? 2 : 3) || sizes.Any(s => s is < 0 or > int.MaxValue)
            || (symmetry != "general" && sizes[0] != sizes[1]))
        {
            return new NaiveMatrixMarket(sizeLine + 1);
        }

        double most = symmetry == "general" ? sizes[0] * sizes[1] : sizes[0] * (sizes[0] + (symmetry == "symmetric" ? 1 : -1)) / 2;
        double promised = array ? most : sizes[2];
        bool absurd = promised > most || promised > 1e9 || (array && sizes[0] * sizes[1] > 1e9);
        if (absurd || Math.Max(sizes[0], sizes[1]) > 1048576 + (16 * promised))
        {
            return new NaiveMatrixMarket(sizeLine + 1);
        }

        var result = new NaiveMatrixMarket(0) { Rows = (int)sizes[0], Columns = (int)sizes[1] };
        (int Row, int Column) place = (symmetry == "skew-symmetric" ? 1 : 0, 0);
        int read = 0;
        for (n++; n < lines.Length; n++)
        {
            string[] words = lines[n];
            if (words.Length == 0)
            {
                continue;
            }

            if (read++ == promised || words.Length != (array ? 1 : field == "pattern" ? 2 : 3)
                || (!array && !(Whole().IsMatch(words[0]) && Whole().IsMatch(words[1]))))
            {
                return new NaiveMatrixMarket(n + 1);
            }

            if (!array)
            {
                double i = double.Parse(words[0], CultureInfo.InvariantCulture), j = double.Parse(words[1], CultureInfo.InvariantCulture);
                if (i < 1 || j < 1 || i > result.Rows || j > result.Columns)
                {
                    return new NaiveMatrixMarket(n + 1);
                }

                place = ((int)i - 1, (int)j - 1);
            }

            double value = field == "pattern" ? 1 : Value(words[^1], field);
            bool refused = double.IsNaN(value)
                || (symmetry != "general" && place.Column > place.Row)
                || (symmetry == "skew-symmetric" && place.Row == place.Column);
            if (refused || !result.Entries.TryAdd(place, value))
            {
                return new NaiveMatrixMarket(n + 1);
            }

            if (symmetry != "general" && place.Row != place.Column)
            {
                result.Entries.Add((place.Column, place.Row), symmetry == "symmetric" ? value : -value);
            }

            if (array && ++place.Row == result.Rows)
            {
                place.Column++;
                place.Row = symmetry switch { "general" => 0, "symmetric" => place.Column, _ => place.Column + 1 };
            }
        }

        return read == promised ? result : new NaiveMatrixMarket(lines.Length);
    }

    private static double Value(string word, string field)
    {
        if (field == "integer")
        {
            bool exact = Whole().IsMatch(word) && BigInteger.Abs(BigInteger.Parse(word, CultureInfo.InvariantCulture)) <= 9007199254740992;
            return exact ? double.Parse(word, CultureInfo.InvariantCulture) : double.NaN;
        }

        double value = Real().IsMatch(word) ? double.Parse(word, CultureInfo.InvariantCulture) : double.NaN;
        return double.IsFinite(value) ? value : double.NaN;
    }

    [GeneratedRegex(
        @"\A%%MatrixMarket matrix (coordinate(?! pattern skew)|array(?! pattern)) (real|integer|pattern) "
        + @"(general|symmetric|skew-symmetric)\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Banner();

    [GeneratedRegex(@"\A[+-]?[0-9]+\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\A[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z")]
    private static partial Regex Real();
}
