using System.Text;
using System.Text.Json;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Deployment;

/// <summary>
/// Reads and writes a <see cref="Model"/> as one indented JSON file. Numbers have the fewest digits, at most 17, that
/// read back as the same bits. The last member, <c>contentHash</c>, is the SHA-256 of the text before it without the
/// white space between tokens, so that a file that was changed, cut off or damaged is never taken for a model.
/// </summary>
/// <remarks>
/// The format is described in <c>docs/model-file.md</c>. A file of a newer version, a file of another kind, unknown and
/// repeated keys, shapes that do not agree with their values and numbers that are not finite are refused.
/// </remarks>
public static class ModelFile
{
    /// <summary>The first member of every model file.</summary>
    public const string Format = "unrolled-model";

    /// <summary>The version that is written, and the newest that can be read.</summary>
    public const int FormatVersion = 1;

    internal const string DateFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Writes a model; the file appears complete or not at all.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="ArgumentException">A number of the model is not finite.</exception>
    /// <exception cref="IOException">The file cannot be written; an earlier one keeps its contents.</exception>
    public static void Write(string path, Model model)
    {
        byte[] bytes = ToBytes(model);
        using AtomicFile file = AtomicFile.Create(path);
        file.Stream.Write(bytes);
        file.Commit();
    }

    /// <summary>Writes a model to a stream.</summary>
    /// <exception cref="ArgumentException">A number of the model is not finite.</exception>
    public static void Write(Stream stream, Model model)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(ToBytes(model));
    }

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file cannot be read or is not a complete, unchanged model file; the text says where and why.</exception>
    public static Model Read(string path)
    {
        using FileStream stream = InputFile.Open(path);
        return Read(stream, path);
    }

    /// <summary>Reads a model from a stream.</summary>
    /// <param name="stream">The text of the file.</param>
    /// <param name="source">The name of the text, for messages.</param>
    /// <exception cref="InvalidInputException">The text is not a complete, unchanged model file; the text says where and why.</exception>
    public static Model Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        using var copy = new MemoryStream();
        try
        {
            stream.CopyTo(copy);
        }
        catch (IOException e)
        {
            throw new InvalidInputException(source, $"the file cannot be read: {e.Message}", e);
        }

        JsonText text = JsonText.Parse(copy.ToArray(), source);
        var reader = new ModelReader(text);
        CheckKind(text, reader);
        string stated = reader.Text(JsonText.HashKey);
        return stated == text.Hash
            ? reader.Read()
            : throw new InvalidInputException(source,
                $"was edited after it was written: its content hash is {text.Hash}, expected {stated}");
    }

    /// <summary>The text of a model with the hash as its last member.</summary>
    internal static byte[] ToBytes(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Seal(ModelWriter.Write(model));
    }

    /// <summary>Adds the hash to the text of an object that has none.</summary>
    internal static byte[] Seal(byte[] unsealed)
    {
        string hash = JsonText.Parse(unsealed, "model").Hash;
        int end = unsealed.AsSpan(0, unsealed.AsSpan().LastIndexOf((byte)'}')).TrimEnd(" \n"u8).Length;
        return [.. unsealed.AsSpan(0, end), .. Encoding.UTF8.GetBytes($",\n  \"{JsonText.HashKey}\": \"{hash}\"\n}}\n")];
    }

    private static void CheckKind(JsonText text, ModelReader reader)
    {
        if (!text.Members.ContainsKey("format") || reader.Text("format") != Format)
        {
            throw new InvalidInputException(text.Source, $"is not a model file: its 'format' is not '{Format}'");
        }

        if (!text.Members.TryGetValue("formatVersion", out Range range))
        {
            throw new InvalidInputException(text.Source, "'formatVersion' is missing");
        }

        var version = new Utf8JsonReader(text.Slice(range));
        version.Read();
        if (version.TokenType != JsonTokenType.Number || !version.TryGetInt32(out int number) || number < 1)
        {
            throw text.Fault(range.Start.Value, "'formatVersion' must be an integer from 1");
        }

        if (number > FormatVersion)
        {
            throw text.Fault(range.Start.Value,
                $"is of format version {number}; this program reads versions up to {FormatVersion}: use a newer one");
        }
    }
}
