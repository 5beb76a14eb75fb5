using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Unrolled.Problems;

/// <summary>One value of a <see cref="Settings"/> tree with its place in the text it came from: a text, a section or a list.</summary>
public sealed record Setting
{
    /// <summary>The text of a scalar; null for a section or list.</summary>
    public string? Text { get; init; }

    /// <summary>A nested section; null for a scalar or list.</summary>
    public Settings? Section { get; init; }

    /// <summary>The items of a list; null for a scalar or section.</summary>
    public IReadOnlyList<Setting>? Items { get; init; }

    /// <summary>The line, from 1; 0 where there is none.</summary>
    public int Line { get; init; }

    /// <summary>The column, from 1; 0 where there is none.</summary>
    public int Column { get; init; }
}

/// <summary>
/// A section of an experiment or model file: keys in order, each with a scalar, a section or a list. Reading a value
/// checks its type and range and marks the key as known; <see cref="RequireAllKnown"/> then refuses keys that nobody
/// asked for and names the nearest that somebody did. Defaults that were read become part of the section, so that what
/// a model file stores says everything that was used.
/// </summary>
/// <param name="source">The name of the text, for messages.</param>
/// <param name="path">The place of the section in the tree, such as <c>family</c>; empty for the root.</param>
/// <param name="line">The line at which the section starts, from 1; 0 where there is none.</param>
/// <param name="column">Its column.</param>
public sealed class Settings(string source, string path = "", int line = 0, int column = 0)
{
    private readonly List<KeyValuePair<string, Setting>> _entries = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The name of the text, for messages.</summary>
    public string Source => source;

    /// <summary>The place of the section in the tree.</summary>
    public string Path => path;

    /// <summary>All entries in their order, defaults that were read included.</summary>
    public IReadOnlyList<KeyValuePair<string, Setting>> Entries => _entries;

    /// <summary>Adds or replaces an entry.</summary>
    public void Set(string key, Setting value)
    {
        int at = _entries.FindIndex(e => e.Key == key);
        if (at < 0)
        {
            _entries.Add(new(key, value));
        }
        else
        {
            _entries[at] = new(key, value);
        }
    }

    /// <summary>Adds or replaces a scalar.</summary>
    public void Set(string key, string text) => Set(key, new Setting { Text = text });

    /// <summary>Adds or replaces all entries of another section.</summary>
    internal void SetAll(Settings other)
    {
        foreach ((string key, Setting value) in other._entries)
        {
            Set(key, value);
        }
    }

    /// <summary>Whether a key is there; asking makes it known.</summary>
    public bool Has(string key) => TryGet(key, out _);

    /// <summary>The value of a key; asking makes it known.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out Setting? value)
    {
        _known.Add(key);
        int at = _entries.FindIndex(e => e.Key == key);
        value = at < 0 ? null : _entries[at].Value;
        return at >= 0;
    }

    /// <summary>The text of a scalar; the fallback, if there is one, where the key is missing.</summary>
    /// <exception cref="InvalidInputException">The key is missing without a fallback, or holds no scalar.</exception>
    public string Text(string key, string? fallback = null)
    {
        if (!TryGet(key, out Setting? value))
        {
            Set(key, fallback ?? throw Missing(key));
            return fallback;
        }

        return value.Text ?? throw Fault(value, $"'{Place(key)}' must be a single value");
    }

    /// <summary>One of a few words.</summary>
    /// <exception cref="InvalidInputException">The word is not one of the choices.</exception>
    public string Choice(string key, ReadOnlySpan<string> choices, string? fallback = null)
    {
        string text = Text(key, fallback);
        foreach (string choice in choices)
        {
            if (choice == text)
            {
                return text;
            }
        }

        string list = string.Join(", ", choices!);
        throw Fault(Get(key), $"'{Place(key)}' is '{text}'; expected one of {list}{Suggestion(text, choices.ToArray())}");
    }

    /// <summary>An integer in a range.</summary>
    /// <exception cref="InvalidInputException">The value is missing, not an integer, or outside the range.</exception>
    public int Integer(string key, int least, int most, int? fallback = null)
    {
        string text = Text(key, fallback?.ToString(CultureInfo.InvariantCulture));
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
        {
            throw Fault(Get(key), $"'{Place(key)}' is '{text}'; expected an integer from {least} to {most}");
        }

        return value >= least && value <= most
            ? value
            : throw Fault(Get(key), $"'{Place(key)}' is {value}; expected an integer from {least} to {most}");
    }

