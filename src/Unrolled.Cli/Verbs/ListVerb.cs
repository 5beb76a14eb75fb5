using System.CommandLine;
using System.Text.Json.Nodes;
using Unrolled.Cli.Experiments;
using Unrolled.Cli.Workloads;

namespace Unrolled.Cli.Verbs;

/// <summary><c>unrolled list</c>: methods, families, experiments.</summary>
internal sealed class ListVerb(WorkloadRegistry registry) : IVerb
{
    /// <inheritdoc/>
    public string Example => "unrolled list --json";

    /// <inheritdoc/>
    public Command Command { get; } = new("list",
        "Lists the methods, the families of problems and the experiments at hand.");

    /// <inheritdoc/>
    public int Run(Invocation invocation)
    {
        Named[] methods = [.. registry.Workloads.Select(w => new Named(w.Method, w.Summary))];
        Named[] families = [.. registry.Workloads.SelectMany(w => w.Families).DistinctBy(f => f.Name)];
        Named[] experiments =
        [
            .. ExperimentCatalog.Find(Directory.GetCurrentDirectory(), AppContext.BaseDirectory).Select(e => new Named(e.Path, e.Summary)),
        ];
        if (invocation.Json)
        {
            invocation.Print(new JsonObject
            {
                ["methods"] = ToJson(methods),
                ["families"] = ToJson(families),
                ["experiments"] = ToJson(experiments),
            });
            return ExitCode.Done;
        }

        Print(invocation, "Methods", methods);
        Print(invocation, "Families of problems", families);
        Print(invocation, "Experiments", experiments);
        return ExitCode.Done;
    }

    private static void Print(Invocation invocation, string title, Named[] entries)
    {
        invocation.Print(title);
        invocation.Print(Paragraph.Terms([.. entries.Select(e => (e.Name, e.Summary))]));

        if (entries.Length == 0)
        {
            invocation.Print("  none");
        }
    }

    private static JsonArray ToJson(Named[] entries) =>
        new([.. entries.Select(e => new JsonObject { ["name"] = e.Name, ["summary"] = e.Summary })]);
}
