using System.Text.Json.Nodes;
using Unrolled.Cli;
using Unrolled.Deployment;
using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Tests.Cli;

public sealed class RecurrentConvolutionCommandTests : CommandTest
{
    private const string Experiment = """
        # A small one
        family: { kind: parity, bits: 5, examples: 9, queries: 12 }
        method: recurrent-convolution
        training: { problems: 3, seed: 4, checkpoint-seconds: 0 }
        rivals: { parameters: 400, steps: 3 }
        comparison: { sizes: [3, 8], instances: 3 }
        """;

    private const string Search = """
        family: { kind: parity }
        method: recurrent-convolution
        recurrent-convolution: { task: discover, space: tables }
        training: { seed: 2, evaluations: 200, restarts: 6, restarts-per-round: 1, checkpoint-seconds: 0 }
        comparison: { sizes: 4, instances: 2 }
        """;

    public RecurrentConvolutionCommandTests()
    {
        File.WriteAllText(At("e.yaml"), Experiment);
        File.WriteAllText(At("search.yaml"), Search);
    }

    [Fact]
    public void LearnsParitiesAndComparesThem()
    {
        JsonNode learned = Json("learn", At("e.yaml"), "--out", At("run"), "--json");
        Assert.Equal("recurrent-convolution", (string?)learned["method"]);
        Assert.Equal(Sieve.Filter.Dense, (int)learned["parameters"]!);
        Assert.Equal(3, learned["acceptance"]!.AsArray().Count);
        Assert.All(learned["acceptance"]!.AsArray(), a => Assert.True((bool)a!["met"]!, (string?)a["criterion"]));
        Model model = ModelFile.Read(At("run/model.json"));
        Assert.All(model.Certificates, c => Assert.True(c.Holds, c.Claim));
        Assert.Equal(2, model.Results["rivals"]!.AsArray().Count);
        Assert.All(model.Results["engines"]!.AsArray(), e => Assert.True((bool)e!["same"]!, (string?)e["engine"]));
        string report = File.ReadAllText(At("run/report.html"));
        Assert.All(new[] { "The automaton at work", "step 0<", "step 28<", "rule sieve"[5..], "e (send)", "network in int8", "ReLU perceptron" }, s => Assert.Contains(s, report));
        Assert.DoesNotContain("NO</td>", report);

        JsonArray rows = Json("compare", At("run"), "--sizes", "2,9", "--instances", "4", "--json")["rows"]!.AsArray();
        Assert.Equal(6, rows.Count);
        foreach (int d in new[] { 2, 9 })
        {
            Assert.Single(rows.Where(r => ((string)r!["method"]!).EndsWith($"d = {d}", StringComparison.Ordinal)).Select(r => (double)r!["mean"]!).Distinct());
        }

        string shown = Run("show", At("run")).Out;
        Assert.Contains(Sieve.Rule.Draw().Split('\n')[0], shown);
        foreach ((string format, string mark) in new[] { ("c", "int my_rule_learn("), ("csharp", "static class My_rule"), ("python", "def my_rule_learn("), ("json", "\"rule sieve\""), ("onnx", "Loop") })
        {
            Assert.Equal(0, Run("export", At("run"), "--to", format, "--output", At("my-rule." + format)).Code);
            Assert.Contains(mark, System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(At("my-rule." + format))));
        }

