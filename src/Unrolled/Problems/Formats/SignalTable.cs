using Unrolled.Numerics;

namespace Unrolled.Problems.Formats;

/// <summary>Signals of one length from a text file, with what is needed to write such a file again.</summary>
/// <param name="Signals">How many signals.</param>
/// <param name="Length">The samples of each.</param>
/// <param name="Values">All samples; shape (signals, length).</param>
public sealed record SignalTable(int Signals, int Length, double[] Values)
{
    /// <summary>What stands between values: a comma, semicolon, tab or blank.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>The first line if it has names instead of numbers; else null.</summary>
    public string? Header { get; init; }

    /// <summary>One signal per line, or one value per line.</summary>
    public SignalOrientation Orientation { get; init; }

    /// <summary>The samples as a batch of signals of one channel.</summary>
    public Field<float> ToField()
    {
        var field = new Field<float>(Signals, 1, 1, Length);
        Span<float> values = field.Values;
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = (float)Values[k];
        }

        return field;
    }
}
