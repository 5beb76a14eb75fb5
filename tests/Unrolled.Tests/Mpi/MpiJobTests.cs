using System.Diagnostics;
using System.Text.Json.Nodes;
using Unrolled.Deployment;
using Unrolled.Tests.Cli;

namespace Unrolled.Tests.Mpi;

/// <summary>Real MPI jobs: the same model from any number of processes, also after one of them was killed.</summary>
public sealed class MpiJobTests : CommandTest
{
    /// <summary>Three chunks of instances to share.</summary>
    private static readonly string Experiment = ShardTests.Solver.Replace("instances: 16", "instances: 300");

    public static TheoryData<string> Launchers => new(MpiRun.Installed.Select(run => run.Name));

    [MpiTheory]
    [MemberData(nameof(Launchers))]
    public void OneTwoAndThreeRanksWriteTheSameModel(string launcher)
    {
        MpiRun mpi = MpiRun.Named(launcher);
        File.WriteAllText(At("e.yaml"), Experiment);
        Assert.Equal(0, Run("learn", At("e.yaml"), "--out", At("alone"), "--threads", "1").Code);
        string alone = TimelessModel("alone");
        foreach (int ranks in (int[])[1, 2, 3])
        {
            (int code, string output, string error) = LinearCommand.Finish(mpi.Start(ranks, "learn", At("e.yaml"), "--out", At($"{ranks}"), "--threads", "1"));
            Assert.True(code == 0, error);
            Assert.Equal(alone, TimelessModel($"{ranks}"));
            Assert.Equal(1, output.Split("Next: unrolled compare").Length - 1); // one rank talks
            Assert.Equal(ranks > 1, output.Contains("speed-up expected", StringComparison.Ordinal));
            Assert.Equal(ranks > 1, File.ReadAllText(At($"{ranks}/log.jsonl")).Contains("\"event\":\"ranks\"", StringComparison.Ordinal));
        }
    }

    [MpiTheory]
    [MemberData(nameof(Launchers))]
    public void ADeadRankEndsTheJobAndAnotherNumberOfRanksGoesOn(string launcher)
    {
        MpiRun mpi = MpiRun.Named(launcher);
        File.WriteAllText(At("e.yaml"), Experiment);
        string[] longer = ["--set", "training.starts=8", "--set", "training.rounds=5", "--set", "training.checkpoint-seconds=0", "--threads", "1"];
        Assert.Equal(0, Run(["learn", At("e.yaml"), "--out", At("whole"), .. longer]).Code);
        using Process job = mpi.Start(3, ["learn", At("e.yaml"), "--out", At("cut"), .. longer]);
        while (!job.HasExited && !File.Exists(At("cut/checkpoint.json")))
        {
            Thread.Sleep(5);
        }

        Dictionary<int, int> processes = mpi.Ranks(At("cut"));
        Assert.True(processes.ContainsKey(1), $"the ranks {string.Join(", ", processes.Keys)} were found");
        using (Process victim = Process.GetProcessById(processes[1]))
        {
            victim.Kill();
        }

        var clock = Stopwatch.StartNew();
        (int code, _, string error) = LinearCommand.Finish(job);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"the job went on for {clock.Elapsed}");
        Assert.NotEqual(0, code);
        Assert.Contains("--resume", error);
        Assert.False(File.Exists(At("cut/model.json")));
        (code, _, error) = LinearCommand.Finish(mpi.Start(2, ["learn", At("e.yaml"), "--out", At("cut"), "--resume", .. longer]));
        Assert.True(code == 0, error);
        Assert.Equal(TimelessModel("whole"), TimelessModel("cut"));
    }

    [MpiTheory]
    [MemberData(nameof(Launchers))]
    public void AnInterruptedJobLeavesACheckpointAndABadOneOneLine(string launcher)
    {
        MpiRun mpi = MpiRun.Named(launcher);
        File.WriteAllText(At("e.yaml"), Experiment);
        using Process job = mpi.Start(2, "learn", At("e.yaml"), "--out", At("run"), "--threads", "1", "--set", "training.rounds=200", "--set", "training.instances=3000", "--set", "training.checkpoint-seconds=0");
        while (!job.HasExited && !File.Exists(At("run/log.jsonl")))
        {
            Thread.Sleep(5);
        }

        using (Process kill = Process.Start("kill", ["-TERM", $"{mpi.Ranks(At("run"))[1]}"]))
        {
            kill.WaitForExit(); // one rank is asked to stop: all agree
        }

        (int code, _, string error) = LinearCommand.Finish(job);
        Assert.Equal(130, code);
        Assert.Equal(1, error.Split("unrolled: interrupted; go on with").Length - 1);
        Assert.True(File.Exists(At("run/checkpoint.json")));

        (code, _, error) = LinearCommand.Finish(mpi.Start(2, "learn", At("nowhere.yaml"), "--out", At("none")));
        Assert.Equal(1, code);
        Assert.Equal(1, error.Split('\n').Count(line => line.StartsWith("unrolled:", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(At("none")));
    }

    /// <summary>A model without what depends on the clock.</summary>
    private string TimelessModel(string run) => ShardTests.Timeless(ModelFile.Read(At($"{run}/model.json")), JsonNode.Parse(File.ReadAllText(At($"{run}/model.json")))!);
}
