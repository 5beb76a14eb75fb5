using System.Text;
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Unrolled.Cli.Experiments;

/// <summary>
/// Reads an experiment: YAML with sections, lists and texts, each with its line and column. An entry stands where its
/// key stands. Texts stay texts: what they mean is for the reader of the <see cref="Settings"/> to say.
/// </summary>
/// <remarks>
/// Refused, because no experiment needs them and each has hurt somebody: repeated keys, anchors and aliases (which can
/// stand for any amount of text), tags, a second document, keys that are no plain words, more than 1 MiB of text and
/// more than 24 levels.
/// </remarks>
internal sealed class ExperimentReader
{
    private const int GreatestSize = 1 << 20;
    private const int GreatestDepth = 24;

    private readonly string _source;
    private readonly Parser _parser;

    private ExperimentReader(string text, string source)
    {
        _source = source;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads a file, or the built-in experiment of that name.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read or is no experiment.</exception>
    public static Settings Read(string path)
    {
        if (ExperimentCatalog.Names.Contains(path) && !File.Exists(path))
        {
            return Parse(ExperimentCatalog.Text(path), path);
        }

        using FileStream stream = InputFile.Open(path);
        byte[] bytes = new byte[GreatestSize + 1];
        try
        {
            return Parse(bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)), path);
        }
        catch (IOException e)
        {
            throw new InvalidInputException(path, $"the file cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="InvalidInputException">The text is no experiment.</exception>
    public static Settings Parse(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.Length > GreatestSize)
        {
            throw new InvalidInputException(source, $"is larger than {GreatestSize} bytes; an experiment is a short text");
        }

        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidInputException(source, "is not UTF-8 text; expected an experiment in YAML", e);
        }

        return Parse(text, source);
    }

    /// <exception cref="InvalidInputException">The text is no experiment.</exception>
    public static Settings Parse(string text, string source)
    {
        try
        {
            return new ExperimentReader(text, source).Document();
        }
        catch (YamlException e)
        {
            throw new InvalidInputException(source, Math.Max(1, e.Start.Line), Math.Max(1, e.Start.Column), $"is not YAML: {OneLine(e.Message)}");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            // The parser's own failures on text that no YAML parser accepts.
            throw new InvalidInputException(source, $"is not YAML: {OneLine(e.Message)}", e);
        }
    }

    private Settings Document()
    {
        Next<StreamStart>();
        if (_parser.Current is StreamEnd || !_parser.MoveNext() || _parser.Current is StreamEnd)
        {
            throw new InvalidInputException(_source, "is empty; expected keys such as 'family' and 'method'");
        }

        _parser.MoveNext();
        if (_parser.Current is not MappingStart start)
        {
            throw Fault(_parser.Current!, "expected keys such as 'family: ...' and 'method: ...' at the first level");
        }

        var root = new Settings(_source);
        ReadSection(root, start, depth: 1);
        _parser.MoveNext();
        if (_parser.MoveNext() && _parser.Current is not StreamEnd)
        {
            throw Fault(_parser.Current!, "a second document begins; an experiment is one document");
        }

        return root;
    }

    /// <summary>Reads the entries of the mapping at which the parser stands, up to its end.</summary>
    private void ReadSection(Settings section, MappingStart start, int depth)
    {
        RefuseDecoration(start, depth);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            if (_parser.Current is not Scalar key)
            {
                throw Fault(_parser.Current!, "a key must be a word");
            }

            RefuseDecoration(key, depth);
            if (key.Value.Length is 0 or > 200 || key.Value.AsSpan().ContainsAny('\n', '\r'))
            {
                throw Fault(key, "a key must be a word on one line");
            }

            if (start.Style == MappingStyle.Flow && OpenParenthesis(section) is (string open, Setting first))
            {
                Continue(section, open, first, key);
                continue;
            }

            if (!keys.Add(key.Value))
            {
                throw Fault(key, $"the key '{key.Value}' occurs twice in one section");
            }

            _parser.MoveNext();
            section.Set(key.Value, ReadValue(key, section.Path.Length == 0 ? key.Value : $"{section.Path}.{key.Value}", depth));
        }
    }

    /// <summary>The last entry where its parenthesis is not closed: <c>{ mu: uniform(1, 2) }</c> is two entries to YAML, one to a user.</summary>
    private static (string Key, Setting Value)? OpenParenthesis(Settings section) =>
        section.Entries.Count > 0 && section.Entries[^1] is { Value.Text: string text } last && text.Count(c => c == '(') > text.Count(c => c == ')')
            ? (last.Key, last.Value)
            : null;

    /// <summary>Adds the words behind a comma to the value that they belong to.</summary>
    private void Continue(Settings section, string open, Setting first, Scalar words)
    {
        _parser.MoveNext();
        if (_parser.Current is not Scalar { Value.Length: 0 })
        {
            throw Fault(words, $"the parenthesis of '{open}' is not closed before '{words.Value}'");
        }

        section.Set(open, first with { Text = $"{first.Text}, {words.Value}" });
    }

    /// <summary>Reads the value at which the parser stands.</summary>
    private Setting ReadValue(ParsingEvent place, string path, int depth)
    {
        int line = (int)place.Start.Line, column = (int)place.Start.Column;
        switch (_parser.Current)
        {
            case Scalar scalar:
                RefuseDecoration(scalar, depth);
                return new Setting { Text = scalar.Value, Line = line, Column = column };
            case MappingStart start:
                var section = new Settings(_source, path, line, column);
                ReadSection(section, start, depth + 1);
                return new Setting { Section = section, Line = line, Column = column };
            case SequenceStart start:
                RefuseDecoration(start, depth + 1);
                var items = new List<Setting>();
                while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
                {
                    items.Add(ReadValue(_parser.Current!, $"{path}[{items.Count}]", depth + 1));
                }

                return new Setting { Items = items, Line = line, Column = column };
            default:
                throw Fault(_parser.Current!, "anchors (&) and aliases (*) are not part of experiments; write the value out");
        }
    }

    private void RefuseDecoration(NodeEvent node, int depth)
    {
        if (!node.Anchor.IsEmpty)
        {
            throw Fault(node, "anchors (&) and aliases (*) are not part of experiments; write the value out");
        }

        if (!node.Tag.IsEmpty)
        {
            throw Fault(node, $"tags such as '{OneLine(node.Tag.Value)}' are not part of experiments");
        }

        if (depth > GreatestDepth)
        {
            throw Fault(node, $"values are nested more than {GreatestDepth} deep");
        }
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (!_parser.MoveNext() || _parser.Current is not T)
        {
            throw new InvalidInputException(_source, "is not YAML");
        }
    }

    private InvalidInputException Fault(ParsingEvent at, string message) => new(_source, at.Start.Line, at.Start.Column, message);

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
