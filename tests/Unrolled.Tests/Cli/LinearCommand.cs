using System.Diagnostics;
using System.Text.Json.Nodes;
using Unrolled.Cli;
using Unrolled.Cli.Workloads;
using Unrolled.Tests.Repository;

namespace Unrolled.Tests.Cli;

/// <summary>The command as it is shipped, in this process or as a process of its own, with a folder for its runs.</summary>
internal sealed class LinearCommand : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("unrolled-linear").FullName;

    public static string Experiment(string name) => Path.Combine(RepositoryFolder.Root, "experiments", name);

    public string At(string name) => Path.Combine(Folder, name);

    public (int Code, string Out, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        int code = new UnrolledCommand(WorkloadRegistry.Default, new Terminal { Out = output, Error = error }).Run(arguments, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs with <c>--json</c> and expects success.</summary>
    public JsonObject Json(params string[] arguments)
    {
        (int code, string output, string error) = Run([.. arguments, "--json"]);
        Assert.True(code == 0, $"code {code}: {error}");
        return JsonNode.Parse(output)!.AsObject();
    }

    /// <summary>Starts a process of its own; standard error is kept for <see cref="Process.StandardError"/>.</summary>
    public static Process Start(params string[] arguments) => StartIn(Path.GetTempPath(), arguments);

    /// <summary>Starts a process of its own in a folder, to which relative paths belong.</summary>
    public static Process StartIn(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(UnrolledCommand).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        return Process.Start(start)!;
    }

    public static (int Code, string Out, string Error) Finish(Process process, int minutes = 2)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(minutes)))
        {
            process.Kill();
            throw new TimeoutException("the command did not end in time");
        }

        return (process.ExitCode, output.Result, error.Result);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
