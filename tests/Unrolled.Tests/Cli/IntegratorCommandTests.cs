using System.Text.Json.Nodes;
using Unrolled.Cli;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.RungeKutta;
using Unrolled.Tests.Deployment;
using Unrolled.Tests.Deployment.Integrators;

namespace Unrolled.Tests.Cli;

public sealed class IntegratorCommandTests : CommandTest
{
    private const string Experiment = """
        # A small one
        family:
          equations: |
            dx = y
            dy = mu*(1 - x^2)*y - x
          parameters: { mu: uniform(1, 1.5) }
          initial: { x: uniform(-2, 2), y: uniform(-2, 2) }
          horizon: 2
        method: runge-kutta
        budget: 48
        runge-kutta: { parents: 1 }
        training: { seconds: 60, seed: 1, instances: 12, validation: 12, rounds: 3, checkpoint-seconds: 0 }
        comparison: { instances: 20 }
        acceptance: { better-than-best-classical: 1 }
        """;

    public IntegratorCommandTests() => File.WriteAllText(At("e.yaml"), Experiment);

    [Fact]
    public void LearnCompareSolveAndExport()
    {
        (int code, string output, string error) = Run("learn", At("e.yaml"), "--out", At("run"), "--json");
        Assert.True(code == 0, error + output);
        JsonNode learned = JsonNode.Parse(output)!;
        Assert.Equal("runge-kutta", (string?)learned["method"]);
        Assert.True((bool?)learned["acceptance"]![0]!["met"]);
        Model model = ModelFile.Read(At("run/model.json"));
        Assert.All(model.Certificates, c => Assert.True(c.Holds, c.Claim));
        Assert.Equal(["step size", "mu", "initial x", "initial y"], model.ValidRanges.Select(r => r.Name));
        string report = File.ReadAllText(At("run/report.html"));
        Assert.All(new[] { "Error against cost", "Error over time", "Error against step size", "Training", "The coefficients", "Largest defect" }, s => Assert.Contains(s, report));

        JsonNode compared = Json("compare", At("run"), "--json");
        JsonArray rows = compared["rows"]!.AsArray();
        Assert.Equal("learned", (string?)rows[0]!["kind"]);
        Assert.Contains(rows, r => (string?)r!["method"] == "DOP853");
        Assert.All(rows, r => Assert.InRange((double)r!["cost"]!, 1, 48));
        Assert.All(rows, r => Assert.Equal("evaluations", (string?)r!["costUnit"]));
        Assert.InRange((double)rows[1]!["learnedBetter"]!, 0.5, 1);
        Assert.Contains("The best classical method is", (string?)compared["notes"]![0]);
        JsonNode outside = Json("compare", At("run"), "--outside", "0.5", "--horizon-factor", "2", "--json");
        Assert.Contains("as shipped", (string?)outside["rows"]![0]!["method"]);
        Assert.Contains("horizon 4.", (string?)outside["family"]);
        Assert.True(Json("compare", At("run"), "--steps", "sweep", "--json")["rows"]!.AsArray().Count > rows.Count + 10);

        (code, output, error) = Run("solve", At("run"), "--initial", "x=1,y=0", "--parameters", "mu=1.2", "--output", At("t.csv"), "--json");
        Assert.True(code == 0, error);
        Assert.Equal("learned", (string?)JsonNode.Parse(output)!["kind"]);
        string[] csv = File.ReadAllLines(At("t.csv"));
        Assert.Equal("t,x,y", csv[0]);
        Assert.Equal("0,1,0", csv[1]);
        Assert.StartsWith("2,", csv[^1]);
        JsonNode fallback = Json("solve", At("run"), "--initial", "x=1,y=0", "--parameters", "mu=3", "--json");
        Assert.Equal("classical", (string?)fallback["kind"]);
        Assert.Contains("the parameter mu = 3 lies outside", fallback["notes"]!.ToJsonString());
        JsonNode beyond = fallback["outside"]!.AsArray().Single()!;
        Assert.Equal(("mu", 3.0, 1.0, 1.5), ((string?)beyond["quantity"], (double)beyond["value"]!, (double)beyond["low"]!, (double)beyond["high"]!));
        Assert.Contains("outside the family: initial x = 5 lies outside [-2, 2]", Run("solve", At("run"), "--initial", "x=5,y=0").Out);
        JsonNode tight = Json("solve", At("run"), "--initial", "x=1,y=0", "--tolerance", "1e-9", "--json");
        Assert.InRange((double)tight["residual"]!, 0, 1e-9);

        Assert.Equal(0, Run("export", At("run"), "--to", "c", "--output", At("my-integrator.c")).Code);
        Assert.Contains("int my_integrator_integrate(", File.ReadAllText(At("my-integrator.c")));
    }

