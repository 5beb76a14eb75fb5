using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Unrolled.Cli.Workloads;
using Unrolled.Numerics;

namespace Unrolled.Cli.Verbs;

/// <summary>One use of a verb: what was given and where the results go.</summary>
internal sealed class Invocation(ParseResult given, CommonOptions options, Terminal terminal, IRanks ranks, CancellationToken cancellationToken)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public ParseResult Given => given;

    public bool Json => given.GetValue(options.Json);

    public ulong? Seed => given.GetValue(options.Seed);

    public int? Threads => given.GetValue(options.Threads);

    public bool Quiet => given.GetValue(options.Quiet);

    /// <summary>The processes of the job.</summary>
    public IRanks Ranks => ranks;

    public CancellationToken Cancellation => cancellationToken;

    /// <summary>The same use for the first rank alone.</summary>
    public Invocation Alone() => new(given, options, terminal, Numerics.Ranks.Alone, cancellationToken);

    /// <summary>A bar for the work of this use.</summary>
    public ProgressBar Progress() => new(terminal.Error, terminal.ErrorIsInteractive && !Quiet, TimeProvider.System);

    /// <summary>What a workload may use.</summary>
    public WorkContext Context(ProgressBar progress) => new()
    {
        Threads = Threads,
        Progress = progress,
        Note = Noter(progress),
        Cancellation = cancellationToken,
    };

    /// <summary>Shows notes above the bar; shows none when the user wants quiet.</summary>
    public Action<string> Noter(ProgressBar progress) => Quiet ? static _ => { } : progress.Note;

    /// <summary>Writes a line on standard error, whatever is going on.</summary>
    public void Warn(string line) => terminal.Error.WriteLine($"unrolled: {line}");

    /// <summary>Writes a line of the result.</summary>
    public void Print(string line = "") => terminal.Out.WriteLine(line);

    /// <summary>Writes lines of the result.</summary>
    public void Print(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            Print(line);
        }
    }

    /// <summary>Writes the one document of <c>--json</c>.</summary>
    public void Print(JsonNode document) => terminal.Out.WriteLine(document.ToJsonString(Format));
}
