using System.Globalization;
using System.Text;
using Unrolled.Learning;

namespace Unrolled.Cli;

/// <summary>
/// One line on standard error that says how far a training is, redrawn at most ten times per second, from half a second
/// on, and gone when the work is done. Notes are written above it. Silent unless a person watches.
/// </summary>
internal sealed class ProgressBar(TextWriter error, bool visible, TimeProvider clock) : IProgress<LearningProgress>, IDisposable
{
    private const int BarLength = 24;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5), Interval = TimeSpan.FromSeconds(0.1);

    private readonly Lock _gate = new();
    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _drawn = TimeSpan.MinValue;
    private string _line = string.Empty;

    /// <inheritdoc/>
    public void Report(LearningProgress value)
    {
        if (!visible)
        {
            return;
        }

        lock (_gate)
        {
            TimeSpan now = clock.GetElapsedTime(_start);
            if (now < Patience || now - Interval < _drawn)
            {
                return;
            }

            _drawn = now;
            Clear();
            _line = Line(value);
            error.Write(_line);
            error.Flush();
        }
    }

    /// <summary>Writes a line of its own.</summary>
    public void Note(string text)
    {
        lock (_gate)
        {
            Clear();
            error.WriteLine(text);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            Clear();
            error.Flush();
        }
    }

    /// <summary><c>Adam           [############------------]  50 %  loss 1.06e-02  0:12, 0:12 left</c>.</summary>
    internal static string Line(LearningProgress value)
    {
        double fraction = double.IsFinite(value.Fraction) ? Math.Clamp(value.Fraction, 0, 1) : 0;
        int filled = (int)(fraction * BarLength);
        string phase = value.Phase.Length > 14 ? value.Phase[..14] : value.Phase;
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{phase,-14} [{new string('#', filled)}{new string('-', BarLength - filled)}] {(int)(fraction * 100),3} %");
        if (double.IsFinite(value.Loss))
        {
            line.Append(CultureInfo.InvariantCulture, $"  loss {NumberText.Scientific(value.Loss)}");
        }

        line.Append("  ").Append(Clock(value.Elapsed));
        if (fraction is > 0.02 and < 1)
        {
            line.Append(", ").Append(Clock(value.Elapsed * ((1 - fraction) / fraction))).Append(" left");
        }

        return line.Length > Terminal.Width - 1 ? line.ToString(0, Terminal.Width - 1) : line.ToString();
    }

    private static string Clock(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    private void Clear()
    {
        if (_line.Length > 0)
        {
            error.Write($"\r{new string(' ', _line.Length)}\r");
            _line = string.Empty;
        }
    }
}