    [Theory]
    [InlineData("exact-order", "runge-kutta.stages=4", 3)]
    [InlineData("exact-order", "runge-kutta.order=2", 2)]
    [InlineData("multistep", "family.horizon=1", 1)]
    [InlineData("one-step", "runge-kutta.stages=3", 1)]
    [InlineData("step-conditioned", "runge-kutta.stages=2", 2)]
    public void OtherForms(string form, string assignment, int order)
    {
        (int code, _, string error) = Run("learn", At("e.yaml"), "--out", At("run"), "--set", $"runge-kutta.form={form}", "--set", assignment, "--set", "acceptance.better-than-best-classical=0");
        Assert.True(code == 0, error);
        Model model = ModelFile.Read(At("run/model.json"));
        LearnedIntegrator learned = LearnedIntegrator.Of(model);
        Assert.Equal(order, learned.Order);
        Assert.All(model.Certificates, c => Assert.True(c.Holds, c.Claim));
        Assert.Contains(order == 1 ? "is consistent" : $"has order {order}", model.Certificates[0].Claim);
        JsonNode solved = Json("solve", At("run"), "--initial", "x=1,y=0", "--json");
        Assert.Equal("learned", (string?)solved["kind"]);
        Assert.InRange((double)solved["residual"]!, 0, 0.1);
        Assert.Contains(learned.Method.Name, File.ReadAllText(At("run/report.html")));
    }

    [Fact]
    public void AStepConditionedMethodFromLearningToExport()
    {
        File.WriteAllText(At("e.yaml"), """
            family: { kind: pendulum, horizon: 5 }
            method: runge-kutta
            budget: 120
            runge-kutta: { form: step-conditioned, stages: 3 }
            training: { instances: 48, validation: 48, rounds: 12 }
            comparison: { instances: 50 }
            acceptance: { better-than-best-classical-of-as-many-stages: 5 }
            """);
        (int code, string output, string error) = Run("learn", At("e.yaml"), "--out", At("run"), "--json");
        Assert.True(code == 0, error + output);
        Assert.Contains("at every step from h0 to h0/16", (string?)JsonNode.Parse(output)!["acceptance"]![0]!["criterion"]);
        Model model = ModelFile.Read(At("run/model.json"));
        LearnedIntegrator learned = LearnedIntegrator.Of(model);
        LearnedRungeKutta method = Assert.IsType<FixedStepLearnedRungeKutta>(learned.Method).Method;
        Assert.Equal(3, learned.Order);
        Assert.Equal(3, method.ProvenOrder);
        Assert.InRange(method.Scale.Exponents[0], 0.4, 0.6);
        Assert.Equal(new ValidInterval(0, method.BaseStep), learned.ValidSteps);
        Assert.All(model.Certificates, c => Assert.True(c.Holds, c.Claim));
        Assert.Contains("has order 3 as h -> 0, for all parameters", model.Certificates[0].Claim);
        string report = File.ReadAllText(At("run/report.html"));
        Assert.All(new[] { "Every step", "h0/16", "The terms", "(w2/" }, s => Assert.Contains(s, report));

        Assert.Contains("as shipped", Json("compare", At("run"), "--steps", "sweep", "--json")["rows"]!.ToJsonString());
        Assert.Contains("as shipped", (string?)Json("compare", At("run"), "--outside", "0.5", "--json")["rows"]![0]!["method"]);
        JsonNode fine = Json("solve", At("run"), "--initial", "x=1,v=0", "--parameters", "w2=1.1", "--steps", "400", "--json");
        Assert.Equal("learned", (string?)fine["kind"]);
        JsonNode coarse = Json("solve", At("run"), "--initial", "x=1,v=0", "--steps", "20", "--json");
        Assert.Equal("classical", (string?)coarse["kind"]);
        Assert.Equal(0, Run("show", At("run")).Code);
        foreach (string format in new[] { "c", "csharp", "python", "json" })
        {
            Assert.Equal(0, Run("export", At("run"), "--to", format, "--output", At("out." + format)).Code);
        }

        Assert.Contains("* (pow(p[0] / ", File.ReadAllText(At("out.c")));
        Assert.Equal(2, Run("learn", At("e.yaml"), "--out", At("proud"), "--set", "acceptance.better-than-best-classical-of-as-many-stages=1000").Code);
    }

