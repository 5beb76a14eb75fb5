using System.Text.Json.Nodes;
using Unrolled.Cli.Experiments;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Tests.Cli;

/// <summary>A training in parts that know nothing of each other, united to the model of the whole.</summary>
public sealed class ShardTests : CommandTest
{
    /// <summary>Six fits of a network for signals and of its rival.</summary>
    private const string Experiment = """
        family: { kind: signals, samples: 32, noise: { sigma: 0.2 } }
        method: diffusion-network
        diffusion-network: { blocks: 2, filters: 3, kernel: 5, flux: weickert, learning-rates: 1e-1 }
        training: { iterations: 40, batch: 5, seeds: 2, seed: 1 }
        rivals:
          - { network: resnet, blocks: 1, filters: 3, learning-rates: [3e-3, 1e-2], margin: -50 }
        comparison: { instances: 5 }
        """;

    private const string Search = """
        family: { kind: parity }
        method: recurrent-convolution
        recurrent-convolution: { task: discover, space: gates }
        training: { seed: 1, evaluations: 300, restarts: 20, restarts-per-round: 2, checkpoint-seconds: 0 }
        comparison: { sizes: [4], instances: 2 }
        """;

    internal const string Solver = """
        family: { kind: bratu-1d }
        method: nonlinear-solver
        nonlinear-solver: { inner-evaluations: 2 }
        training: { seed: 1, instances: 16, validation: 16, starts: 3, rounds: 2 }
        comparison: { evaluations: [2, 4], instances: 8 }
        """;

    private const string Integrator = """
        family: { equations: "dy = -a*y^2", parameters: { a: "uniform(0.5, 1)" }, initial: { y: "uniform(0.5, 1)" }, horizon: 2 }
        method: runge-kutta
        budget: 24
        runge-kutta: { form: one-step, parents: 3 }
        training: { seed: 1, instances: 8, validation: 8, rounds: 2 }
        comparison: { instances: 4 }
        """;

    [Theory]
    [InlineData(Integrator, 2)]
    [InlineData(Experiment, 3)]
    [InlineData(Search, 3)]
    [InlineData(Search, 7)]
    [InlineData(Solver, 2)]
    public void MergedShardsAreTheUnshardedModel(string experiment, int shards)
    {
        File.WriteAllText(At("e.yaml"), experiment);
        int expected = Run("learn", At("e.yaml"), "--out", At("whole"), "--threads", "1").Code;
        Assert.Contains(expected, (int[])[0, 2]);
        foreach (int i in Enumerable.Range(1, shards).Reverse())
        {
            (int code, string output, string error) = Run("learn", At("e.yaml"), "--out", At("parts"), "--threads", "1", "--shard", $"{i}/{shards}");
            Assert.True(code == 0, error);
            Assert.Contains($"Shard {i}/{shards} is complete", output);
            Assert.False(File.Exists(At("parts/model.json")));
        }

        Assert.Equal(expected, Run("merge", At("parts"), "--threads", "2").Code);
        Assert.Equal(Timeless("whole"), Timeless("parts"));
        Assert.Equal(expected, Run("merge", At("parts")).Code); // the shards stay, so that it can be done again
    }

    /// <summary>What the shards keep of an experiment is, key by key, the experiment.</summary>
    [Fact]
    public void EveryExperimentIsKeptAsItIs()
    {
        string[] files = Directory.GetFiles(Path.GetDirectoryName(LinearCommand.Experiment("x"))!, "*.yaml");
        Assert.True(files.Length > 10, $"{files.Length} experiments");
        Assert.All(files, file =>
        {
            Settings experiment = ExperimentReader.Read(file);
            ExperimentOverrides.Apply(experiment, "training.note=\"quoted\", (open");
            Assert.Equal(ExperimentFingerprint.Of(experiment), ExperimentFingerprint.Of(ExperimentReader.Parse(ExperimentWriter.ToJson(experiment), "kept")));
        });
    }

