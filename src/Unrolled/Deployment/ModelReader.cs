using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unrolled.Problems;

namespace Unrolled.Deployment;

/// <summary>Reads the members of a model file whose syntax and hash have been checked.</summary>
internal sealed class ModelReader(JsonText text)
{
    private static readonly string[] Keys =
    [
        "format", "formatVersion", "method", "description", "methodSettings", "family", "validRanges", "training",
        "certificates", "parameters", "results", JsonText.HashKey,
    ];

    public Model Read()
    {
        foreach ((string key, Range range) in text.Members)
        {
            if (!Keys.Contains(key))
            {
                string hint = Spelling.Nearest(key, Keys) is string nearest ? $" (did you mean '{nearest}'?)" : string.Empty;
                throw text.Fault(range.Start.Value, $"unknown key '{key}'{hint}");
            }
        }

        return new Model
        {
            Method = Text("method"),
            Description = Text("description"),
            MethodSettings = Section("methodSettings"),
            Family = Section("family"),
            ValidRanges = Ranges(Section("validRanges")),
            Training = Training(Section("training")),
            Certificates = Certificates(),
            Parameters = new ParametersReader(text, Member("parameters")).Read(),
            Results = Results(),
        };
    }

    /// <summary>The text of a member that must be a text.</summary>
    public string Text(string key)
    {
        Range range = Member(key);
        var reader = new Utf8JsonReader(text.Slice(range));
        reader.Read();
        return reader.TokenType == JsonTokenType.String
            ? reader.GetString()!
            : throw text.Fault(range.Start.Value, $"'{key}' must be a text");
    }

    private Range Member(string key) => text.Members.TryGetValue(key, out Range range)
        ? range
        : throw new InvalidInputException(text.Source, $"'{key}' is missing");

    private Settings Section(string key) => SettingsJson.Read(text, Member(key), key);

    private static List<ValidRange> Ranges(Settings section)
    {
        var ranges = new List<ValidRange>();
        foreach ((string name, Setting _) in section.Entries.ToArray())
        {
            Settings range = section.Section(name);
            double low = range.Number("low", double.MinValue, double.MaxValue);
            ranges.Add(new ValidRange(name, low, range.Number("high", low, double.MaxValue)));
        }

        section.RequireAllKnown();
        return ranges;
    }

    private static TrainingRecord Training(Settings section)
    {
        string date = section.Text("date");
        var record = new TrainingRecord
        {
            Seed = section.Seed("seed"),
            Trainer = section.Text("trainer"),
            Seconds = section.Number("seconds", 0, double.MaxValue),
            Loss = section.Number("loss", double.MinValue, double.MaxValue),
            Instances = section.Integer("instances", 0, int.MaxValue),
            LibraryVersion = section.Text("libraryVersion"),
            Date = DateTimeOffset.TryParseExact(
                date, ModelFile.DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset day)
                ? day
                : throw section.Fault("date", $"'training.date' is '{date}'; expected a time such as 2026-11-30T12:00:00Z"),
            Settings = section.RequiredSection("settings"),
        };
        foreach ((string key, Setting value) in section.Entries)
        {
            if (key is not ("seed" or "trainer" or "seconds" or "loss" or "instances" or "libraryVersion" or "date" or "settings"))
            {
                throw section.Fault(key, $"unknown key 'training.{key}'");
            }
        }

        return record;
    }

    private List<Certificate> Certificates()
    {
        Range range = Member("certificates");
        var reader = new Utf8JsonReader(text.Slice(range));
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw text.Fault(range.Start.Value, "'certificates' must be a list");
        }

        var certificates = new List<Certificate>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = range.Start.Value + (int)reader.TokenStartIndex;
            reader.Skip();
            Settings section = SettingsJson.Read(
                text, start..(range.Start.Value + (int)reader.BytesConsumed), $"certificates[{certificates.Count}]");
            certificates.Add(new Certificate(
                section.Text("claim"),
                section.Number("value", double.MinValue, double.MaxValue),
                section.Number("bound", double.MinValue, double.MaxValue),
                section.Choice("holds", ["true", "false"]) == "true",
                Texts(section, "assumptions")));
            section.RequireAllKnown();
        }

        return certificates;
    }

    private static string[] Texts(Settings section, string key)
    {
        if (!section.TryGet(key, out Setting? value) || value.Items is null)
        {
            throw section.Fault(key, $"'{section.Path}.{key}' must be a list of texts");
        }

        return [.. value.Items.Select(i => i.Text ?? throw section.Fault(key, $"'{section.Path}.{key}' must be a list of texts"))];
    }

    private JsonObject Results()
    {
        Range range = Member("results");
        return JsonNode.Parse(text.Slice(range)) as JsonObject
            ?? throw text.Fault(range.Start.Value, "'results' must be an object");
    }
}
