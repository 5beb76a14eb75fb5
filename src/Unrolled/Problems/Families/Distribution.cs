using System.Globalization;
using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>
/// The distribution of one number of a family: <c>uniform(a, b)</c> on [a, b), <c>normal(m, s)</c> with mean m and standard
/// deviation s, or a constant.
/// </summary>
public sealed record Distribution
{
    private const string Expected = "expected a number, uniform(a, b) with a <= b, or normal(m, s) with s >= 0";

    private Distribution(DistributionKind kind, double first, double second) => (Kind, First, Second) = (kind, first, second);

    /// <summary>Which distribution.</summary>
    public DistributionKind Kind { get; }

    /// <summary>The value of a constant, the lower end, or the mean.</summary>
    public double First { get; }

    /// <summary>The value of a constant, the upper end, or the standard deviation.</summary>
    public double Second { get; }

    /// <summary>The value of a constant, the middle of an interval, the mean.</summary>
    public double Mean => Kind == DistributionKind.Uniform ? First + ((Second - First) / 2) : First;

    /// <summary>Always the same number.</summary>
    public static Distribution Constant(double value) => new(DistributionKind.Constant, Finite(value), value);

    /// <summary>Uniform on [<paramref name="low"/>, <paramref name="high"/>).</summary>
    /// <exception cref="ArgumentException">The ends are not finite or not in order.</exception>
    public static Distribution Uniform(double low, double high) => Finite(low) <= Finite(high)
        ? new(DistributionKind.Uniform, low, high)
        : throw new ArgumentException($"uniform({low}, {high}) has its ends in the wrong order");

    /// <summary>Normal with a mean and a standard deviation.</summary>
    /// <exception cref="ArgumentException">A number is not finite, or the deviation is negative.</exception>
    public static Distribution Normal(double mean, double deviation) => Finite(deviation) >= 0
        ? new(DistributionKind.Normal, Finite(mean), deviation)
        : throw new ArgumentException($"normal({mean}, {deviation}) has a negative standard deviation");

    /// <summary>Reads <c>uniform(1, 2)</c>, <c>normal(0, 0.5)</c> or <c>8/3</c>, <c>-2.5</c>; numbers may be fractions.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Distribution Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        if (TryNumber(trimmed, out double constant))
        {
            return Constant(constant);
        }

        int open = trimmed.IndexOf('(', StringComparison.Ordinal);
        string name = open < 0 ? trimmed : trimmed[..open].Trim();
        if (open < 0 || !trimmed.EndsWith(')') || name is not ("uniform" or "normal"))
        {
            string meant = open >= 0 && Spelling.Nearest(name, ["uniform", "normal"]) is string nearest && nearest != name ? $" (did you mean '{nearest}'?)" : string.Empty;
            throw new FormatException($"'{text}' is not a distribution; {Expected}{meant}");
        }

        string[] arguments = trimmed[(open + 1)..^1].Split(',');
        if (arguments.Length != 2 || !TryNumber(arguments[0].Trim(), out double first) || !TryNumber(arguments[1].Trim(), out double second)
            || (name == "uniform" ? first > second : second < 0))
        {
            throw new FormatException($"'{text}' is not a distribution; {Expected}");
        }

        return name == "uniform" ? Uniform(first, second) : Normal(first, second);
    }

    /// <summary>Draws a number; a constant takes nothing from the stream.</summary>
    public double Draw(RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Kind switch
        {
            DistributionKind.Uniform => stream.NextUniform(First, Second),
            DistributionKind.Normal => First + (Second * stream.NextNormal()),
            _ => First,
        };
    }

    /// <summary>The ends of a uniform distribution, so many standard deviations around the mean of a normal one, a constant twice.</summary>
    /// <param name="deviations">How many standard deviations.</param>
    internal (double Low, double High) Range(double deviations) => Kind switch
    {
        DistributionKind.Uniform => (First, Second),
        DistributionKind.Normal => (First - (deviations * Second), First + (deviations * Second)),
        _ => (First, First),
    };

    /// <summary>Draws every number of an instance, each from the split with its name.</summary>
    internal static void DrawAll(RandomStream stream, FunctionVector names, Distribution[] distributions, Batch destination, int instance)
    {
        for (int i = 0; i < distributions.Length; i++)
        {
            destination[i, instance] = distributions[i].Draw(stream.Split(names.Components[i]));
        }
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        DistributionKind.Uniform => string.Create(CultureInfo.InvariantCulture, $"uniform({First:R}, {Second:R})"),
        DistributionKind.Normal => string.Create(CultureInfo.InvariantCulture, $"normal({First:R}, {Second:R})"),
        _ => First.ToString("R", CultureInfo.InvariantCulture),
    };

    private static bool TryNumber(string text, out double value)
    {
        string[] parts = text.Split('/');
        double denominator = 1;
        bool read = double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && (parts.Length == 1 || (parts.Length == 2 && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out denominator)));
        value /= denominator;
        return read && double.IsFinite(value);
    }

    private static double Finite(double value) =>
        double.IsFinite(value) ? value : throw new ArgumentException($"a distribution needs finite numbers, {value} was given");
}
