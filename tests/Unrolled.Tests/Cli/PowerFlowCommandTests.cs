using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Cli;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Tests.Problems.PowerFlow;

namespace Unrolled.Tests.Cli;

public sealed class PowerFlowCommandTests : CommandTest
{
    public PowerFlowCommandTests()
    {
        File.WriteAllText(At("net.m"), SmallNetworks.Mixed);
        File.WriteAllText(At("e.yaml"), $$"""
            family: { kind: outages, case: "{{At("net.m")}}" }
            method: power-flow
            power-flow: { inner-evaluations: 2 }
            training: { seed: 1, rounds: 4, starts: 1, checkpoint-seconds: 0 }
            acceptance: { solves: all-that-newton-solves, fallback-at-most: 1 }
            """);
    }

    [Theory]
    [InlineData("direct", "compensated")]
    [InlineData("direct", "intact")]
    [InlineData("newton-krylov", "compensated")]
    public void LearnCompareScreen(string form, string factors)
    {
        (int code, string output, string error) = Run(
            "learn", At("e.yaml"), "--out", At("run"), "--json", "--set", $"power-flow.form={form}", "--set", $"power-flow.factors={factors}");
        Assert.True(code == 0, error + output);
        Model model = ModelFile.Read(At("run/model.json"));
        Assert.All(model.Certificates, c => Assert.True(c.Holds, c.Claim));
        Assert.Contains("The weights", File.ReadAllText(At("run/report.html")));

        Assert.Equal(0, Run("export", At("run"), "--to", "json", "--output", At("step.json")).Code);
        JsonNode step = JsonNode.Parse(File.ReadAllText(At("step.json")))!;
        Assert.Equal(("unrolled-power-flow-step", form, factors), ((string?)step["format"], (string?)step["form"], (string?)step["preconditioner"]));
        Assert.Equal(model.Parameters["coefficients"].ToArray(), step["theta"]!.AsArray().SelectMany(row => row!.AsArray()).SelectMany(c => ResultNumbers.ToDoubles(c)));
        Assert.Contains("--to is 'c'; expected one of json", Run("export", At("run"), "--to", "c", "--output", At("step.c")).Error);

        JsonNode compared = Json("compare", At("run"), "--json");
        string[] names = [.. compared["rows"]!.AsArray().Select(r => (string)r!["method"]!)];
        Assert.All(new[] { "Newton, batched", "Newton, one by one", "fast decoupled (XB)", "chord Newton, compensated factors" }, n => Assert.Contains(n, names));
        Assert.Contains("A planner should take", compared["notes"]!.ToJsonString());

        JsonNode screen = Json("solve", At("run"), "--screen", "n-1", "--output", At("s.csv"), "--json");
        Assert.True((bool)screen["converged"]!);
        JsonObject[] lines = [.. screen["contingencies"]!.AsArray().Select(l => l!.AsObject())];
        Assert.Equal(8, lines.Length); // in service, without the branch at the isolated bus
        Assert.All(lines.Where(l => (bool)l["converged"]!), l => Assert.InRange((double)l["mismatch"]!, 0, 1e-8));
        Assert.Equal(lines.Length + 1, File.ReadAllLines(At("s.csv")).Length);
        Assert.StartsWith("branch,converged,iterations,fallback,mismatch,worstVoltage", File.ReadAllText(At("s.csv")));
        Assert.Equal(0, Run("solve", At("run"), "--screen", "n-1", "--output", At("s.json")).Code);
        Assert.Equal(lines.Length, JsonNode.Parse(File.ReadAllText(At("s.json")))!.AsArray().Count);
        Assert.Contains("losses", Json("solve", At("run"), "--json")["notes"]!.ToJsonString());
    }

    /// <summary>With much load some outages have no solution: they are reported, and the others have the right answer.</summary>
    [Fact]
    public void AnInfeasibleOutageDoesNotSpoilTheOthers()
    {
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("run"), "--quiet").Code);
        foreach (double load in new[] { 2.0, 2.5, 3, 3.5, 4 })
        {
            string factor = load.ToString(CultureInfo.InvariantCulture);
            (int code, string output, string error) = Run("solve", At("run"), "--screen", "n-1", "--load", factor, "--json");
            if (code == 1)
            {
                Assert.Contains("lower the load or check the data", error);
                return; // the intact network carries no more: every load below had the right answers
            }

            JsonNode screen = JsonNode.Parse(output)!;
            JsonObject[] solvable = [.. screen["contingencies"]!.AsArray().Select(l => l!.AsObject()).Where(l => (string)l["status"]! != "islands")];
            Assert.Equal(code == 0, solvable.All(l => (bool)l["converged"]!));
            JsonObject newton = screen["rows"]!.AsArray().Select(r => r!.AsObject()).First(r => (string)r["method"]! == "Newton, batched");
            Assert.True(solvable.Count(l => (bool)l["converged"]!) >= (double)newton["counts"]!["solved"]!);
            Assert.All(solvable.Where(l => !(bool)l["converged"]!), l => Assert.StartsWith("no solution found", (string)l["status"]!));
        }
    }

    [Fact]
    public void AnInterruptedTrainingGoesOnWithTheSameBits() => ResumesWithTheSameBits();

    [Theory]
    [InlineData("family.case=missing.m", "missing.m: there is no such file")]
    [InlineData("family.load=99", "has no solution that Newton's method finds from the flat start")]
    [InlineData("power-flow.factors=exact", "'power-flow.factors' is 'exact'; expected one of compensated, intact")]
    [InlineData("power-flow.rate=1", "'power-flow.rate' is '1'")]
    [InlineData("acceptance.solves=some", "expected one of all-that-newton-solves, any")]
    [InlineData("family.loads=2", "unknown key 'family.loads' (did you mean 'load'?)")]
    public void AWrongExperimentIsOneLine(string assignment, string expected)
    {
        (int code, _, string error) = Run("learn", At("e.yaml"), "--out", At("run"), "--set", assignment);
        Assert.Equal(1, code);
        Assert.Contains(expected, error);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }
}
