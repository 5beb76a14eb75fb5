using System.Globalization;

namespace Unrolled.Cli;

/// <summary>How numbers look in tables, reports and messages.</summary>
internal static class NumberText
{
    /// <summary>Three digits and a two-digit exponent, all of one width: <c>1.06e-02</c>.</summary>
    public static string Scientific(double value) =>
        double.IsNaN(value) ? "undefined" : double.IsInfinity(value) ? (value > 0 ? "infinite" : "-infinite")
        : value.ToString("0.00e+00", CultureInfo.InvariantCulture);

    /// <summary>Up to four significant digits, plain where that is short: <c>480</c>, <c>0.25</c>, <c>1.5e+06</c>.</summary>
    public static string Short(double value)
    {
        double size = Math.Abs(value);
        return value == Math.Round(value) && size < 1e7
            ? value.ToString("0", CultureInfo.InvariantCulture)
            : size is >= 1e-3 and < 1e5
                ? value.ToString("G4", CultureInfo.InvariantCulture)
                : Scientific(value);
    }

    /// <summary>A time with its unit: <c>12.3 s</c>, <c>4.56 ms</c>, <c>2 min 5 s</c>.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        >= 120 => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)} min {(int)(seconds % 60)} s"),
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds:G3} s"),
        >= 1e-3 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:G3} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:G3} us"),
    };
}
