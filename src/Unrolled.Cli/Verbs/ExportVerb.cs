using System.CommandLine;
using System.Text.Json.Nodes;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Problems;
using Unrolled.Problems.Formats;

namespace Unrolled.Cli.Verbs;

/// <summary><c>unrolled export MODEL --to FORMAT --output FILE</c>: the deployed algorithm with the same numbers.</summary>
internal sealed class ExportVerb : IVerb
{
    private readonly WorkloadRegistry _registry;
    private readonly Argument<string> _model = new("MODEL") { Description = "The model file, or the folder of a run." };
    private readonly Option<string?> _to = new("--to") { Description = "The format: c, csharp, python, json or onnx, as far as the method has it.", HelpName = "FORMAT" };
    private readonly Option<string?> _output = new("--output") { Description = "The file to write; its name without extension begins the names inside.", HelpName = "FILE" };

    public ExportVerb(WorkloadRegistry registry)
    {
        _registry = registry;
        Command = new Command("export",
            "Writes a model as source code or as an ONNX graph that needs nothing of this program, with the same numbers.")
        {
            _model, _to, _output,
        };
    }

    /// <inheritdoc/>
    public string Example => "unrolled export runs/a --to c --output integrator.c";

    /// <inheritdoc/>
    public Command Command { get; }

    /// <inheritdoc/>
    public int Run(Invocation invocation)
    {
        string path = ModelPath.Of(invocation.Given.GetRequiredValue(_model));
        string output = invocation.Given.GetValue(_output) ?? throw new UsageException("--output is missing: the file to write");
        Model model = ModelFile.Read(path);
        IWorkload workload = _registry.For(model, path);
        string? format = invocation.Given.GetValue(_to);
        if (workload.Exports.Count == 0)
        {
            throw new UsageException($"a model of the method {model.Method} cannot be exported yet");
        }

        string[] formats = [.. workload.Exports.Select(e => e.Format)];
        if (format is null || !formats.Contains(format))
        {
            string meant = format is not null && Spelling.Nearest(format, formats) is string nearest ? $" (did you mean '{nearest}'?)" : string.Empty;
            throw new UsageException($"--to is {(format is null ? "missing" : $"'{format}'")}{meant}; expected one of {string.Join(", ", formats)}");
        }

        byte[] bytes = workload.Exports.First(e => e.Format == format).Write(model, Path.GetFileNameWithoutExtension(output));
        using (AtomicFile file = AtomicFile.Create(output))
        {
            file.Stream.Write(bytes);
            file.Commit();
        }

        if (invocation.Json)
        {
            invocation.Print(new JsonObject { ["model"] = path, ["format"] = format, ["output"] = output, ["bytes"] = bytes.Length });
        }
        else
        {
            invocation.Print(Paragraph.Wrap($"{output} ({bytes.Length} bytes): {model.Description}", "  "));
        }

        return ExitCode.Done;
    }
}
