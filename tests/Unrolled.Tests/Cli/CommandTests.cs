using System.Text.Json.Nodes;

namespace Unrolled.Tests.Cli;

public sealed class CommandTests : IDisposable
{
    private readonly CommandFixture _command = new();

    public void Dispose() => _command.Dispose();

    [Theory]
    [InlineData("lern x", "unknown verb 'lern' (did you mean 'learn'?); verbs are learn, merge, compare, solve, certify, export, show, reproduce, list")]
    [InlineData("frobnicate", "unknown verb 'frobnicate'; verbs are")]
    [InlineData("", "a verb is missing: learn, merge, compare")]
    [InlineData("learn", "EXPERIMENT is missing; see 'unrolled learn --help'")]
    [InlineData("learn x.yaml --sed a=b", "unknown option '--sed' (did you mean '--")]
    [InlineData("learn --treads 4 x.yaml", "unknown option '--treads' (did you mean '--threads'?)")]
    [InlineData("learn x.yaml y.yaml", "unexpected argument 'y.yaml'; see 'unrolled learn --help'")]
    [InlineData("learn x.yaml --seed soon", "--seed is 'soon'; expected an integer from 0 to")]
    [InlineData("learn x.yaml --threads 0", "--threads is '0'; expected an integer from 1 to 4096")]
    [InlineData("learn x.yaml --seed", "--seed needs a value")]
    [InlineData("learn /nowhere/x.yaml", "/nowhere/x.yaml: there is no such file")]
    [InlineData("show /nowhere/m.json", "/nowhere/m.json: there is no such file")]
    [InlineData("show /", "/: there is no model.json in this folder")]
    public void WrongUseIsOneLineAndCodeOne(string line, string expected)
    {
        (int code, string output, string error) = _command.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.StartsWith($"unrolled: {expected}", error);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public void LearningWritesModelLogAndReport()
    {
        (int code, JsonObject json) = _command.RunJson("learn", _command.Path("e.yaml"), "--out", _command.Path("run"), "--seed", "8");
        Assert.Equal(0, code);
        Assert.Equal(_command.Path("run/model.json"), (string?)json["model"]);
        Assert.Equal("halving", (string?)json["method"]);
        Assert.Equal(2, (int?)json["parameters"]);
        Assert.Equal(0.125, (double?)json["loss"]);
        Assert.Equal(8, (int?)json["seed"]);
        string[] log = File.ReadAllLines(_command.Path("run/log.jsonl"));
        Assert.Equal(["loss", "loss", "loss", "done"], log.Select(l => (string?)JsonNode.Parse(l)!["event"]));
        string report = File.ReadAllText(_command.Path("run/report.html"));
        Assert.Contains("Halving for &lt;scalars&gt; &amp; more.", report);
        Assert.Contains("Its own section", report);
        Assert.Contains("Newton&#39;s method is better where it converges.", report);
        Assert.Contains("content=\"default-src 'none'; style-src 'unsafe-inline'\"", report);
    }

    [Fact]
    public void TheResultGoesToOutputAndNotesGoToError()
    {
        (_, string output, string error) = _command.Run(["learn", _command.Path("e.yaml"), "--out", _command.Path("run")]);
        Assert.Contains("Next: unrolled compare", output);
        Assert.Equal("a note\n", error);
        Assert.Empty(_command.Run(["learn", _command.Path("e.yaml"), "--out", _command.Path("run"), "--quiet"]).Error);
    }

    [Fact]
    public void MissedAcceptanceIsCodeTwo()
    {
        (int code, string output, _) = _command.Run(
            ["learn", _command.Path("e.yaml"), "--out", _command.Path("run"), "--set", "acceptance.loss=0.01", "--set", "family.size=3"]);
        Assert.Equal(2, code);
        Assert.Contains("NOT MET  loss 0.125 at or below 0.01", output);
        Assert.Contains("(3 parameters)", output);
    }

    [Theory]
    [InlineData("family.kind=skalar", "'family.kind' is 'skalar'; expected one of scalar, vector (did you mean 'scalar'?)")]
    [InlineData("family.sice=3", "unknown key 'family.sice' (did you mean 'size'?)")]
    [InlineData("famly.size=3", "unknown key 'famly' (did you mean 'family'?)")]
    [InlineData("method=halfing", "unknown method 'halfing' (did you mean 'halving'?); known methods are halving, thirding")]
    [InlineData("method.size=3", "leads through 'method', which is a single value")]
    [InlineData("family", "is not of the form key=value")]
    [InlineData("family.size=[1", "is not YAML")]
    public void AWrongExperimentWritesNothing(string assignment, string expected)
    {
        (int code, _, string error) = _command.Run(["learn", _command.Path("e.yaml"), "--out", _command.Path("a/b"), "--set", assignment]);
        Assert.Equal(1, code);
        Assert.Contains(expected, error);
        Assert.False(Directory.Exists(_command.Path("a")));
    }

    [Fact]
    public void ACanceledTrainingSaysHowToGoOnAndDoes()
    {
        using var source = new CancellationTokenSource();
        _command.Workload = new FakeWorkload { OnStep = step => { if (step == 1) { source.Cancel(); } } };
        string[] learn = ["learn", _command.Path("e.yaml"), "--out", _command.Path("run"), "--set", "family.kind= scalar"];
        (int code, _, string error) = _command.Run(learn, source.Token);
        Assert.Equal(130, code);
        Assert.Contains($"--out {_command.Path("run")} --resume --set 'family.kind= scalar'", error);
        Assert.Contains("is not finished", _command.Run(["show", _command.Path("run")]).Error);

        _command.Workload = new FakeWorkload();
        Assert.Contains("belongs to another experiment", _command.Run([.. learn, "--resume", "--seed", "6"]).Error);
        Assert.Equal(0, _command.Run([.. learn, "--resume"]).Code);
        Assert.Equal(
            ["loss", "interrupted", "loss", "loss", "done"],
            File.ReadAllLines(_command.Path("run/log.jsonl")).Select(l => (string?)JsonNode.Parse(l)!["event"]));
        Assert.Contains("the run is finished", _command.Run([.. learn, "--resume"]).Error);
    }

    [Fact]
    public void AFailureOfTheProgramIsOneLineToo()
    {
        _command.Workload = new FakeWorkload { OnStep = _ => throw new NullReferenceException("first\nsecond") };
        (int code, _, string error) = _command.Run(["learn", _command.Path("e.yaml"), "--out", _command.Path("run")]);
        Assert.Equal(1, code);
        Assert.StartsWith("unrolled: internal error, please report it: NullReferenceException: first second", error);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.False(Directory.Exists(_command.Path("run")));
    }

    [Fact]
    public void ComparingPrintsTheDocumentedJson()
    {
        (int code, JsonObject json) = _command.RunJson("compare", _command.Learned(), "--instances", "5", "--seed", "18446744073709551615");
        Assert.Equal(0, code);
        Assert.Equal(["model", "family", "metric", "instances", "seed", "rows", "notes"], json.Select(m => m.Key));
        Assert.Equal(5, (int?)json["instances"]);
        Assert.Equal(ulong.MaxValue, (ulong?)json["seed"]);
        JsonObject learned = json["rows"]![0]!.AsObject(), classical = json["rows"]![1]!.AsObject();
        Assert.Equal(
            ["method", "kind", "cost", "costUnit", "geometricMean", "mean", "median", "worst", "seconds", "converged"], learned.Select(m => m.Key));
        Assert.Equal(1e-3, (double)learned["geometricMean"]!, 12);
        Assert.False(classical.ContainsKey("seconds"));
        Assert.True(classical.ContainsKey("worst"));
        Assert.Null(classical["worst"]);
    }

    [Fact]
    public void SolvingTellsWhetherItConverged()
    {
        string model = _command.Learned();
        (int code, JsonObject json) = _command.RunJson("solve", model, "--start", "0.5", "--tolerance", "0.1");
        Assert.Equal(0, code);
        Assert.Equal(0.0625, (double?)json["residual"]);
        Assert.Equal(30, (int?)json["rows"]![1]!["counts"]!["steps"]);
        (code, string output, _) = _command.Run(["solve", _command.Path("run")]);
        Assert.Equal(2, code);
        Assert.Contains("remedy: take more steps", output);
        Assert.Contains("tolerance' is '2'; expected a number from 0 to 1", _command.Run(["solve", model, "--tolerance", "2"]).Error);
        Assert.Contains("unknown option '--images'", _command.Run(["solve", model, "--images", "."]).Error);
    }

    [Fact]
    public void ShowingNamesWhatMatters()
    {
        string model = _command.Learned();
        string output = _command.Run(["show", model, "--report", _command.Path("r.html")]).Out;
        Assert.Contains("  valid for    start from -1 to 1", output);
        Assert.Contains("  certificate  contraction: 0.5 <= 1 holds", output);
        Assert.Contains("* halving", output);
        Assert.True(File.Exists(_command.Path("r.html")));
        (int code, JsonObject json) = _command.RunJson("show", _command.Path("run"));
        Assert.Equal(0, code);
        Assert.Equal(2, (int?)json["parameters"]);
        File.WriteAllText(model, File.ReadAllText(model).Replace("0.125", "0.25"));
        Assert.Contains("was edited after it was written", _command.Run(["show", model]).Error);
    }

    [Fact]
    public void ListingNamesMethodsFamiliesAndExperiments()
    {
        (int code, JsonObject json) = _command.RunJson("list");
        Assert.Equal(0, code);
        Assert.Equal("thirding", (string?)json["methods"]![1]!["name"]);
        Assert.Equal("scalar", (string?)json["families"]!.AsArray().Single()!["name"]);
        Assert.NotNull(json["experiments"]);
    }

    [Theory]
    [InlineData("--help", "Example:")]
    [InlineData("learn --help", "unrolled learn experiments/linear-5x5.yaml")]
    [InlineData("compare -h", "--images <DIR>")]
    [InlineData("solve --help", "--tolerance <T>")]
    [InlineData("show --help", "unrolled show runs/a")]
    [InlineData("list --help", "unrolled list --json")]
    public void HelpHasAnExample(string line, string expected)
    {
        (int code, string output, string error) = _command.Run(line.Split(' '));
        Assert.Equal(0, code);
        Assert.Empty(error);
        Assert.Contains(expected, output);
    }
}
