using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Unrolled.Deployment;
using Unrolled.Tests.Problems.PowerFlow;

namespace Unrolled.Tests.Cli;

/// <summary>
/// For every workload: what a learned model states is recomputed from its file; a digit that was changed in the file is refused by its hash, and a weight that was changed in
/// a file with a valid hash by its certificates.
/// </summary>
public sealed class CertifyCommandTests : CommandTest
{
    private const double Change = 1e-6;

    private const string Oscillator = """
        family:
          equations: |
            dx = y
            dy = mu*(1 - x^2)*y - x
          parameters: { mu: uniform(1, 1.5) }
          initial: { x: uniform(-2, 2), y: uniform(-2, 2) }
          horizon: 2
        method: runge-kutta
        budget: 48
        training: { seed: 1, instances: 12, validation: 12, rounds: 2 }
        comparison: { instances: 6 }
        """;

    private static readonly Dictionary<string, string> Experiments = new()
    {
        ["fitted"] = Oscillator + "\nrunge-kutta: { parents: 1, memory: none, stages: 4 }",
        ["two-step"] = Oscillator + "\nrunge-kutta: { parents: 1, stages: 3 }",
        ["exact-order"] = Oscillator + "\nrunge-kutta: { form: exact-order, parents: 1, stages: 4 }",
        ["step-conditioned"] = Oscillator + "\nrunge-kutta: { form: step-conditioned, parents: 1, stages: 2 }",
        ["multistep"] = Oscillator + "\nrunge-kutta: { form: multistep, parents: 1 }",
        ["symmetric"] = """
            family: { kind: five-by-five }
            method: krylov
            krylov: { inner-evaluations: [2, 4] }
            training: { instances: 100, outer-iterations: 2, seed: 1 }
            comparison: { instances: 10, outer-iterations: 2 }
            """,
        ["nonsymmetric"] = """
            family: { kind: convection-diffusion, grid: 6 }
            method: krylov
            krylov: { inner-evaluations: 6 }
            training: { instances: 10, outer-iterations: 1, seed: 1 }
            comparison: { instances: 5 }
            """,
        ["nonlinear"] = """
            family: { kind: chandrasekhar, parameters: { c: uniform(0.5, 0.95) } }
            method: nonlinear-solver
            nonlinear-solver: { inner-evaluations: 3, degree: 2, unrolled-steps: 1 }
            training: { seed: 1, instances: 48, validation: 32, rounds: 3, starts: 1 }
            comparison: { evaluations: [3, 6], instances: 20 }
            """,
        ["signals"] = """
            family: { kind: signals, samples: 64, noise: { sigma: 0.2 } }
            method: diffusion-network
            diffusion-network: { blocks: 2, filters: 3, kernel: 3, flux: perona-malik }
            training: { iterations: 60, batch: 8, rounds: 3, validation: 12 }
            comparison: { instances: 10 }
            """,
        ["unconstrained"] = """
            family: { kind: signals, samples: 64, noise: { sigma: 0.2 } }
            method: diffusion-network
            diffusion-network: { network: resnet, blocks: 2, filters: 3, kernel: 3 }
            training: { iterations: 60, batch: 8, rounds: 3, validation: 12 }
            comparison: { instances: 10 }
            """,
        ["parity"] = """
            family: { kind: parity, bits: 5, examples: 9, queries: 12 }
            method: recurrent-convolution
            training: { problems: 1, seed: 4 }
            comparison: { sizes: [3], instances: 2 }
            """,
    };

    /// <summary>Which block changes, and how many certificates there are at least.</summary>
    [Theory]
    [InlineData("fitted", "coefficients", 4)]
    [InlineData("two-step", "coefficients", 3)]
    [InlineData("exact-order", "coefficients", 4)]
    [InlineData("step-conditioned", "coefficients", 5)]
    [InlineData("multistep", "coefficients", 4)]
    [InlineData("symmetric", "weights-4", 4)]
    [InlineData("nonsymmetric", "weights-6", 2)]
    [InlineData("nonlinear", "coefficients", 5)]
    [InlineData("signals", "kernels", 6)]
    [InlineData("unconstrained", "", 3)]
    [InlineData("parity", "convolution", 3)]
    public void StatedCertificatesAreRecomputedAndChangedWeightsAreRefused(string name, string block, int least)
    {
        File.WriteAllText(At("e.yaml"), Experiments[name]);
        (int code, _, string error) = Run("learn", At("e.yaml"), "--out", At("run"), "--quiet");
        Assert.True(code is 0 or 2, error);
        CheckAll(block, least);
    }

