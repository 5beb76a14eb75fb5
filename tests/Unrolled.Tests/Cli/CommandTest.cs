using System.Text.Json.Nodes;
using Unrolled.Cli;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;

namespace Unrolled.Tests.Cli;

/// <summary>The whole command in this process, with all its workloads, in a folder of its own.</summary>
public abstract class CommandTest : IDisposable
{
    private protected string Folder { get; } = Directory.CreateTempSubdirectory("unrolled-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected string At(string name) => Path.Combine(Folder, name);

    private protected static JsonNode Json(params string[] arguments)
    {
        (int code, string output, string error) = Run(arguments);
        Assert.True(code is 0 or 2, error);
        return JsonNode.Parse(output)!;
    }

    private protected static (int Code, string Out, string Error) Run(params string[] arguments) => Run(arguments, default);

    private protected static (int Code, string Out, string Error) Run(string[] arguments, CancellationToken cancellationToken)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        int code = new UnrolledCommand(WorkloadRegistry.Default, new Terminal { Out = output, Error = error }).Run(arguments, cancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The experiment with a value that was replaced is refused in one line, and nothing is written.</summary>
    private protected void RefusesInOneLine(string assignment, string expected)
    {
        (int code, _, string error) = Run("learn", At("e.yaml"), "--out", At("run"), "--set", assignment);
        Assert.Equal(1, code);
        Assert.Contains(expected, error);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.False(Directory.Exists(At("run")));
    }

    /// <summary>A training that is interrupted after its first checkpoint and resumed ends with the parameters of one that was not.</summary>
    private protected void ResumesWithTheSameBits(params string[] options)
    {
        Assert.Equal(0, Run(["learn", At("e.yaml"), "--out", At("whole"), "--quiet", .. options]).Code);
        using var stop = new CancellationTokenSource();
        var watch = new Thread(() =>
        {
            while (!File.Exists(At("cut/checkpoint.json")) && !stop.IsCancellationRequested)
            {
                Thread.Sleep(1);
            }

            stop.Cancel();
        });
        watch.Start();
        (int code, _, string error) = Run(["learn", At("e.yaml"), "--out", At("cut"), .. options], stop.Token);
        stop.Cancel();
        watch.Join();
        if (code == 130)
        {
            Assert.Contains("--resume", error);
            (code, _, error) = Run(["learn", At("e.yaml"), "--out", At("cut"), "--resume", .. options]);
        }

        Assert.True(code == 0, error);
        Assert.Equal(ModelFile.Read(At("whole/model.json")).Parameters.Values.ToArray(), ModelFile.Read(At("cut/model.json")).Parameters.Values.ToArray());
    }
}
