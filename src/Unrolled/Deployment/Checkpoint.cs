using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Deployment;

/// <summary>
/// The state of an unfinished training: named arrays of numbers, kept exactly, together with a fingerprint of the
/// experiment that they belong to. Written atomically, so a run that is killed leaves the checkpoint before or the new
/// one; a damaged file, or one of another experiment, is refused.
/// </summary>
/// <remarks>
/// The checkpoint before the newest stays beside it, with <c>.previous</c> at the end of its name, and takes its place where the newest is damaged
/// or missing: a damaged disk costs the work of one interval, not all of it.
/// </remarks>
public sealed class Checkpoint
{
    private const string Format = "unrolled-checkpoint";
    private const int FormatVersion = 1;

    private string? _fingerprint;

    /// <summary>The arrays by name.</summary>
    public Dictionary<string, double[]> Arrays { get; } = new(StringComparer.Ordinal);

    /// <summary>Why the newest checkpoint could not be read and the one before it was taken; null where the newest was.</summary>
    public string? Damage { get; private set; }

    /// <summary>Whether there is a checkpoint to read, be it the one before the newest.</summary>
    public static bool Exists(string path) => File.Exists(path) || File.Exists(Previous(path));

    /// <summary>Removes the newest checkpoint and the one before it.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(Previous(path));
    }

    /// <summary>Writes the state; what was the newest checkpoint stays as the one before it.</summary>
    /// <exception cref="IOException">The file cannot be written; an earlier one keeps its contents.</exception>
    public void Write(string path, string fingerprint)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("formatVersion", FormatVersion);
            json.WriteString("fingerprint", fingerprint);
            json.WriteString("hash", Hash());
            json.WriteStartObject("arrays");
            foreach ((string name, double[] values) in Arrays)
            {
                json.WriteStartArray(name);
                foreach (double value in values)
                {
                    // infinities are part of a state; JSON has no number for them
                    json.WriteStringValue(value.ToString("R", CultureInfo.InvariantCulture));
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        using AtomicFile file = AtomicFile.Create(path);
        file.Stream.Write(buffer.GetBuffer(), 0, (int)buffer.Length);
        file.Stream.Flush();
        if (File.Exists(path))
        {
            File.Move(path, Previous(path), overwrite: true);
        }

        file.Commit();
    }

    /// <summary>Reads the newest state, or the one before it where that is damaged; then <see cref="Damage"/> says why.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fingerprint">That of the experiment it must belong to.</param>
    /// <param name="remedy">What to do where it cannot be used.</param>
    /// <exception cref="InvalidInputException">The files are damaged, or belong to another experiment.</exception>
    public static Checkpoint Read(string path, string fingerprint, string remedy = "start anew without --resume")
    {
        Checkpoint checkpoint;
        try
        {
            checkpoint = Parse(path, remedy);
        }
        catch (InvalidInputException e) when (File.Exists(Previous(path)))
        {
            checkpoint = Parse(Previous(path), remedy);
            checkpoint.Damage = e.Message;
        }

        if (checkpoint._fingerprint != fingerprint)
        {
            throw new InvalidInputException(path, $"the checkpoint belongs to another experiment or other settings; {remedy}");
        }

        return checkpoint;
    }

    private static string Previous(string path) => path + ".previous";

    private static Checkpoint Parse(string path, string remedy)
    {
        var checkpoint = new Checkpoint();
        string? hash;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            if (root.GetProperty("format").GetString() != Format || root.GetProperty("formatVersion").GetInt32() != FormatVersion)
            {
                throw new InvalidInputException(path, $"not a checkpoint of version {FormatVersion}; {remedy}");
            }

            checkpoint._fingerprint = root.GetProperty("fingerprint").GetString();
            hash = root.GetProperty("hash").GetString();
            foreach (JsonProperty array in root.GetProperty("arrays").EnumerateObject())
            {
                checkpoint.Arrays[array.Name] = [.. array.Value.EnumerateArray().Select(
                    v => double.Parse(v.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture))];
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IOException
            or ArgumentNullException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"the checkpoint is damaged; {remedy}", e);
        }

        if (hash != checkpoint.Hash())
        {
            throw new InvalidInputException(path, $"the checkpoint is damaged: its numbers do not fit its hash; {remedy}");
        }

        return checkpoint;
    }

    private string Hash()
    {
        var text = new StringBuilder();
        foreach ((string name, double[] values) in Arrays.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append('=').AppendJoin(',', values.Select(v => Bits(v).ToString("x16", CultureInfo.InvariantCulture)));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>The bits of a number; all that are not a number count alike, as they are one word in the file.</summary>
    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value);
}