    [Fact]
    public void AShardThatFindsARuleEndsTheOthers()
    {
        File.WriteAllText(At("e.yaml"), Search.Replace("seed: 1, evaluations: 300, restarts: 20", "seed: 8, evaluations: 8000, restarts: 14"));
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("whole")).Code);
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("parts"), "--shard", "2/2").Code);
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("parts"), "--shard", "1/2").Code);
        int Restarts(int i) => Checkpoint.Read(At($"parts/shard-{i}-of-2.json"), Fingerprint()).Arrays.Keys.Count(k => k.StartsWith("restart/", StringComparison.Ordinal));
        Assert.InRange(Restarts(2), 1, 6);
        Assert.InRange(Restarts(1), 1, Restarts(2)); // of its 7, those before the one that was accepted elsewhere
        Assert.Equal(0, Run("merge", At("parts")).Code);
        Assert.Equal(Timeless("whole"), Timeless("parts"));

        string Fingerprint() => JsonNode.Parse(File.ReadAllText(At("parts/shard-1-of-2.json")))!["fingerprint"]!.ToString();
    }

    [Fact]
    public void AShardGoesOnWhereItWasStopped()
    {
        File.WriteAllText(At("e.yaml"), Search);
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("parts"), "--shard", "1/2").Code);
        string[] second = ["learn", At("e.yaml"), "--out", At("parts"), "--threads", "1", "--shard", "2/2"];
        using (var stop = new CancellationTokenSource())
        {
            using var watch = new Timer(_ => stop.Cancel(), null, TimeSpan.FromMilliseconds(300), Timeout.InfiniteTimeSpan);
            (int code, _, string error) = Run(second, stop.Token);
            Assert.Contains(code, (int[])[0, 130]);
            Assert.True(code == 0 || error.Contains("--shard 2/2", StringComparison.Ordinal), error);
            if (code == 130)
            {
                Assert.Contains("shard 2/2 is not complete", Refused("merge", At("parts")));
                Assert.Equal(0, Run([.. second, "--resume"]).Code);
            }
        }

        Assert.Contains(Run("merge", At("parts")).Code, (int[])[0, 2]);
        Run("learn", At("e.yaml"), "--out", At("whole"));
        Assert.Equal(Timeless("whole"), Timeless("parts"));
    }

    [Theory]
    [InlineData("4/3")]
    [InlineData("0/3")]
    [InlineData("1")]
    [InlineData("a/b")]
    [InlineData("1/2/3")]
    [InlineData("-1/3")]
    public void AShardThatIsNoneIsOneLine(string shard)
    {
        File.WriteAllText(At("e.yaml"), Solver);
        Assert.Contains($"--shard is '{shard}'; expected i/n", Refused("learn", At("e.yaml"), "--out", At("run"), $"--shard={shard}"));
        Assert.False(Directory.Exists(At("run")));
    }

    [Fact]
    public void WhatCannotBeMergedIsOneLine()
    {
        File.WriteAllText(At("e.yaml"), Solver);
        Assert.Contains("there is no such folder", Refused("merge", At("run")));
        Directory.CreateDirectory(At("empty"));
        Assert.Contains("holds no shards", Refused("merge", At("empty")));

        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("run"), "--shard", "1/3").Code);
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("run"), "--shard", "3/3").Code);
        Assert.Contains("shard 2/3 is missing", Refused("merge", At("run")));
        Assert.Contains("another experiment", Refused("learn", At("e.yaml"), "--out", At("run"), "--shard", "2/3", "--set", "training.rounds=3"));

        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("other"), "--shard", "2/3", "--set", "training.rounds=3").Code);
        File.Copy(At("other/shard-2-of-3.json"), At("run/shard-2-of-3.json"));
        Assert.Contains("another experiment", Refused("merge", At("run")));

        File.Copy(At("run/shard-1-of-3.json"), At("run/shard-2-of-3.json"), overwrite: true);
        Assert.Contains("is not shard 2/3", Refused("merge", At("run")));

        File.WriteAllText(At("run/shard-2-of-3.json"), "{");
        Assert.Contains("damaged", Refused("merge", At("run")));

        File.Copy(At("run/shard-1-of-3.json"), At("run/shard-1-of-2.json"));
        Assert.Contains("shards of 2 and of 3", Refused("merge", At("run")));
        Assert.False(File.Exists(At("run/model.json")));
    }

    [Theory]
    [InlineData("linear-5x5.yaml", "one short sequence")]
    [InlineData("parity.yaml", "one sequence")]
    [InlineData("van-der-pol.yaml", "runge-kutta.memory", "--set", "training.instances=4", "--set", "training.validation=4")]
    public void ATrainingWithoutIndependentPartsSaysSo(string name, string why, params string[] options)
    {
        Assert.Contains(why, Refused(["learn", LinearCommand.Experiment(name), "--out", At("run"), "--shard", "1/2", .. options]));
        Assert.False(Directory.Exists(At("run")));
    }

    /// <summary>A model without what depends on the clock: seconds, the date and the hash over both.</summary>
    internal static string Timeless(Model model, JsonNode file)
    {
        Assert.True(model.Parameters.Length > 0);
        file["training"]!["date"] = null;
        file["contentHash"] = null;
        Strip(file);
        return file.ToJsonString();

        static void Strip(JsonNode? node)
        {
            switch (node)
            {
                case JsonObject section:
                    foreach (string key in section.Select(e => e.Key).ToArray())
                    {
                        if (key.Contains("seconds", StringComparison.OrdinalIgnoreCase))
                        {
                            section[key] = null;
                        }
                        else
                        {
                            Strip(section[key]);
                        }
                    }

                    break;
                case JsonArray list:
                    foreach (JsonNode? item in list)
                    {
                        Strip(item);
                    }

                    break;
            }
        }
    }

    private string Timeless(string run) => Timeless(ModelFile.Read(At($"{run}/model.json")), JsonNode.Parse(File.ReadAllText(At($"{run}/model.json")))!);

    private static string Refused(params string[] arguments)
    {
        (int code, string output, string error) = Run(arguments);
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Equal(1, error.Count(c => c == '\n'));
        return error;
    }
}
