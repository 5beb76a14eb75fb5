extern alias Benchmarks;

using Benchmarks::Unrolled.Benchmarks;

namespace Unrolled.Tests.Repository;

/// <summary>The pages of the benchmarks, their summary and the scenarios that write them say the same.</summary>
public sealed class BenchmarkPageTests : IDisposable
{
    private static readonly string _pages = Path.Combine(RepositoryFolder.Root, "bench", "results");

    private readonly string _folder = Directory.CreateTempSubdirectory("benchmark-pages").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EveryPageBelongsToAScenario() => Assert.Empty(
        Directory.GetFiles(_pages).Select(Path.GetFileName).Except([.. Scenarios.All.Select(s => s.Name + ".md"), "README.md"]));

    /// <summary>A scenario without a page is named as one that was never run.</summary>
    [Fact]
    public void EveryScenarioHasAPageOrIsNamed()
    {
        string[] summary = File.ReadAllLines(Summary.PathOf(_pages));
        Assert.All(Scenarios.All, s => Assert.Contains(summary, line =>
            File.Exists(ResultPage.PathOf(_pages, s.Name)) ? line.StartsWith($"| [{s.Name}]({s.Name}.md) |", StringComparison.Ordinal)
            : line.StartsWith($"| {s.Name} |", StringComparison.Ordinal) && line.Contains(Summary.NeverRun, StringComparison.Ordinal)));
    }

    /// <summary>After a change of a page or of what is asked: <c>dotnet run -c Release --project bench/Unrolled.Benchmarks summary</c>.</summary>
    [Fact]
    public void TheSummaryIsThatOfThePages() => Assert.Equal(Summary.Of(Scenarios.All, _pages), File.ReadAllText(Summary.PathOf(_pages)));

    [Fact]
    public void NothingIsAskedTwice() => Assert.Distinct(Scenarios.All.SelectMany(s => s.Asked).Select(a => a.What));

    [Fact]
    public void NamesOfScenariosAreDistinct() => Assert.Distinct(Scenarios.All.Select(s => s.Name).Concat(["all", "summary", FirstResult.Argument]));

    /// <summary>No bar may break the rows of the tables.</summary>
    [Fact]
    public void RowsAreReadBackAsTheyWereWritten() => Assert.All(Scenarios.All.SelectMany(s => s.Asked), asked =>
    {
        var row = new JudgedRow(asked.What, asked.BoundText, asked.Text(1.5), asked.Verdict(1.5));
        Assert.Equal(row, JudgedRow.Parse(row.ToString()));
    });

    [Theory]
    [InlineData(20.0, "reached")]
    [InlineData(19.99, "NOT reached")]
    [InlineData(double.NaN, "NOT reached")]
    [InlineData(null, "not measured")]
    public void ARatioIsAskedFromBelow(double? value, string verdict) => Assert.Equal(verdict, Asked.Ratio("it", 20).Verdict(value));

    [Theory]
    [InlineData(60.0, "reached")]
    [InlineData(60.01, "NOT reached")]
    [InlineData(double.PositiveInfinity, "NOT reached")]
    [InlineData(double.NaN, "NOT reached")]
    public void ATimeIsAskedFromAbove(double? value, string verdict) => Assert.Equal(verdict, Asked.Time("it", 60, "s").Verdict(value));

    [Fact]
    public void APageSaysWhenWhereAndWhatWasReached()
    {
        Asked fast = Asked.Ratio("faster than before", 2), soon = Asked.Time("done soon", 5, "ms"), other = Asked.Time("something else", 1, "s");
        var scenario = new Scenario("example", "an example", r => r.Row(r.Judge(fast, 3.25), r.Judge(soon, 7))) { Asked = [fast, soon, other] };
        string page = Write(scenario);
        Assert.Contains("An example.", page, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^- Date: \d{4}-\d\d-\d\d \d\d:\d\d UTC, in \d+ s$", page);
        Assert.Matches(@"(?m)^- Machine: \d+ processors.*\.NET", page);
        Assert.Matches(@"(?m)^- Load: ", page);
        Assert.Contains("| 3.25x (reached: at least 2x) | 7.00 ms (NOT reached: at most 5 ms) |", page, StringComparison.Ordinal);
        string summary = Summary.Of([scenario], _folder);
        Assert.Contains("1 of 3 reached, 1 NOT reached, 1 not measured.", summary, StringComparison.Ordinal);
        Assert.Contains("| faster than before | at least 2x | 3.25x | reached | [example](example.md) |", summary, StringComparison.Ordinal);
        Assert.Contains("| done soon | at most 5 ms | 7.00 ms | NOT reached | [example](example.md) |", summary, StringComparison.Ordinal);
        Assert.Contains("| something else | at most 1 s | - | not measured | [example](example.md) |", summary, StringComparison.Ordinal);
    }

    /// <summary>A page of another bound is no answer to what is asked now.</summary>
    [Fact]
    public void AChangedBoundIsNotMeasured()
    {
        Asked before = Asked.Ratio("faster", 2), now = before with { Bound = 3 };
        var scenario = new Scenario("example", "an example", r => r.Line(r.Judge(before, 2.5))) { Asked = [before] };
        Write(scenario);
        Assert.Contains("| faster | at least 3x | - | not measured |", Summary.Of([scenario with { Asked = [now] }], _folder), StringComparison.Ordinal);
    }

    [Fact]
    public void AFailureLeavesAPageThatSaysSo()
    {
        Asked asked = Asked.Ratio("faster", 2);
        var scenario = new Scenario("example", "an example", _ => throw new InvalidOperationException("the peer\nanswered nonsense")) { Asked = [asked] };
        string page = Write(scenario);
        Assert.Contains("**Ended early.** InvalidOperationException: the peer answered nonsense", page, StringComparison.Ordinal);
        Assert.Contains("| faster | at least 2x | - | not measured |", page, StringComparison.Ordinal);
        Assert.Contains("(ended early)", Summary.Of([scenario], _folder), StringComparison.Ordinal);
    }

    [Fact]
    public void ANumberIsJudgedOnceAndOnlyWhereItIsAskedFor()
    {
        Asked asked = Asked.Ratio("faster", 2);
        var results = new Results(new Scenario("example", "an example", _ => { }) { Asked = [asked] });
        results.Judge(asked, 3);
        Assert.Throws<ArgumentException>(() => results.Judge(asked, 4));
        Assert.Throws<ArgumentException>(() => results.Judge(asked with { Bound = 3 }, 4));
    }

    [Theory]
    [InlineData(0.09, "The machine was quiet.")]
    [InlineData(0.11, "**The machine was loaded")]
    public void OtherProgramsMakeALoadedMachine(double others, string said) =>
        Assert.Contains(said, MachineLoad.Report(0.5, 1.25, others, processors: 2), StringComparison.Ordinal);

    [Fact]
    public void TheLoadsAreOnThePage() => Assert.StartsWith(
        "load average 0.50 at the start, 1.25 at the end; other programs used 0.09 of 2 processors", MachineLoad.Report(0.5, 1.25, 0.09, 2), StringComparison.Ordinal);

    [Fact]
    public void AnUnknownLoadIsNotAQuietMachine() => Assert.DoesNotContain("quiet", MachineLoad.Report(null, null, null, 2), StringComparison.Ordinal);

    private string Write(Scenario scenario)
    {
        var results = new Results(scenario);
        Exception? failure = Record.Exception(() => scenario.Run(results));
        results.Write(_folder, failure);
        return File.ReadAllText(ResultPage.PathOf(_folder, scenario.Name));
    }
}
