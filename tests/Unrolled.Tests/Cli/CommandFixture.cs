using System.Text.Json.Nodes;
using Unrolled.Cli;
using Unrolled.Cli.Workloads;

namespace Unrolled.Tests.Cli;

/// <summary>Runs the command in this process with a fake workload and a folder of its own.</summary>
internal sealed class CommandFixture : IDisposable
{
    public const string Experiment = """
        # Halving, the simplest of all.
        method: halving
        family:
          kind: scalar
          size: 2
        training: { steps: 3, seed: 5 }
        """;

    public CommandFixture() => File.WriteAllText(Path("e.yaml"), Experiment);

    public string Folder { get; } = Directory.CreateTempSubdirectory("unrolled-").FullName;

    public FakeWorkload Workload { get; set; } = new();

    public string Path(string name) => System.IO.Path.Combine(Folder, name);

    public (int Code, string Out, string Error) Run(string[] arguments, CancellationToken cancellationToken = default)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        var terminal = new Terminal { Out = output, Error = error };
        int code = new UnrolledCommand(new WorkloadRegistry([Workload, new FakeWorkload("thirding")]), terminal).Run(arguments, cancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs with <c>--json</c>; the output is one document.</summary>
    public (int Code, JsonObject Json) RunJson(params string[] arguments)
    {
        (int code, string output, _) = Run([.. arguments, "--json"]);
        return (code, JsonNode.Parse(output)!.AsObject());
    }

    /// <summary>Learns the experiment to a folder <c>run</c> and returns its model file.</summary>
    public string Learned()
    {
        Assert.Equal(0, Run(["learn", Path("e.yaml"), "--out", Path("run")]).Code);
        return Path("run/model.json");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
