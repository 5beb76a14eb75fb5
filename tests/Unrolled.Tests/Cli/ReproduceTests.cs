using System.Text.Json.Nodes;
using Unrolled.Cli;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Headlines;
using Unrolled.Problems;

namespace Unrolled.Tests.Cli;

/// <summary>Headlines are run as a user would run them, and compared with what was published.</summary>
public sealed class ReproduceTests : IDisposable
{
    private readonly LinearCommand _command = new();

    public void Dispose() => _command.Dispose();

    [Fact]
    public void AHeadlineIsReproducedToTheDigit()
    {
        (int code, string output, string error) = _command.Run("reproduce", "linear-5x5", "--out", _command.Folder, "--quiet");
        Assert.True(code == ExitCode.Done, output + error);
        Assert.Contains("as published", output);
        Assert.DoesNotContain("NOT", output);
        Assert.True(File.Exists(_command.At("linear-5x5/model.json")));
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, Terminal.Width));
    }

    [Fact]
    public void JsonIsWhatIsPublished()
    {
        (int code, string output, _) = _command.Run("reproduce", "linear-5x5", "--quick", "--json", "--out", _command.Folder, "--quiet");
        Assert.Equal(ExitCode.Done, code);
        HeadlineResult result = HeadlineResult.FromJson(JsonNode.Parse(output)!.AsArray().Single()!.AsObject());
        HeadlineResult published = HeadlineCatalog.Published.Single(r => r.Name == "linear-5x5");
        Assert.True(HeadlineText.Agrees(result, published));
        Assert.Equal([4.0, 8, 12], result.Figures.Select(f => f.Cost!.Value));
    }

    [Fact]
    public void WithoutNamesTheyAreListed()
    {
        (int code, string output, _) = _command.Run("reproduce");
        Assert.Equal(ExitCode.Done, code);
        Assert.All(HeadlineCatalog.All, h => Assert.Contains($"{h.Name} ", output));
    }

    [Fact]
    public void AnUnknownNameIsOneLine()
    {
        (int code, string output, string error) = _command.Run("reproduce", "linear-5");
        Assert.Equal(ExitCode.InvalidInput, code);
        Assert.Empty(output);
        Assert.StartsWith("unrolled: there is no headline 'linear-5' (did you mean 'linear-5x5'?)", error);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    /// <summary>At each cost the best learned row stands beside the best other one that costs no more; what has no cost competes with none that has one.</summary>
    [Fact]
    public void FiguresAreTheBestAtNoMoreCost()
    {
        static ComparisonRow Row(string method, string kind, double? cost, double mean) => new() { Method = method, Kind = kind, Cost = cost, CostUnit = "products", Mean = mean };
        var comparison = new Comparison
        {
            Model = "m", Family = "f", Metric = "residual", Instances = 3, Seed = 1,
            Rows =
            [
                Row("L", "learned", 4, 1e-2), Row("L", "learned", 8, 1e-4), Row("A", "classical", 3, 3e-2), Row("B", "classical", 4, 4e-2), Row("B", "classical", 8, 1e-6), Row("direct", "classical", null, 0),
            ],
        };
        var headline = new Headline("n", "t", "e", [], [], Statistic.All.Single(s => s.Name == "mean"), [], []);
        HeadlineResult result = HeadlineResult.Of(headline, comparison, 1);
        Assert.Equal(["A", "B"], result.Figures.Select(f => f.Rival));
        Assert.Equal([1e-2, 1e-4], result.Figures.Select(f => f.Value));
        string[] row = HeadlineText.Markdown([headline], [result]).Split('\n')[2].Split('|');
        Assert.Equal(" 3.0x below / 100x above ", row[4]);
        Assert.False(HeadlineText.Agrees(result, result with { Figures = [result.Figures[0], result.Figures[1] with { Value = 1.02e-4 }] }));
    }

    [Fact]
    public void PairsAreComparedByName()
    {
        var comparison = new Comparison
        {
            Model = "m", Family = "f", Metric = "PSNR", Better = Direction.Larger, Instances = 3, Seed = 1,
            Rows = [new() { Method = "ours", Kind = "learned", Cost = 50, CostUnit = "parameters", Mean = 31.5 }, new() { Method = "theirs", Kind = "learned", Cost = 90, CostUnit = "parameters", Mean = 30.25 }],
        };
        Headline headline = HeadlineCatalog.Read("n: { title: t, experiment: e, statistic: mean, pairs: [\"ours / theirs\"] }", "h.yaml").Single();
        string row = HeadlineText.Markdown([headline], [HeadlineResult.Of(headline, comparison, 1)]).Split('\n')[2];
        Assert.Equal("| t (mean of 3) | 31.50 | theirs, 90 parameters 30.25 | +1.25 | `learn experiments/e.yaml` |", row);
        Assert.Throws<InvalidInputException>(() => HeadlineCatalog.Read("n: { title: t, experiment: e, pairs: [ours] }", "h.yaml"));
    }

    [Fact]
    public void AWrongFileIsNamed() => Assert.Contains(
        "unknown key 'a.titel'", Assert.Throws<InvalidInputException>(() => HeadlineCatalog.Read("a: { title: t, experiment: e, titel: x }", "h.yaml")).Message);
}
