using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unrolled.Cli.Experiments;
using Unrolled.Problems;

namespace Unrolled.Cli.Headlines;

/// <summary>The headline experiments that are built into the command, and the results that were published with it.</summary>
internal static class HeadlineCatalog
{
    /// <summary>The headlines in the order of the README.</summary>
    public static IReadOnlyList<Headline> All { get; } = Read(Text("headlines.yaml"), "headlines.yaml");

    /// <summary>The results of all headlines as the README shows them.</summary>
    public static IReadOnlyList<HeadlineResult> Published { get; } =
        [.. JsonNode.Parse(Text("results.json"))!.AsArray().Select(n => HeadlineResult.FromJson(n!.AsObject()))];

    internal static IReadOnlyList<Headline> Read(string text, string source)
    {
        Settings root = ExperimentReader.Parse(text, source);
        return [.. root.Entries.Select(e => Of(e.Key, root.Section(e.Key)))];
    }

    private static Headline Of(string name, Settings section)
    {
        string[] statistics = [.. Statistic.All.Select(s => s.Name)];
        string statistic = section.Choice("statistic", statistics, statistics[0]);
        var headline = new Headline(
            name, section.Text("title"), section.Text("experiment"), Assignments(section.Section("set")), Assignments(section.Section("quick")),
            Statistic.All.First(s => s.Name == statistic), section.Has("costs") ? section.Numbers("costs", 0, 1e9) : [], Pairs(section));
        section.RequireAllKnown();
        return headline;
    }

    private static (string Method, string Rival)[] Pairs(Settings section) => section.TryGet("pairs", out Setting? pairs)
        ? [.. (pairs.Items ?? []).Select(item => item.Text?.Split(" / ") is [string method, string rival] ? (method, rival) : throw section.Fault("pairs", "expected pairs 'method / rival'"))]
        : [];

    private static string[] Assignments(Settings section) => [.. section.Entries.Select(e => $"{e.Key}={section.Text(e.Key)}")];

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(HeadlineCatalog).Assembly.GetManifestResourceStream($"headlines/{name}")!);
        return reader.ReadToEnd();
    }
}
