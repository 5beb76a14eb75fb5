using System.Globalization;

namespace Unrolled.Benchmarks;

/// <summary>The side of its bound on which a number is as asked.</summary>
internal enum AskedDirection
{
    /// <summary>Not below the bound.</summary>
    AtLeast,

    /// <summary>Not above the bound.</summary>
    AtMost,
}

/// <summary>What is asked of one number of a scenario; its page and the summary both print this.</summary>
/// <param name="What">What is measured, against which peer and on how many threads; the words tell it from everything else that is asked.</param>
/// <param name="Bound">The bound, reached when it is met exactly.</param>
/// <param name="Unit">The unit: <c>x</c> for a ratio of times, <c>%</c> for a share, or a unit of time.</param>
/// <param name="Direction">The side of the bound.</param>
internal sealed record Asked(string What, double Bound, string Unit, AskedDirection Direction)
{
    /// <summary>What a number that is as asked is called.</summary>
    public const string Reached = "reached";

    /// <summary>What a number that is not as asked is called.</summary>
    public const string NotReached = "NOT reached";

    /// <summary>What a number is called that there is none of.</summary>
    public const string NotMeasured = "not measured";

    /// <summary>The bound as it is printed.</summary>
    public string BoundText => $"{(Direction == AskedDirection.AtLeast ? "at least" : "at most")} {Bound.ToString("0.###", CultureInfo.InvariantCulture)}{Gap}{Unit}";

    private string Gap => Unit == "x" ? string.Empty : " ";

    /// <summary>So many times faster, or more.</summary>
    public static Asked Ratio(string what, double bound) => new(what, bound, "x", AskedDirection.AtLeast);

    /// <summary>So long, or less.</summary>
    public static Asked Time(string what, double bound, string unit) => new(what, bound, unit, AskedDirection.AtMost);

    /// <summary>A number with the unit, of three digits or so.</summary>
    public string Text(double value) => Number(value) + Gap + Unit;

    /// <summary><see cref="Reached"/>, <see cref="NotReached"/>, or <see cref="NotMeasured"/> for no number.</summary>
    public string Verdict(double? value) => value is not double v ? NotMeasured : (Direction == AskedDirection.AtLeast ? v >= Bound : v <= Bound) ? Reached : NotReached;

    /// <summary>A number of three digits or so.</summary>
    public static string Number(double value) => value.ToString(Math.Abs(value) switch { < 0.1 => "0.0000", < 1 => "0.000", < 10 => "0.00", < 1000 => "0.0", _ => "0" }, CultureInfo.InvariantCulture);
}
