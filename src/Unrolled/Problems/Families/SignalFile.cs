using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Problems.Formats;

namespace Unrolled.Problems.Families;

/// <summary>
/// The user's signals from a CSV file (one per line) or an NPY file (one axis, or signals x samples). A draw is a random part of a random
/// signal, mirrored or not.
/// </summary>
public sealed class SignalFile : IFieldSource
{
    private readonly Field<float> _signals;
    private readonly string _path;

    private SignalFile(string path, int samples, Field<float> signals)
    {
        (_path, Columns, _signals) = (path, samples, signals);
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        foreach (float value in signals.Values)
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        (Low, Peak) = (low, high > low ? (double)high - low : 1);
        Description = string.Create(CultureInfo.InvariantCulture,
            $"Parts of {samples} samples of the {signals.Instances} signals of {signals.Columns} samples in {Path.GetFileName(path)}, values from {low:R} to {high:R}");
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Settings Settings => FamilySettings.Of(("kind", "signals"), ("samples", Columns), ("signals", _path));

    /// <inheritdoc/>
    public int Rows => 1;

    /// <inheritdoc/>
    public int Columns { get; }

    /// <summary>The smallest value of the file.</summary>
    public double Low { get; }

    /// <summary>The difference between the largest and the smallest value of the file; 1 if there is none.</summary>
    public double Peak { get; }

    /// <inheritdoc/>
    public double NoiseUnit => 1;

    /// <summary>All signals; shape (signals, 1, 1, samples). Not to be written to.</summary>
    public Field<float> Signals => _signals;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A file in the NPY format, told by its first bytes, or text.</param>
    /// <param name="samples">The length of a draw when nobody asks for another.</param>
    /// <exception cref="InvalidInputException">The file cannot be opened or is invalid, or its signals are shorter.</exception>
    public static SignalFile Read(string path, int samples = 256)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        Field<float> signals = IsNpy(path) ? FromArray(NpyReader.Read(path), path) : CsvSignalReader.Read(path).ToField();
        foreach (float value in signals.Values)
        {
            if (!float.IsFinite(value))
            {
                throw new InvalidInputException(path, "a value is beyond the range of single precision");
            }
        }

        return signals.Columns >= samples
            ? new SignalFile(path, samples, signals)
            : throw new InvalidInputException(path, $"the signals have {signals.Columns} samples, expected at least {samples}");
    }

    /// <inheritdoc/>
    public void Draw(Field<float> destination, int instance, RandomStream stream)
    {
        FieldSource.CheckSignal(destination);
        ArgumentNullException.ThrowIfNull(stream);
        if (destination.Columns > _signals.Columns)
        {
            throw new ArgumentException($"the fields are {destination}, the signals of the file have {_signals.Columns} samples", nameof(destination));
        }

        int signal = stream.NextIndex(_signals.Instances), start = stream.NextIndex(_signals.Columns - destination.Columns + 1);
        Span<float> part = destination.Plane(instance, 0);
        _signals.Instance(signal).Slice(start, part.Length).CopyTo(part);
        if (stream.NextIndex(2) == 1)
        {
            part.Reverse();
        }
    }

    private static bool IsNpy(string path)
    {
        Span<byte> start = stackalloc byte[6];
        using FileStream stream = InputFile.Open(path);
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(NpyReader.Signature);
    }

    private static Field<float> FromArray(NumberArray array, string path)
    {
        if (array.Shape.Length is not (1 or 2) || array.Values.Length == 0)
        {
            throw new InvalidInputException(path, $"the array has the shape ({string.Join(", ", array.Shape)}), expected (samples) or (signals, samples)");
        }

        int signals = array.Shape.Length == 1 ? 1 : array.Shape[0];
        return new SignalTable(signals, array.Shape[^1], array.Values).ToField();
    }
}