        (int code, _, string error) = Run("export", At("run"), "--to", "rust", "--output", At("x"));
        Assert.Equal(1, code);
        Assert.Contains("--to is 'rust'; expected one of c, csharp, python, json, onnx", error);
    }

    [Theory]
    [InlineData("conjunction")]
    [InlineData("dictator")]
    public void OtherLearnersAreTheSameNetworkWithAnotherRule(string kind)
    {
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("run"), "--set", $"family.kind={kind}", "--quiet").Code);
        Assert.Equal(0, Run("certify", At("run")).Code);
        Assert.Equal(kind, ModelFile.Read(At("run/model.json")).MethodSettings.Text("learner"));
    }

    [Fact]
    public void AnInterruptedMemoryGoesOnWithTheSameBits() => ResumesWithTheSameBits();

    [Fact]
    public void AnInterruptedSearchFindsTheSameRule()
    {
        File.Copy(At("search.yaml"), At("e.yaml"), overwrite: true);
        Assert.Equal(ExitCode.NotAccepted, Run("learn", At("e.yaml"), "--out", At("whole")).Code);
        using var stop = new CancellationTokenSource();
        var watch = new Thread(() =>
        {
            SpinWait.SpinUntil(() => File.Exists(At("cut/checkpoint.json")), 60_000);
            stop.Cancel();
        });
        watch.Start();
        int code = Run(["learn", At("e.yaml"), "--out", At("cut")], stop.Token).Code;
        watch.Join();
        if (code == ExitCode.Interrupted)
        {
            code = Run("learn", At("e.yaml"), "--out", At("cut"), "--resume").Code;
        }

        Assert.Equal(ExitCode.NotAccepted, code);
        Model whole = ModelFile.Read(At("whole/model.json")), cut = ModelFile.Read(At("cut/model.json"));
        Assert.Equal(whole.MethodSettings.Text("rule"), cut.MethodSettings.Text("rule"));
        Assert.Equal(whole.Parameters.Values.ToArray(), cut.Parameters.Values.ToArray());
        foreach (string count in new[] { "restarts", "evaluations", "overFits" })
        {
            Assert.Equal(whole.Results["search"]![count]!.ToJsonString(), cut.Results["search"]![count]!.ToJsonString());
        }
    }

    [Fact]
    public void SolvesTheUsersBitsInTheirEncoding()
    {
        Learn();
        // y = x0 ^ x2, in -1/+1 with -1 for 1; the third bit of the span is never alone, so that the last query is a guess
        File.WriteAllText(At("data.csv"), "a;b;c;d;y\n-1;1;1;1;-1\n1;-1;1;1;1\n1;1;-1;1;-1\n-1;-1;1;1;-1\n");
        File.WriteAllText(At("q.csv"), "a;b;c;d\n-1;1;-1;1\n1;-1;-1;1\n1;1;1;-1\n");
        JsonNode solved = Json("solve", At("run"), "--examples", At("data.csv"), "--queries", At("q.csv"), "--output", At("out.csv"), "--json");
        Assert.Equal((true, 3.0, 0.0, 1.0), ((bool)solved["converged"]!, (double)solved["counts"]!["rank"]!, (double)solved["counts"]!["contradictions"]!, (double)solved["counts"]!["outside"]!));
        Assert.Equal(["prediction,determined", "1,yes", "-1,yes", "1,no"], File.ReadAllLines(At("out.csv")));
        Assert.Equal([1, -1, 1], solved["predictions"]!.AsArray().Select(p => (int)p!["prediction"]!));
        Assert.Equal([true, true, false], solved["predictions"]!.AsArray().Select(p => (bool)p!["determined"]!));
        Assert.Contains("y = x0 ^ x2", solved["notes"]!.ToJsonString().Replace("\\u005E", "^", StringComparison.Ordinal));
        Assert.Contains("run as a network, is the same", solved["notes"]!.ToJsonString());

        File.AppendAllText(At("data.csv"), "1;-1;1;1;-1\n");
        (int code, string output, _) = Run("solve", At("run"), "--examples", At("data.csv"), "--queries", At("q.csv"));
        Assert.Equal(ExitCode.NotAccepted, code);
        Assert.Contains("1 of 5 examples contradict the hypothesis", output);
    }

    [Theory]
    [InlineData("0,1,1\n1,0\n", "0,1\n", "data.csv:2:")]
    [InlineData("0,1,1\n1,2,0\n", "0,1\n", "data.csv:2:3:")]
    [InlineData("0,1,1\n1,,0\n", "0,1\n", "data.csv:2:3:")]
    [InlineData("0,1,1\n1,-1,0\n", "0,1\n", "data.csv:2:3:")]
    [InlineData("0\n1\n", "0,1\n", "data.csv:1:1: the line has 1 value, expected the bits of an example and its label")]
    [InlineData("0,1,1\n", "0,1\n0,1,1\n", "q.csv:2:")]
    [InlineData("0,1,1\n", "0,-1\n", "q.csv:1:3:")]
    [InlineData("", "0\n", "data.csv:1:1: the text ends without a line of bits")]
    public void WrongDataIsOneLineWithItsPlace(string data, string queries, string expected)
    {
        Learn();
        File.WriteAllText(At("data.csv"), data);
        File.WriteAllText(At("q.csv"), queries);
        (int code, _, string error) = Run("solve", At("run"), "--examples", At("data.csv"), "--queries", At("q.csv"), "--output", At("out.csv"));
        Assert.Equal(1, code);
        Assert.Contains(expected, error);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.False(File.Exists(At("out.csv")));
    }

    [Theory]
    [InlineData("convolution", 20)]
    [InlineData("bias", 5)]
    [InlineData("output", 3)]
    [InlineData("output-bias", 0)]
    public void ATamperedWeightIsRefused(string block, int place)
    {
        Learn();
        Assert.Equal(0, Run("certify", At("run")).Code);
        Model model = ModelFile.Read(At("run/model.json"));
        model.Parameters[block][place] += 1;
        ModelFile.Write(At("tampered.json"), model);
        (int code, string output, _) = Run("certify", At("tampered.json"));
        Assert.Equal(ExitCode.CertificateRefused, code);
        Assert.Contains("REFUSED", output);
    }

    [Fact]
    public void ARuleOrAFilterThatIsNotTheModelsIsOneLine()
    {
        Learn();
        Model model = ModelFile.Read(At("run/model.json"));
        model.Parameters["bias"][0] = 0.5;
        ModelFile.Write(At("half.json"), model);
        Assert.Contains("number 0 of the block 'bias' is 0.5; expected an integer", Run("certify", At("half.json")).Error);
        model = ModelFile.Read(At("run/model.json"));
        model.MethodSettings.Set("rule", model.MethodSettings.Text("rule").Replace("s ^", "s |", StringComparison.Ordinal));
        ModelFile.Write(At("other.json"), model);
        (int code, _, string error) = Run("certify", At("other.json"));
        Assert.Equal(1, code);
        Assert.Contains("the rule of the model is not the rule of the learner 'parity'", error);
    }

    [Theory]
    [InlineData("family.kind=majority", "'family.kind' is 'majority'; expected one of parity")]
    [InlineData("family.bits=0", "'family.bits' is 0; expected an integer from 1")]
    [InlineData("family.noise=0.6", "'family.noise' is '0.6'")]
    [InlineData("recurrent-convolution.memry=direct", "unknown key 'recurrent-convolution.memry' (did you mean 'memory'?)")]
    [InlineData("recurrent-convolution.task=discovr", "'recurrent-convolution.task' is 'discovr'")]
    [InlineData("recurrent-convolution.space=gates", "unknown key 'recurrent-convolution.space'")]
    [InlineData("family.bits=3000 family.examples=4000", "'recurrent-convolution.memory' is gradient-descent, whose tape")]
    [InlineData("comparison.sizes=[2.5]", "holds '2.5'; expected integers")]
    [InlineData("training.seed=-1", "'training.seed' is '-1'")]
    public void AWrongExperimentIsOneLine(string assignments, string expected)
    {
        (int code, _, string error) = Run(["learn", At("e.yaml"), "--out", At("run"), .. assignments.Split(' ').SelectMany(a => new[] { "--set", a })]);
        Assert.Equal(1, code);
        Assert.Contains(expected, error);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.False(File.Exists(At("run/model.json")));
    }

    private void Learn() => Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("run"), "--set", "training.problems=1", "--set", "comparison.sizes=2", "--quiet").Code);
}