    /// <summary>A seed: an integer of 64 bits without a sign.</summary>
    /// <exception cref="InvalidInputException">The value is missing without a fallback, or is no such integer.</exception>
    public ulong Seed(string key, ulong? fallback = null)
    {
        string text = Text(key, fallback?.ToString(CultureInfo.InvariantCulture));
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw Fault(Get(key), $"'{Place(key)}' is '{text}'; expected an integer from 0 to {ulong.MaxValue}");
    }

    /// <summary>A finite number in a closed range.</summary>
    /// <exception cref="InvalidInputException">The value is missing, not a finite number, or outside the range.</exception>
    public double Number(string key, double least, double most, double? fallback = null)
    {
        string text = Text(key, fallback?.ToString("R", CultureInfo.InvariantCulture));
        string range = string.Create(CultureInfo.InvariantCulture, $"expected a number from {least:R} to {most:R}");
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value)
            || value < least || value > most)
        {
            throw Fault(Get(key), $"'{Place(key)}' is '{text}'; {range}");
        }

        return value;
    }

    /// <summary>Several finite numbers in a closed range: a list, or words separated by commas.</summary>
    /// <exception cref="InvalidInputException">There is none, or one is not a finite number in the range.</exception>
    public double[] Numbers(string key, double least, double most, string? fallback = null)
    {
        string[] words = TryGet(key, out Setting? value) && value.Items is not null
            ? [.. value.Items.Select(i => i.Text ?? "a section")]
            : Text(key, fallback).Split(',', StringSplitOptions.TrimEntries);
        return words.Length == 0
            ? throw Fault(Get(key), $"'{Place(key)}' is an empty list; expected at least one number")
            : Array.ConvertAll(words, word =>
                double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most
                    ? number
                    : throw Fault(Get(key), string.Create(CultureInfo.InvariantCulture, $"'{Place(key)}' holds '{word}'; expected numbers from {least:R} to {most:R}")));
    }

    /// <summary>A nested section that must be there.</summary>
    /// <exception cref="InvalidInputException">The key is missing, or holds no section.</exception>
    public Settings RequiredSection(string key) => Has(key) ? Section(key) : throw Missing(key);

    /// <summary>A nested section; an empty one, which becomes part of this one, where the key is missing.</summary>
    /// <exception cref="InvalidInputException">The key holds no section.</exception>
    public Settings Section(string key)
    {
        if (TryGet(key, out Setting? value))
        {
            return value.Section ?? throw Fault(value, $"'{Place(key)}' must be a section of its own, with keys below it");
        }

        var section = new Settings(source, Place(key), line, column);
        Set(key, new Setting { Section = section, Line = line, Column = column });
        return section;
    }

    /// <summary>Refuses keys that were never asked for, here and below, naming the nearest known one.</summary>
    /// <exception cref="InvalidInputException">A key is unknown.</exception>
    public void RequireAllKnown()
    {
        foreach ((string key, Setting value) in _entries)
        {
            if (!_known.Contains(key))
            {
                string known = _known.Count == 0 ? "no keys are expected here" : $"known keys are {string.Join(", ", _known.Order(StringComparer.Ordinal))}";
                throw Fault(value, $"unknown key '{Place(key)}'{Suggestion(key, _known)}; {known}");
            }

            value.Section?.RequireAllKnown();
            foreach (Setting item in value.Items ?? [])
            {
                item.Section?.RequireAllKnown();
            }
        }
    }

    /// <summary>An error at the place of a key.</summary>
    public InvalidInputException Fault(string key, string message) => Fault(Get(key), message);

    private Setting Get(string key) => TryGet(key, out Setting? value) ? value : new Setting { Line = line, Column = column };

    private string Place(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private InvalidInputException Missing(string key) =>
        Fault(new Setting { Line = line, Column = column }, $"'{Place(key)}' is missing");

    private InvalidInputException Fault(Setting at, string message) =>
        at.Line > 0 ? new InvalidInputException(source, at.Line, at.Column, message) : new InvalidInputException(source, message);

    private static string Suggestion(string word, IEnumerable<string> candidates) =>
        Spelling.Nearest(word, candidates) is string nearest ? $" (did you mean '{nearest}'?)" : string.Empty;
}
