using System.Diagnostics;
using System.Runtime.InteropServices;
using Unrolled.Deployment;

namespace Unrolled.Tests.Cli;

/// <summary>Real processes, killed and interrupted in the middle of a training, go on to the same bits.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly LinearCommand _command = new();

    public void Dispose() => _command.Dispose();

    [Fact]
    public void AKilledTrainingEndsWithTheSameModel()
    {
        string[] experiment = Long(starts: 60);
        Assert.Equal(0, LinearCommand.Finish(LinearCommand.Start(["learn", .. experiment, "--out", _command.At("whole"), "--quiet"])).Code);
        var random = new Random(5);
        int kills = 0;
        for (int attempt = 0; ; attempt++)
        {
            string[] resume = File.Exists(CheckpointPath("cut")) ? ["--resume"] : [];
            using Process process = LinearCommand.Start(["learn", .. experiment, "--out", _command.At("cut"), "--quiet", .. resume]);
            if (kills < 4 && attempt < 20)
            {
                DateTime before = Written("cut");
                while (!process.HasExited && Written("cut") == before)
                {
                    Thread.Sleep(1);
                }

                Thread.Sleep(random.Next(60));
                process.Kill();
                kills += process.WaitForExit(10_000) && process.ExitCode != 0 ? 1 : 0;
                if (process.ExitCode != 0)
                {
                    continue;
                }
            }

            Assert.Equal(0, LinearCommand.Finish(process).Code);
            break;
        }

        Assert.True(kills >= 2, $"only {kills} runs could be killed in time");
        Model whole = ModelFile.Read(_command.At("whole/model.json")), cut = ModelFile.Read(_command.At("cut/model.json"));
        Assert.Equal(whole.Parameters.Values, cut.Parameters.Values);
        Assert.Equal(whole.Training.Loss, cut.Training.Loss);
        Assert.Equal(whole.Results["curves"]!.ToJsonString(), cut.Results["curves"]!.ToJsonString());
    }

    [UnixFact]
    public void AnInterruptedTrainingSaysHowToGoOn()
    {
        string[] experiment = Long(starts: 1000);
        using Process process = LinearCommand.Start(["learn", .. experiment, "--out", _command.At("run")]);
        while (!process.HasExited && !File.Exists(CheckpointPath("run")))
        {
            Thread.Sleep(5);
        }

        using (Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            kill.WaitForExit();
        }

        (int code, string output, string error) = LinearCommand.Finish(process);
        Assert.Equal(130, code);
        Assert.Empty(output);
        Assert.Contains("interrupted; go on with: unrolled learn", error);
        Assert.Contains("--resume", error);
        Assert.True(File.Exists(CheckpointPath("run")));
        Assert.False(File.Exists(_command.At("run/model.json")));
    }

    [Fact]
    public void ResumingFromNothingOrFromDamageIsOneLine()
    {
        string[] experiment = Long(starts: 2);
        AssertRefused("there is no checkpoint to go on from", experiment);

        Directory.CreateDirectory(_command.At("run"));
        File.WriteAllText(CheckpointPath("run"), """{"format":"unrolled-checkpoint","formatVersion":1,"fing""");
        AssertRefused("the checkpoint is damaged", experiment);

        new Checkpoint().Write(CheckpointPath("run"), "another");
        AssertRefused("the checkpoint belongs to another experiment", experiment);
    }

    private void AssertRefused(string expected, string[] experiment)
    {
        (int code, string output, string error) = _command.Run(["learn", .. experiment, "--out", _command.At("run"), "--resume"]);
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains(expected, error);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.False(File.Exists(_command.At("run/model.json")));
    }

    private static string[] Long(int starts) =>
    [
        LinearCommand.Experiment("linear-5x5.yaml"), "--set", "training.trainer=gradient", "--set", $"training.starts={starts}",
        "--set", "training.instances=100", "--set", "training.checkpoint-seconds=0", "--set", "comparison.instances=2",
        "--set", "acceptance.loss-at-most=1", "--set", "acceptance.certified=optional",
    ];

    private string CheckpointPath(string run) => _command.At($"{run}/checkpoint.json");

    private DateTime Written(string run) => File.GetLastWriteTimeUtc(CheckpointPath(run));

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class UnixFactAttribute : FactAttribute
    {
        public UnixFactAttribute()
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            {
                Skip = "interrupts are sent by kill -INT";
            }
        }
    }
}
