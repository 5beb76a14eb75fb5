using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Samples;

/// <summary>Every program of <c>samples/</c> compiles as it stands, runs, and does what its first lines say.</summary>
public sealed partial class SampleTests : IDisposable
{
    private const string Number = @"(-?[0-9.]+(?:e[-+][0-9]+)?)";

    private readonly string _folder = Directory.CreateTempSubdirectory("sample-").FullName;

    public static TheoryData<string> Samples => [.. Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "samples"), "*.cs").Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Samples))]
    public void EverySampleSaysWhatItDoesAndHowToRunIt(string sample)
    {
        string[] lines = File.ReadAllLines(Path.Combine(RepositoryFolder.Root, "samples", sample));
        string[] comment = [.. lines.SkipWhile(l => l.StartsWith("#:", StringComparison.Ordinal)).TakeWhile(l => l.StartsWith("//", StringComparison.Ordinal))];
        Assert.Contains("#:project ../src/Unrolled/Unrolled.csproj", lines);
        Assert.Contains(comment, l => l.StartsWith($"// Run: dotnet run samples/{sample}", StringComparison.Ordinal));
        Assert.Contains($"({sample})", File.ReadAllText(Path.Combine(RepositoryFolder.Root, "samples", "README.md")), StringComparison.Ordinal);
        Assert.Contains(sample, Tested);
    }

    [Fact]
    public void TheIntegratorOfTheControlledPendulumIsBetterThanTheBestClassicalOne()
    {
        string output = Compiled("integrator-to-c.cs").Run(_folder, _folder);
        double[] errors = Numbers(output, $"geometric mean: {Number} against {Number}");
        Assert.True(errors[0] < errors[1], output);
        Assert.Contains("pendulum_rhs", File.ReadAllText(Path.Combine(_folder, "pendulum.c")), StringComparison.Ordinal);
        Assert.Equal("runge-kutta", Unrolled.Deployment.ModelFile.Read(Path.Combine(_folder, "pendulum.json")).Method);
    }

    [Fact]
    public void TheScreenTellsOverloadedOutagesFromIslands()
    {
        string output = Compiled("power-screening.cs").Run(_folder);
        Assert.Contains("without 5-6: buses are cut off", output, StringComparison.Ordinal);
        Assert.Equal(8, output.Split('\n').Count(l => l.StartsWith("without ", StringComparison.Ordinal)));
        Assert.Contains("<- outside limits", output, StringComparison.Ordinal);
        Assert.DoesNotContain("no solution", output, StringComparison.Ordinal);
    }

    [Fact]
    public void BothDenoisersRemoveNoiseAndTheNetworkRemovesMoreFromSignals()
    {
        string output = Compiled("denoise.cs").Run(_folder, _folder);
        foreach (string what in new[] { "signal", "photograph" })
        {
            double[] ratios = Numbers(output, $"{what}: {Number} dB as it is, {Number} dB by diffusion, {Number} dB by the network");
            Assert.True(ratios[1] > ratios[0] + 4 && ratios[2] > ratios[0] + 4 && (ratios[2] > ratios[1] || what == "photograph"), output);
        }

        Assert.InRange(Numbers(output, $"is about {Number} of 255")[0], 20, 32);
        Assert.True(File.Exists(Path.Combine(_folder, "photo-clean.png")) && File.Exists(Path.Combine(_folder, "sensor-clean.csv")));
    }

    [Fact]
    public void TheParityIsFoundAndTheNetworkAnswersAlike()
    {
        string output = Compiled("parity-csv.cs").Run(_folder);
        Assert.Contains("label = x2 ^ x5 ^ x7", output, StringComparison.Ordinal);
        string[] answers = [.. output.Split('\n').Where(l => l.Contains("by elimination", StringComparison.Ordinal))];
        Assert.Equal(8, answers.Length);
        Assert.All(answers, l => Assert.Matches(@": (0, by elimination 0|1, by elimination 1)$", l));
    }

    [Fact]
    public void TheLearnedPreconditionerSavesIterationsWithAVerifiedResidual()
    {
        string output = Compiled("preconditioner.cs").Run(_folder);
        double[][] rows = [.. new[] { "CG", "CG with SSOR", "CG with the learned polynomial" }.Select(n => Numbers(output, $"(?m)^{n}: {Number} iterations, .* = {Number},"))];
        Assert.All(rows, r => Assert.True(r[1] <= 1e-10, output));
        Assert.True(rows[2][0] < rows[0][0] / 4 && rows[2][0] < rows[1][0], output);
    }

    [FactWithWebFramework]
    public async Task TheServiceAnswersAndRefuses()
    {
        using Process service = Compiled("service.cs").Start(_folder, "--urls", "http://127.0.0.1:0");
        try
        {
            string address = await ListeningAddress(service).WaitAsync(TimeSpan.FromMinutes(1));
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            Assert.Contains("van-der-pol", await client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);

            using HttpResponseMessage good = await client.PostAsJsonAsync("/trajectory", new { initial = new[] { 1.0, 0 }, parameters = new[] { 1.5 } });
            JsonNode answer = JsonNode.Parse(await good.Content.ReadAsStringAsync())!;
            Assert.Equal(10, (double)answer["times"]!.AsArray()[^1]!, 12);
            Assert.Equal(2, answer["states"]!.AsArray().Count);
            Assert.Contains("learned", (string)answer["method"]!, StringComparison.Ordinal);

            using HttpResponseMessage outside = await client.PostAsJsonAsync("/trajectory", new { initial = new[] { 1.0, 0 }, parameters = new[] { 3.0 } });
            Assert.DoesNotContain("learned", (string)JsonNode.Parse(await outside.Content.ReadAsStringAsync())!["method"]!, StringComparison.Ordinal);

            using HttpResponseMessage bad = await client.PostAsJsonAsync("/trajectory", new { initial = new[] { 1.0 }, parameters = new[] { 1.5 } });
            Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
            Assert.Contains("the function has 2 states and 1 parameters, 1 initial values", await bad.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            service.Kill();
            await service.WaitForExitAsync();
        }
    }

    private static readonly string[] Tested = ["integrator-to-c.cs", "power-screening.cs", "denoise.cs", "parity-csv.cs", "preconditioner.cs", "service.cs"];

    private static async Task<string> ListeningAddress(Process service)
    {
        _ = service.StandardError.ReadToEndAsync();
        while (await service.StandardOutput.ReadLineAsync() is string line)
        {
            Match match = Listening().Match(line);
            if (match.Success)
            {
                _ = service.StandardOutput.ReadToEndAsync();
                return match.Groups[1].Value;
            }
        }

        throw new InvalidOperationException("the service ended before it listened");
    }

    private static double[] Numbers(string output, string pattern)
    {
        Match match = Regex.Match(output, pattern);
        Assert.True(match.Success, $"no '{pattern}' in:\n{output}");
        return [.. match.Groups.Values.Skip(1).Select(g => double.Parse(g.Value, CultureInfo.InvariantCulture))];
    }

    private CompiledProgram Compiled(string sample) =>
        new(Path.Combine(_folder, "program"), sample, File.ReadAllText(Path.Combine(RepositoryFolder.Root, "samples", sample)));

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
