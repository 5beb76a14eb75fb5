using System.Globalization;

namespace Unrolled.Cli.Reports;

/// <summary>Maps values of an axis to positions from 0 to 1 and chooses ticks at round numbers.</summary>
internal sealed class ChartScale
{
    private const double GreatestMagnitude = 1e300;

    private readonly bool _logarithmic;
    private readonly double _low;
    private readonly double _high;

    /// <param name="axis">The axis, with its limits if it has any.</param>
    /// <param name="values">The values to be shown; what the axis cannot show is ignored.</param>
    public ChartScale(ChartAxis axis, IEnumerable<double> values)
    {
        _logarithmic = axis.Logarithmic;
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in values.Where(Shows))
        {
            low = Math.Min(low, Transform(value));
            high = Math.Max(high, Transform(value));
        }

        if (low > high)
        {
            (low, high) = (0, 1);
        }

        double margin = (high - low) * 0.04;
        if (margin == 0)
        {
            margin = _logarithmic || low == 0 ? 0.5 : Math.Abs(low) * 0.1;
        }

        _low = axis.Low is double least && Shows(least) ? Transform(least) : low - margin;
        _high = axis.High is double most && Shows(most) ? Transform(most) : high + margin;
        if (!(_high > _low))
        {
            _high = _low + Math.Max(1, Math.Abs(_low) * 0.1);
        }
    }

    /// <summary>Whether the axis has a place for the value.</summary>
    public bool Shows(double value) => double.IsFinite(value) && (!_logarithmic || value > 0);

    /// <summary>The position of a value: 0 at the lower end, 1 at the upper; outside of them for values beyond.</summary>
    public double Position(double value) => (Transform(value) - _low) / (_high - _low);

    /// <summary>The ticks with labels, in order.</summary>
    /// <param name="count">About how many.</param>
    public IReadOnlyList<(double Position, string Label)> Ticks(int count) =>
        !_logarithmic ? LinearTicks(count)
        : _high - _low < 1.2 ? ShortLogarithmicTicks(count)
        : Decades(count).Select(d => (At(d), DecadeLabel(d))).ToArray();

    /// <summary>The ticks without labels: 2, 3, ..., 9 between neighboring decades; the decades themselves where those are many.</summary>
    public IReadOnlyList<double> MinorTicks()
    {
        if (!_logarithmic || _high - _low > 60)
        {
            return [];
        }

        int[] factors = _high - _low > 9 ? [1] : [2, 3, 4, 5, 6, 7, 8, 9];
        IEnumerable<int> decades = Enumerable.Range((int)Math.Floor(_low), (int)(Math.Ceiling(_high) - Math.Floor(_low)) + 1);
        return [.. decades.SelectMany(d => factors.Select(m => At(d + Math.Log10(m)))).Where(p => p is >= 0 and <= 1)];
    }

    private double Transform(double value) =>
        _logarithmic ? Math.Log10(value) : Math.Clamp(value, -GreatestMagnitude, GreatestMagnitude);

    private double At(double transformed) => (transformed - _low) / (_high - _low);

    private (double Position, string Label)[] LinearTicks(int count)
    {
        double step = NiceStep((_high - _low) / Math.Max(1, count));
        double first = Math.Ceiling((_low / step) - 1e-9);
        var ticks = new List<(double, string)>();
        for (int i = 0; i <= 2 * count && (first + i) * step <= _high + (step * 1e-9); i++)
        {
            double value = (first + i) * step;
            ticks.Add((At(value), LinearLabel(value, step, Math.Max(Math.Abs(_low), Math.Abs(_high)))));
        }

        return [.. ticks];
    }

    /// <summary>The largest of 1, 2, 5 times a power of ten, one up, that is not below the step asked for.</summary>
    private static double NiceStep(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        double ratio = least / power;
        return power * (ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10);
    }

    /// <summary>As many digits as neighboring labels need to differ.</summary>
    private static string LinearLabel(double value, double step, double largest)
    {
        if (largest >= 1e6 || largest < 1e-3)
        {
            int digits = Math.Clamp((int)Math.Ceiling(Math.Log10(largest / step) - 1e-9), 0, 15);
            string pattern = $"0.{new string('#', digits)}e0";
            return Math.Abs(value) < step / 2 ? "0" : Minus(value.ToString(pattern, CultureInfo.InvariantCulture));
        }

        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 15);
        double rounded = Math.Round(value, decimals);
        return Minus((rounded == 0 ? 0 : rounded).ToString($"F{decimals}", CultureInfo.InvariantCulture));
    }

    /// <summary>Ticks at 1, 2 and 5 times powers of ten, or linear ones where not even two of them fit.</summary>
    private (double Position, string Label)[] ShortLogarithmicTicks(int count)
    {
        (double, string)[] ticks =
        [
            .. Enumerable.Range((int)Math.Floor(_low), 3)
                .SelectMany(d => new[] { 1, 2, 5 }.Select(m => (Position: At(d + Math.Log10(m)), Label: Product(m, d))))
                .Where(t => t.Position is >= 0 and <= 1),
        ];
        if (ticks.Length >= 2)
        {
            return ticks;
        }

        double low = Math.Pow(10, _low), high = Math.Pow(10, _high), step = NiceStep((high - low) / Math.Max(1, count));
        return
        [
            .. Enumerable.Range(0, 2 * count).Select(i => (Math.Ceiling(low / step) + i) * step).Where(v => v > 0 && v <= high)
                .Select(v => (At(Math.Log10(v)), LinearLabel(v, step, high))),
        ];
    }

    private IEnumerable<int> Decades(int count)
    {
        int first = (int)Math.Ceiling(_low - 1e-9), last = (int)Math.Floor(_high + 1e-9);
        int[] strides = [1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 40, 50, 100, 200];
        int stride = strides.First(s => (last - first) / s < Math.Max(2, count) || s == 200);
        for (int decade = last - (((last % stride) + stride) % stride); decade >= first; decade -= stride)
        {
            yield return decade;
        }
    }

    private static string Product(int factor, int decade) => decade is >= -2 and <= 3
        ? (factor * Math.Pow(10, decade)).ToString("0.##", CultureInfo.InvariantCulture)
        : factor == 1 ? DecadeLabel(decade) : $"{factor}·{DecadeLabel(decade)}";

    private static string DecadeLabel(int decade) => decade switch
    {
        0 => "1",
        1 => "10",
        2 => "100",
        _ => "10" + string.Concat(decade.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0'])),
    };

    private static string Minus(string number) => number.Replace('-', '−');
}