    [Fact]
    public void PublishedMethodsStandInTheComparisonOfTheirFamily()
    {
        File.WriteAllText(At("e.yaml"), """
            family: { kind: van-der-pol-box }
            method: runge-kutta
            budget: 60
            runge-kutta: { stages: 3, memory: none }
            training: { instances: 48, validation: 48, rounds: 10 }
            """);
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("run"), "--quiet").Code);
        JsonArray rows = Json("compare", At("run"), "--json")["rows"]!.AsArray();
        JsonNode[] published = [.. rows.Where(r => ((string)r!["method"]!).EndsWith("(published)", StringComparison.Ordinal)).Select(r => r!)];
        Assert.Equal(2, published.Length);
        Assert.All(published, r => Assert.True((double)r["geometricMean"]! > 2 * (double)rows[0]!["geometricMean"]!));
    }

    [Fact]
    public void OneStageIsTooFewForAllSteps()
    {
        (int code, _, string error) = Run("learn", At("e.yaml"), "--out", At("run"), "--set", "runge-kutta.form=step-conditioned", "--set", "runge-kutta.stages=1");
        Assert.Equal(1, code);
        Assert.Contains("'runge-kutta.stages' is 1; the form step-conditioned needs at least 2", error);
    }

    [Theory]
    [InlineData("fitted")]
    [InlineData("step-conditioned")]
    public void AnInterruptedTrainingGoesOnWithTheSameBits(string form) => ResumesWithTheSameBits("--set", $"runge-kutta.form={form}", "--set", "acceptance.better-than-best-classical=0");

    [Theory]
    [InlineData("budget=1", "'budget' is 1; expected an integer from 2")]
    [InlineData("budgt=5", "unknown key 'budgt' (did you mean 'budget'?)")]
    [InlineData("training.secnds=5", "unknown key 'training.secnds' (did you mean 'seconds'?)")]
    [InlineData("training.seed=-1", "'training.seed' is '-1'")]
    [InlineData("runge-kutta.memory=much", "'runge-kutta.memory' is 'much'; expected one of try, none")]
    [InlineData("runge-kutta.form=fited", "'runge-kutta.form' is 'fited'; expected one of fitted, step-conditioned")]
    [InlineData("acceptance.better-than-best-classical-of-as-many-stages=5", "'acceptance.better-than-best-classical-of-as-many-stages' belongs to the form step-conditioned")]
    [InlineData("runge-kutta.order=2", "'runge-kutta.order' belongs to the form exact-order")]
    [InlineData("runge-kutta.taylor-terms=2", "'runge-kutta.taylor-terms' belongs to the form one-step")]
    [InlineData("runge-kutta.stages=9", "no classical method with 9 evaluations a step can run within 'budget' 48")]
    [InlineData("family.initial.z=3", "unknown key 'family.initial.z'")]
    [InlineData("family.initial.x=unifrm(1, 2)", "did you mean 'uniform'?")]
    public void AWrongExperimentIsOneLine(string assignment, string expected) => RefusesInOneLine(assignment, expected);

    [Fact]
    public void ValuesThatAreNotGivenAreThoseInTheMiddleOfTheFamily()
    {
        Model model = ExampleIntegrators.Create(2);
        model.Family.Section("initial").Set("x", "uniform(0.5, 1.5)");
        model.Family.Section("initial").Set("y", "normal(0.25, 0.1)");
        ModelFile.Write(At("m.json"), model);
        JsonNode solved = Json("solve", At("m.json"), "--output", At("t.csv"), "--json");
        Assert.Equal("0,1,0.25", File.ReadAllLines(At("t.csv"))[1]);
        Assert.Contains("taken for initial values that --initial does not give: x = 1, y = 0.25.", solved["notes"]!.ToJsonString());
        solved = Json("solve", At("m.json"), "--initial", "y=0", "--output", At("t.csv"), "--json");
        Assert.Equal("0,1,0", File.ReadAllLines(At("t.csv"))[1]);
        Assert.Contains("does not give: x = 1.", solved["notes"]!.ToJsonString());
        Assert.DoesNotContain("--initial does not give", Json("solve", At("m.json"), "--initial", "x=1,y=0", "--json")["notes"]!.ToJsonString());
        ModelFile.Write(At("m.json"), ExampleIntegrators.Create(2));
        Assert.Contains("at an equilibrium", Json("solve", At("m.json"), "--json")["notes"]!.ToJsonString());
    }

    [Theory]
    [InlineData("solve {0} --initial x=1,z=2", "--initial holds 'z=2'; expected NAME=NUMBER for x, y")]
    [InlineData("export {0} --to c", "--output is missing")]
    [InlineData("export {0} --to pyton --output x", "--to is 'pyton' (did you mean 'python'?); expected one of c, csharp, python, json")]
    [InlineData("compare {0} --steps all", "expected one of sweep")]
    public void WrongUseIsOneLine(string line, string expected)
    {
        ModelFile.Write(At("m.json"), ExampleIntegrators.Create(2));
        (int code, _, string error) = Run([.. line.Split(' ').Select(w => w == "{0}" ? At("m.json") : w)]);
        Assert.Equal(1, code);
        Assert.Contains(expected, error);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }
}
