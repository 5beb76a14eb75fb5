using System.Diagnostics;
using System.Text.Json.Nodes;
using Unrolled.Numerics;
using Unrolled.Tests.Problems.PowerFlow;

namespace Unrolled.Tests.Cli;

/// <summary>
/// A law over all kinds of trainers: a training whose process is killed at random moments, again and again, ends with the model of one that
/// nobody disturbed, in every bit but its times. With <c>UNROLLED_LONG_TESTS=1</c> each is killed 30 times.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const string Fast = "training.checkpoint-seconds=0", Case = "net.m";

    private static readonly int Kills = LongTests.On ? 30 : 2;

    private readonly LinearCommand _command = new();

    public static TheoryData<string, string[]> Trainers => new()
    {
        { "linear-5x5", ["training.trainer=gradient", "training.starts=40", "training.instances=100", "acceptance.loss-at-most=1", "acceptance.certified=optional"] },
        { "pendulum", ["budget=60", "training.rounds=3", "comparison.instances=5", "acceptance.better-than-best-classical=0.001"] },
        { "step-conditioned", ["training.rounds=3", "comparison.instances=5", "acceptance.better-than-best-classical-of-as-many-stages=0.001"] },
        { "square-order-3", [] },
        { "chandrasekhar", ["training.rounds=6", "training.instances=64", "comparison.instances=5"] },
        { "power-flow", [$"family.case={Case}"] },
        { "denoise-signals", ["training.iterations=60", "training.batch=8", "training.seeds=2", "rivals=[]", "comparison.instances=2"] },
        { "parity", ["family.bits=16", "family.examples=24", "family.queries=10", "training.problems=2", "rivals.parameters=2000", "rivals.steps=5", "comparison.instances=1", "comparison.sizes=8"] },
        { "discover-elimination", ["comparison.instances=1", "comparison.sizes=8"] },
    };

    public void Dispose() => _command.Dispose();

    [Theory]
    [MemberData(nameof(Trainers))]
    public void AKilledTrainingEndsWithTheModelOfAnUndisturbedOne(string experiment, string[] settings)
    {
        File.WriteAllText(_command.At(Case), SmallNetworks.Mixed);
        string[] learn = ["learn", LinearCommand.Experiment($"{experiment}.yaml"), "--quiet", .. settings.Append(Fast).SelectMany(s => new[] { "--set", s.Replace(Case, _command.At(Case)) })];
        var clock = Stopwatch.StartNew();
        string whole = Finished(LinearCommand.Start([.. learn, "--out", _command.At("whole")]), "whole");
        double seconds = clock.Elapsed.TotalSeconds;
        RandomStream moments = new RandomStream(11).Split(experiment);
        for (int kills = 0, run = 0; kills < Kills; run++)
        {
            string folder = $"cut{run}";
            while (kills < Kills)
            {
                using Process process = Start(learn, folder);
                if (process.WaitForExit(TimeSpan.FromSeconds(seconds * moments.NextUniform())))
                {
                    Assert.Equal(whole, Finished(process, folder));
                    break;
                }

                process.Kill();
                process.WaitForExit();
                kills++;
            }

            if (!File.Exists(_command.At($"{folder}/model.json")))
            {
                Assert.Equal(whole, Finished(Start(learn, folder), folder));
            }
        }
    }

    private Process Start(string[] learn, string folder)
    {
        string[] resume = File.Exists(_command.At($"{folder}/checkpoint.json")) || File.Exists(_command.At($"{folder}/checkpoint.json.previous")) ? ["--resume"] : [];
        return LinearCommand.Start([.. learn, "--out", _command.At(folder), .. resume]);
    }

    /// <summary>The model of a run that came to its end, without times and the sentences that speak of them.</summary>
    private string Finished(Process process, string folder)
    {
        (int code, _, string error) = LinearCommand.Finish(process);
        Assert.True(code is 0 or 2, $"code {code}: {error}");
        JsonNode model = JsonNode.Parse(File.ReadAllText(_command.At($"{folder}/model.json")))!;
        RemoveTimes(model);
        return model.ToJsonString();
    }

    private static void RemoveTimes(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (string name in members.Select(m => m.Key).Where(k => k.StartsWith("seconds", StringComparison.Ordinal) || k is "date" or "contentHash" or "notes").ToList())
            {
                members.Remove(name);
            }

            foreach ((_, JsonNode? value) in members)
            {
                RemoveTimes(value);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (JsonNode? item in items)
            {
                RemoveTimes(item);
            }
        }
    }
}
