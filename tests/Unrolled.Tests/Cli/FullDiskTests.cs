using System.Diagnostics;
using System.Runtime.InteropServices;
using Unrolled.Deployment;
using Unrolled.Numerics;

namespace Unrolled.Tests.Cli;

/// <summary>Trainings whose folder stops taking files, or whose newest checkpoint is cut off, lose nothing that was learned before.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly LinearCommand _command = new();
    private readonly string _disk;

    public FullDiskTests() => Directory.CreateDirectory(_disk = _command.At("disk"));

    private static string[] Experiment =>
    [
        "learn", LinearCommand.Experiment("linear-5x5.yaml"), "--set", "training.trainer=gradient", "--set", "training.starts=60", "--set", "training.instances=100",
        "--set", "training.checkpoint-seconds=0", "--set", "comparison.instances=2", "--set", "acceptance.loss-at-most=1", "--set", "acceptance.certified=optional",
    ];

    private string CheckpointPath => Path.Combine(_disk, "run/checkpoint.json");

    public void Dispose() => _command.Dispose();

    [DiskFact]
    public void AFullDiskEndsInOneLineAndWithFreeSpaceTheRunGoesOn()
    {
        Assert.True(Ran("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _disk));
        try
        {
            Model whole = Whole();
            string filler = Path.Combine(_disk, "filler");
            using (Process process = LinearCommand.Start([.. Experiment, "--out", Path.Combine(_disk, "run")]))
            {
                while (!process.HasExited && !File.Exists(CheckpointPath))
                {
                    Thread.Sleep(1);
                }

                Fill(filler);
                (int code, _, string error) = LinearCommand.Finish(process);
                Assert.Equal(1, code);
                Assert.Contains("the checkpoint is kept, go on with: unrolled learn", error.TrimEnd().Split('\n')[^1]);
                Assert.Contains("no checkpoint: ", error);
            }

            File.Delete(filler);
            AssertSame(whole, Resume().Model);
        }
        finally
        {
            Ran("umount", "-l", _disk);
        }
    }

    [Fact]
    public void ACheckpointThatIsCutOffGivesWayToTheOneBeforeIt()
    {
        Model whole = Whole();
        using (Process process = LinearCommand.Start([.. Experiment, "--out", Path.Combine(_disk, "run"), "--quiet"]))
        {
            while (!process.HasExited && !File.Exists(CheckpointPath + ".previous"))
            {
                Thread.Sleep(1);
            }

            process.Kill();
            LinearCommand.Finish(process);
        }

        byte[] newest = File.ReadAllBytes(File.Exists(CheckpointPath) ? CheckpointPath : CheckpointPath + ".previous");
        RandomStream stream = new(4);
        File.WriteAllBytes(CheckpointPath, newest[..stream.NextIndex(newest.Length)]);
        (Model resumed, string error) = Resume();
        Assert.Contains("the checkpoint is damaged; going on from the one before it", error);
        AssertSame(whole, resumed);
    }

    [Fact]
    public void AFolderThatTakesNoFilesIsToldBeforeTheTraining()
    {
        Directory.CreateDirectory(Path.Combine(_disk, "run/model.json"));
        (int code, string output, string error) = _command.Run([.. Experiment, "--out", Path.Combine(_disk, "run")]);
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains("is a folder, expected a file", error);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    private static void AssertSame(Model whole, Model resumed)
    {
        Assert.Equal(whole.Parameters.Values, resumed.Parameters.Values);
        Assert.Equal(whole.Training.Loss, resumed.Training.Loss);
    }

    private static bool Ran(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static void Fill(string path)
    {
        using FileStream file = File.Create(path, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[512]);
            }
        }
        catch (IOException)
        {
        }
    }

    private Model Whole()
    {
        Assert.Equal(0, LinearCommand.Finish(LinearCommand.Start([.. Experiment, "--out", _command.At("whole"), "--quiet"])).Code);
        return ModelFile.Read(_command.At("whole/model.json"));
    }

    private (Model Model, string Error) Resume()
    {
        (int code, _, string error) = LinearCommand.Finish(LinearCommand.Start([.. Experiment, "--out", Path.Combine(_disk, "run"), "--resume"]));
        Assert.True(code == 0, error);
        return (ModelFile.Read(Path.Combine(_disk, "run/model.json")), error);
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class DiskFactAttribute : FactAttribute
    {
        public DiskFactAttribute()
        {
            if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux) || Environment.UserName != "root")
            {
                Skip = "a small disk can only be mounted by root on Linux";
            }
        }
    }
}
