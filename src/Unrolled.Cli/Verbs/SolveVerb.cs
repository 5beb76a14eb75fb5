using System.CommandLine;
using System.Text.Json.Nodes;
using Unrolled.Cli.Workloads;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Verbs;

/// <summary><c>unrolled solve MODEL ...</c>: applies a model to the user's own problem.</summary>
internal sealed class SolveVerb : IVerb
{
    private readonly WorkloadRegistry _registry;
    private readonly WorkloadOptions _own;
    private readonly Argument<string> _model = new("MODEL") { Description = "The model file, or the folder of a run." };

    public SolveVerb(WorkloadRegistry registry)
    {
        _registry = registry;
        Command = new Command("solve",
            "Applies a model to your own problem and verifies the answer.")
        {
            _model,
        };
        _own = new WorkloadOptions(Command, registry.Workloads.SelectMany(w => w.SolveOptions));
    }

    /// <inheritdoc/>
    public string Example => "unrolled solve runs/a --matrix A.mtx --rhs b.mtx --output x.mtx";

    /// <inheritdoc/>
    public Command Command { get; }

    /// <inheritdoc/>
    public int Run(Invocation invocation)
    {
        string path = ModelPath.Of(invocation.Given.GetRequiredValue(_model));
        Model model = ModelFile.Read(path);
        IWorkload workload = _registry.For(model, path);
        Settings options = _own.Given(invocation.Given, workload.SolveOptions, model.Method);
        SolveOutcome outcome;
        using (ProgressBar progress = invocation.Progress())
        {
            outcome = workload.Solve(model, options, invocation.Context(progress));
        }

        if (invocation.Json)
        {
            invocation.Print(ToJson(path, model, outcome));
        }
        else
        {
            invocation.Print(SolveTable.Render(outcome));
        }

        return outcome.Rows[0].Converged ? ExitCode.Done : ExitCode.NotAccepted;
    }

    private static JsonObject ToJson(string path, Model model, SolveOutcome outcome)
    {
        JsonObject answer = ToJson(outcome.Rows[0]);
        var json = new JsonObject { ["model"] = path, ["family"] = model.Description, ["residualIs"] = outcome.Residual };
        foreach ((string key, JsonNode? value) in answer.ToArray())
        {
            answer.Remove(key);
            json[key] = value;
        }

        if (outcome.Details is { } details)
        {
            json[details.Name] = details.ToJson();
        }

        json["outside"] = new JsonArray([.. outcome.Outside.Select(o => new JsonObject
        {
            ["quantity"] = o.Range.Name, ["value"] = ResultNumbers.ToJson(o.Value), ["low"] = ResultNumbers.ToJson(o.Range.Low), ["high"] = ResultNumbers.ToJson(o.Range.High),
        })]);
        json["output"] = outcome.Output;
        json["rows"] = new JsonArray([.. outcome.Rows.Select(ToJson)]);
        json["notes"] = new JsonArray([.. outcome.Notes.Select(n => (JsonNode)n)]);
        return json;
    }

    private static JsonObject ToJson(SolveRow row)
    {
        var counts = new JsonObject();
        foreach ((string name, double value) in row.Counts)
        {
            counts[name] = ResultNumbers.ToJson(value);
        }

        return new JsonObject
        {
            ["method"] = row.Method,
            ["kind"] = row.Kind,
            ["converged"] = row.Converged,
            ["status"] = row.Status,
            ["remedy"] = row.Remedy,
            ["residual"] = row.Residual is double residual ? ResultNumbers.ToJson(residual) : null,
            ["counts"] = counts,
            ["seconds"] = ResultNumbers.ToJson(row.Seconds),
        };
    }
}
