using System.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>
/// The layout of coefficients: rows <c>1 .. n</c> of a lower triangle one after the other, row <c>i</c> with <c>i</c>
/// entries. Row 0 is empty and is the first stage.
/// </summary>
internal static class PackedTriangle
{
    private static readonly char[] Lines = ['\n', ';'];

    /// <summary>The number of entries of rows <c>1 .. rows</c>.</summary>
    public static int Length(int rows) => rows * (rows + 1) / 2;

    /// <summary>The number of rows of an array; an array that ends within a row is a caller's error.</summary>
    public static int Rows(int length)
    {
        int rows = (int)((Math.Sqrt((8.0 * length) + 1) - 1) / 2);
        return length > 0 && Length(rows) == length
            ? rows
            : throw new ArgumentException($"{length} coefficients fit no number of stages: {rows} stages have {Length(rows)}, {rows + 1} have {Length(rows + 1)}.");
    }

    /// <summary>Row <paramref name="i"/> of a packed array.</summary>
    public static ReadOnlySpan<T> Row<T>(ReadOnlySpan<T> packed, int i) => packed.Slice(Length(i - 1), i);

    /// <summary>The sum of a row from left to right.</summary>
    public static T Sum<T>(ReadOnlySpan<T> row)
        where T : IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T>
    {
        T sum = T.AdditiveIdentity;
        foreach (T entry in row)
        {
            sum += entry;
        }

        return sum;
    }

    /// <summary>The nearest doubles.</summary>
    public static double[] Round(Rational[] exact) => Array.ConvertAll(exact, entry => entry.ToDouble());

    /// <summary>
    /// The nearest doubles, except that the smallest entry of each row takes up what rounding the others did to its sum:
    /// rows keep their sums to the last bit of that entry.
    /// </summary>
    public static double[] RoundKeepingSums(Rational[] exact)
    {
        double[] rounded = Round(exact);
        for (int i = 1; i <= Rows(exact.Length); i++)
        {
            Rational excess = 0;
            int smallest = -1;
            for (int p = Length(i - 1); p < Length(i); p++)
            {
                excess += Rational.FromDouble(rounded[p]) - exact[p];
                smallest = rounded[p] != 0 && (smallest < 0 || Math.Abs(rounded[p]) < Math.Abs(rounded[smallest])) ? p : smallest;
            }

            if (smallest >= 0)
            {
                rounded[smallest] = (Rational.FromDouble(rounded[smallest]) - excess).ToDouble();
            }
        }

        return rounded;
    }

    /// <summary>Reads lines of numbers whose lengths are <paramref name="firstRow"/>, <paramref name="firstRow"/> + 1, ...</summary>
    public static Rational[] Parse(string text, int firstRow)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<Rational> packed = [];
        int expected = firstRow;
        foreach (string line in text.Split(Lines, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            Rational[] row = ParseRow(line);
            if (row.Length != expected)
            {
                throw new FormatException($"\"{line}\" has {row.Length} entries where row {expected} with {expected} entries is expected.");
            }

            packed.AddRange(row);
            expected++;
        }

        return [.. packed];
    }

    /// <summary>Reads numbers separated by white space.</summary>
    public static Rational[] ParseRow(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Array.ConvertAll(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), Rational.Parse);
    }
}