    [Fact]
    public void PowerFlowNeedsItsCase()
    {
        File.WriteAllText(At("net.m"), SmallNetworks.Mixed);
        File.WriteAllText(At("e.yaml"), $$"""
            family: { kind: outages, case: "{{At("net.m")}}" }
            method: power-flow
            power-flow: { inner-evaluations: 2 }
            training: { seed: 1, rounds: 4, starts: 1 }
            """);
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("run"), "--quiet").Code);
        CheckAll("coefficients", 3);
        JsonNode screen = Json("solve", At("run"), "--screen", "n-1", "--load", "1.01", "--json");
        Assert.Equal(["load factor"], screen["outside"]!.AsArray().Select(o => (string)o!["quantity"]!));

        File.Move(At("net.m"), At("moved.m"));
        (int code, _, string error) = Run("certify", At("run"));
        Assert.Equal((1, 1), (code, error.Count(c => c == '\n')));
        Assert.Contains("say with --case FILE where it is", error);
        Assert.Equal(0, Run("certify", At("run"), "--case", At("moved.m")).Code);
        File.WriteAllText(At("other.m"), SmallNetworks.Mixed.Replace("0.02", "0.03", StringComparison.Ordinal));
        Assert.Equal(3, Run("certify", At("run"), "--case", At("other.m")).Code);
    }

    private void CheckAll(string block, int least)
    {
        (int code, string output, string error) = Run("certify", At("run"), "--json");
        Assert.True(code == 0, error + output);
        JsonArray certificates = JsonNode.Parse(output)!["certificates"]!.AsArray();
        Assert.True(certificates.Count >= least, output);
        Assert.All(certificates, c => Assert.True((bool)c!["holds"]! && (bool)c["stated"]!, c.ToJsonString()));

        string path = At("run/model.json"), text = File.ReadAllText(path);
        int values = text.IndexOf("\"values\"", text.IndexOf("\"parameters\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Match digit = Regex.Match(text[values..], "[1-8]");
        File.WriteAllText(At("digit.json"), text.Remove(values + digit.Index, 1).Insert(values + digit.Index, ((char)(digit.Value[0] + 1)).ToString()));
        (code, output, error) = Run("certify", At("digit.json"));
        Assert.Equal((1, 1, ""), (code, error.Count(c => c == '\n'), output));
        Assert.Contains("was edited after it was written", error);

        Model model = ModelFile.Read(path);
        Span<double> weights = block.Length == 0 ? model.Parameters.Values : model.Parameters[block];
        if (model.Method == "recurrent-convolution")
        {
            weights[20] += 1;
        }
        else
        {
            double step = Change * Math.Max(Math.Abs(weights[0]), 0.1);
            weights[0] += step;
            weights[1] -= model.MethodSettings.Text("kind", string.Empty) == "multistep" ? step : 0; // whose weights sum to 1
        }

        ModelFile.Write(At("tampered.json"), model);
        (code, output, _) = Run("certify", At("tampered.json"));
        Assert.Equal(3, code);
        Assert.Contains("REFUSED", output);

        if (block != "weights-4")
        {
            return; // what follows is the command's, for any model
        }

        model = ModelFile.Read(path);
        Certificate first = model.Certificates[^1];
        ModelFile.Write(At("better.json"), model with { Certificates = [.. model.Certificates.Take(model.Certificates.Count - 1), first with { Value = first.Value * 0.99 - 1e-6 }] });
        Assert.Equal(3, Run("certify", At("better.json")).Code);
        ModelFile.Write(At("more.json"), model with { Certificates = [.. model.Certificates, first] });
        Assert.Equal(3, Run("certify", At("more.json")).Code);
        ModelFile.Write(At("none.json"), model with { Certificates = [] });
        (code, output, _) = Run("certify", At("none.json"));
        Assert.Equal(0, code);
        Assert.Contains("holds, but the model does not state it", output);
        Assert.Equal(0, Run("show", At("none.json")).Code);
    }
}
