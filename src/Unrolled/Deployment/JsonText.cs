using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Unrolled.Problems;

namespace Unrolled.Deployment;

/// <summary>
/// A JSON object as text: checked for syntax, depth and duplicate keys in one pass, with the place of every member of
/// the root and the hash of all of them but <see cref="HashKey"/>.
/// </summary>
/// <remarks>
/// The hash is the SHA-256 of the text without white space between the tokens and without the member
/// <see cref="HashKey"/>; what stands inside the tokens counts as it was written.
/// </remarks>
internal sealed class JsonText
{
    public const string HashKey = "contentHash";
    private const int GreatestDepth = 64;

    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly Dictionary<string, Range> _members = new(StringComparer.Ordinal);
    private readonly Lazy<List<int>> _lineStarts;

    private JsonText(byte[] bytes, string source)
    {
        _bytes = bytes;
        Source = source;
        _start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        _lineStarts = new(FindLineStarts);
    }

    public string Source { get; }

    /// <summary>The members of the root: where their values stand in the text.</summary>
    public IReadOnlyDictionary<string, Range> Members => _members;

    /// <summary>The hash of the contents, 64 lower-case hexadecimal digits.</summary>
    public string Hash { get; private set; } = string.Empty;

    /// <exception cref="InvalidInputException">The text is no JSON object, is cut off, nests too deeply or repeats a key.</exception>
    public static JsonText Parse(byte[] bytes, string source)
    {
        var text = new JsonText(bytes, source);
        try
        {
            text.Scan();
            return text;
        }
        catch (JsonException e)
        {
            throw text.Syntax(e);
        }
    }

    /// <summary>The text of a value.</summary>
    public ReadOnlySpan<byte> Slice(Range range) => _bytes.AsSpan(range);

    /// <summary>Where a byte stands, both from 1.</summary>
    public (int Line, int Column) Place(int offset)
    {
        List<int> starts = _lineStarts.Value;
        int at = starts.BinarySearch(offset);
        int line = at >= 0 ? at : ~at - 1;
        return (line + 1, offset - starts[line] + 1);
    }

    public InvalidInputException Fault(int offset, string message)
    {
        (int line, int column) = Place(offset);
        return new InvalidInputException(Source, line, column, message);
    }

    private void Scan()
    {
        if (_bytes.AsSpan(_start).Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new InvalidInputException(Source, "the file is empty; expected a model file");
        }

        if (!Utf8.IsValid(_bytes.AsSpan(_start)))
        {
            throw EndsInsideACharacter() ? CutOff() : new InvalidInputException(Source, "is not UTF-8 text; expected a model file");
        }

        // Not the final block: where the text ends too early, the reader stops instead of guessing what is wrong.
        var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = GreatestDepth });
        var reader = new Utf8JsonReader(_bytes.AsSpan(_start), isFinalBlock: false, state);
        var canonical = new ArrayBufferWriter<byte>(_bytes.Length);
        var keys = new Stack<HashSet<string>>();
        bool separate = false;
        string? member = null;
        int valueStart = 0;
        while (reader.Read())
        {
            int offset = _start + (int)reader.TokenStartIndex;
            JsonTokenType token = reader.TokenType;
            if (token != JsonTokenType.StartObject && keys.Count == 0 && reader.CurrentDepth == 0 && token != JsonTokenType.EndObject)
            {
                throw Fault(offset, "expected '{': a model file is a JSON object");
            }

            if (token == JsonTokenType.PropertyName)
            {
                string key = Decode(ref reader, offset);
                if (!keys.Peek().Add(key))
                {
                    throw Fault(offset, $"the key '{key}' occurs twice");
                }

                if (reader.CurrentDepth == 1)
                {
                    member = key;
                    valueStart = _start + (int)reader.BytesConsumed;
                }
            }
            else if (token == JsonTokenType.String)
            {
                Decode(ref reader, offset);
            }

            if (token == JsonTokenType.StartObject)
            {
                keys.Push(new HashSet<string>(StringComparer.Ordinal));
            }
            else if (token == JsonTokenType.EndObject)
            {
                keys.Pop();
            }

            if (!(member == HashKey && reader.CurrentDepth >= 1))
            {
                Append(canonical, ref reader, ref separate);
            }

            bool ended = token is not (JsonTokenType.PropertyName or JsonTokenType.StartObject or JsonTokenType.StartArray);
            if (ended && member is not null && reader.CurrentDepth == 1)
            {
                int first = valueStart + _bytes.AsSpan(valueStart).IndexOfAnyExcept(" \t\r\n"u8);
                _members[member] = first..(_start + (int)reader.BytesConsumed);
                member = null;
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth > 0)
        {
            throw CutOff();
        }

        Hash = Convert.ToHexStringLower(SHA256.HashData(canonical.WrittenSpan));
    }

    /// <summary>Adds a token to the text without white space, after a comma where one belongs.</summary>
    private static void Append(ArrayBufferWriter<byte> canonical, ref Utf8JsonReader reader, ref bool separate)
    {
        JsonTokenType token = reader.TokenType;
        bool closes = token is JsonTokenType.EndObject or JsonTokenType.EndArray;
        bool quoted = token is JsonTokenType.PropertyName or JsonTokenType.String;
        if (separate && !closes)
        {
            canonical.Write(","u8);
        }

        if (quoted)
        {
            canonical.Write("\""u8);
        }

        canonical.Write(reader.ValueSpan);
        if (quoted)
        {
            canonical.Write("\""u8);
        }

        if (token == JsonTokenType.PropertyName)
        {
            canonical.Write(":"u8);
        }

        separate = token is not (JsonTokenType.PropertyName or JsonTokenType.StartObject or JsonTokenType.StartArray);
    }

    private string Decode(ref Utf8JsonReader reader, int offset)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Fault(offset, "a text holds half of a surrogate pair, which is no character");
        }
    }

    private bool EndsInsideACharacter()
    {
        for (int end = _bytes.Length - 1; end > _start && end >= _bytes.Length - 3; end--)
        {
            if (Utf8.IsValid(_bytes.AsSpan(_start..end)))
            {
                return true;
            }
        }

        return false;
    }

    private InvalidInputException CutOff() => Fault(_bytes.Length, "the file is cut off: its text ends before it is complete");

    private InvalidInputException Syntax(JsonException e)
    {
        string what = e.Message;
        if (what.Contains("depth", StringComparison.OrdinalIgnoreCase))
        {
            what = $"values are nested more than {GreatestDepth} deep";
        }
        else
        {
            int tail = what.IndexOf(" LineNumber:", StringComparison.Ordinal);
            what = $"is not JSON: {(tail < 0 ? what : what[..tail]).TrimEnd('.', ' ').ReplaceLineEndings(" ")}";
        }

        return new InvalidInputException(Source, (e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1, what);
    }

    private List<int> FindLineStarts()
    {
        var starts = new List<int> { 0 };
        for (int i = 0; i < _bytes.Length; i++)
        {
            if (_bytes[i] == (byte)'\n')
            {
                starts.Add(i + 1);
            }
        }

        return starts;
    }
}
