using System.Globalization;
using System.Text.Json;

namespace Unrolled.Cli;

/// <summary>
/// The log of a run: one JSON object per line, appended and flushed, so that a run that is killed loses at most the line
/// it was writing. The file appears with its first line. A line that cannot be written (a full disk) is dropped: the user is told once. Without a
/// path nothing is written.
/// </summary>
internal sealed class RunLog(string? path, TimeProvider clock, Action<string> note) : IDisposable
{
    private readonly Lock _gate = new();
    private FileStream? _stream;
    private bool _told;

    /// <summary>Appends a line.</summary>
    /// <param name="happened">What happened, in a word: <c>loss</c>.</param>
    /// <param name="members">Writes the members beside <c>time</c> and <c>event</c>; numbers must be finite.</param>
    public void Write(string happened, Action<Utf8JsonWriter>? members = null)
    {
        if (path is null)
        {
            return;
        }

        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line))
        {
            writer.WriteStartObject();
            writer.WriteString("time", clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("event", happened);
            members?.Invoke(writer);
            writer.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        lock (_gate)
        {
            try
            {
                _stream ??= Open(path);
                _stream.Write(line.GetBuffer(), 0, (int)line.Length);
                _stream.Flush();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Dispose();
                if (!_told)
                {
                    _told = true;
                    note($"{path}: lines of the log are lost: {e.Message}");
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _stream?.Dispose();
        }
        catch (IOException)
        {
            // what was left in the buffer is a line that was already told to be lost
        }

        _stream = null; // opened anew, a line that was cut off is ended first
    }

    /// <summary>Opens the file for appending; a last line that was cut off is ended first.</summary>
    private static FileStream Open(string path)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        if (stream.Length > 0)
        {
            stream.Seek(-1, SeekOrigin.End);
            if (stream.ReadByte() != '\n')
            {
                stream.WriteByte((byte)'\n');
            }
        }

        return stream;
    }
}
