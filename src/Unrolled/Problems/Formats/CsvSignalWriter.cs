using System.Globalization;
using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Problems.Formats;

/// <summary>Writes signals as text, one per line or as one column, every value with the fewest digits that determine it.</summary>
public static class CsvSignalWriter
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="signals">Finite values; one channel, one row.</param>
    /// <param name="like">A table whose delimiter, header and orientation the file takes; decimal commas become points. Null for commas.</param>
    /// <exception cref="ArgumentException">The fields are not signals, or a value is not finite.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is untouched.</exception>
    public static void Write<T>(string path, Field<T> signals, SignalTable? like = null)
        where T : struct, IFloatingPointIeee754<T>
    {
        using AtomicFile file = AtomicFile.Create(path);
        Write(file.Stream, signals, like);
        file.Commit();
    }

    /// <summary>Writes the contents of a file to a stream, which the caller disposes.</summary>
    /// <inheritdoc cref="Write{T}(string, Field{T}, SignalTable)"/>
    public static void Write<T>(Stream stream, Field<T> signals, SignalTable? like = null)
        where T : struct, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(signals);
        bool column = like?.Orientation == SignalOrientation.Column;
        if (signals.Channels != 1 || signals.Rows != 1 || (column && signals.Instances > 1))
        {
            throw new ArgumentException($"the fields are {signals}, expected signals of one channel and one row{(column ? ", and one of them for a column" : string.Empty)}", nameof(signals));
        }

        string delimiter = column ? "\n" : $"{like?.Delimiter ?? ','}";
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        if (like?.Header is string header)
        {
            writer.WriteLine(header);
        }

        for (int n = 0; n < signals.Instances; n++)
        {
            Span<T> signal = signals.Instance(n);
            for (int j = 0; j < signal.Length; j++)
            {
                if (!T.IsFinite(signal[j]))
                {
                    throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"sample {j} of signal {n} is {signal[j]}, expected a finite number"), nameof(signals));
                }

                writer.Write(j == 0 ? string.Empty : delimiter);
                writer.Write(signal[j].ToString("R", CultureInfo.InvariantCulture));
            }

            writer.WriteLine();
        }
    }
}
