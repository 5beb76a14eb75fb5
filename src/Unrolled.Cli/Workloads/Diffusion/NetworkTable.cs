using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>How the networks of an experiment do on fresh signals or images, over all seeds.</summary>
internal sealed class NetworkTable(IReadOnlyList<TestFields> tests, WorkContext context)
{
    private readonly List<(TrainedEntry First, double Seconds, double[] SeedMeans, double[] Ratios)> _entries = [];

    /// <summary>Measures what an entry became, one network for each seed.</summary>
    public void Add(IReadOnlyList<TrainedEntry> trained)
    {
        double[][] ratios = [.. trained.Select((t, s) => tests[s].Ratios(t.Network, t.Parameters, context.Cancellation))];
        _entries.Add((trained[0], trained.Average(t => t.Seconds), [.. ratios.Select(r => r.Average())], [.. ratios.SelectMany(r => r)]));
    }

    /// <summary>The mean ratio of an entry.</summary>
    public double Mean(int entry) => _entries[entry].SeedMeans.Average();

    /// <summary>The networks as a comparison.</summary>
    public Comparison ToComparison(DenoisingFamily family, ulong seed)
    {
        double[] noisy = [.. tests.SelectMany(t => t.NoisyRatios())];
        double best = Enumerable.Range(1, _entries.Count - 1).Select(Mean).DefaultIfEmpty(double.NegativeInfinity).Max();
        var notes = new List<string>();
        if (_entries.Count > 1)
        {
            int rival = Enumerable.Range(1, _entries.Count - 1).MaxBy(Mean);
            notes.Add(FormattableString.Invariant($"{_entries[0].First.Network.Name} is {Math.Abs(Mean(0) - best):f2} dB {(Mean(0) >= best ? "above" : "BELOW")} the best rival, {_entries[rival].First.Network.Name}"));
        }

        return new Comparison
        {
            Model = "model.json",
            Family = family.Description,
            Metric = "PSNR in dB",
            Better = Direction.Larger,
            Instances = noisy.Length,
            Seed = seed,
            Rows =
            [
                .. _entries.Select(e => Row(e.First.Network.Name, ComparisonRow.Learned, e.Ratios) with { Cost = e.First.Network.ParameterCount, CostUnit = "parameters" }),
                Row("noisy", ComparisonRow.Classical, noisy),
            ],
            Notes = notes,
        };
    }

    /// <summary>What a report shows beside the comparison: rates, iterations, and the mean of every seed.</summary>
    public JsonArray ToJson() =>
    [
        .. _entries.Select(e => (JsonNode)new JsonObject
        {
            ["name"] = e.First.Network.Name,
            ["parameters"] = e.First.Network.ParameterCount,
            ["iterations"] = e.First.Entry.Iterations,
            ["learningRate"] = e.First.LearningRate,
            ["seconds"] = ResultNumbers.ToJson(e.Seconds),
            ["psnr"] = ResultNumbers.ToJson(e.SeedMeans),
        }),
    ];

    private static ComparisonRow Row(string name, string kind, double[] ratios) => ComparisonRow.Of(name, kind, ratios, Direction.Larger);
}
