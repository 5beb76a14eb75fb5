using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Cli.Headlines;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Verbs;

/// <summary><c>unrolled reproduce [NAME … or all] [--quick]</c>: runs the headline experiments and prints their figures beside the published ones.</summary>
internal sealed class ReproduceVerb : IVerb
{
    private const string Everything = "all";

    private readonly Func<IReadOnlyList<string>, CancellationToken, int> _command;
    private readonly Argument<string[]> _names = new("NAME")
    {
        Description = "The headlines to run, or all; none lists them.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _quick = new("--quick") { Description = "Train less: to see that everything works, in minutes." };
    private readonly Option<bool> _published = new("--published") { Description = "Run nothing: print the published figures as the table of the README." };
    private readonly Option<string> _out = new("--out")
    {
        Description = "The folder for the runs.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine("runs", "reproduce"),
    };

    /// <summary>The verb.</summary>
    /// <param name="command">Runs the command with other arguments and prints no results: what is reproduced is what a user would type.</param>
    public ReproduceVerb(Func<IReadOnlyList<string>, CancellationToken, int> command)
    {
        _command = command;
        Command = new Command("reproduce", "Runs the headline experiments and prints their figures beside the published ones.")
        {
            _names, _quick, _published, _out,
        };
    }

    /// <inheritdoc/>
    public string Example => "unrolled reproduce all --quick";

    /// <inheritdoc/>
    public Command Command { get; }

    /// <inheritdoc/>
    public int Run(Invocation invocation)
    {
        string[] names = invocation.Given.GetValue(_names) ?? [];
        IReadOnlyList<Headline> chosen = Chosen(names);
        if (invocation.Given.GetValue(_published))
        {
            invocation.Print(HeadlineText.Markdown(chosen.Count > 0 ? chosen : HeadlineCatalog.All, HeadlineCatalog.Published));
            return ExitCode.Done;
        }

        if (chosen.Count == 0)
        {
            List(invocation);
            return ExitCode.Done;
        }

        bool quick = invocation.Given.GetValue(_quick), agree = true;
        var results = new JsonArray();
        foreach (Headline headline in chosen)
        {
            string folder = Path.Combine(invocation.Given.GetRequiredValue(_out), headline.Name);
            var clock = Stopwatch.StartNew();
            int code = _command(Arguments(invocation, headline, folder, quick), invocation.Cancellation);
            if (code is not (ExitCode.Done or ExitCode.NotAccepted))
            {
                return code;
            }

            Comparison comparison = ComparisonJson.FromJson(ModelFile.Read(Path.Combine(folder, "model.json")).Results["comparison"])!;
            HeadlineResult result = HeadlineResult.Of(headline, comparison, clock.Elapsed.TotalSeconds);
            HeadlineResult? published = quick || invocation.Seed is not null ? null : HeadlineCatalog.Published.FirstOrDefault(r => r.Name == headline.Name);
            agree &= published is null || HeadlineText.Agrees(result, published);
            results.Add(result.ToJson());
            if (!invocation.Json)
            {
                invocation.Print(HeadlineText.Lines(headline, result, published).SelectMany(l => Paragraph.Wrap(l.TrimStart(), "    ", l[..^l.TrimStart().Length])));
            }
        }

        if (invocation.Json)
        {
            invocation.Print(results);
        }

        return agree ? ExitCode.Done : ExitCode.NotAccepted;
    }

    private static IReadOnlyList<Headline> Chosen(string[] names)
    {
        if (names.Contains(Everything))
        {
            return HeadlineCatalog.All;
        }

        return [.. names.Select(name => HeadlineCatalog.All.FirstOrDefault(h => h.Name == name) ?? throw new UsageException(Unknown(name)))];
    }

    private static string Unknown(string name)
    {
        string[] known = [Everything, .. HeadlineCatalog.All.Select(h => h.Name)];
        string meant = Spelling.Nearest(name, known) is string nearest ? $" (did you mean '{nearest}'?)" : string.Empty;
        return $"there is no headline '{name}'{meant}; known are {string.Join(", ", known)}";
    }

    private static void List(Invocation invocation)
    {
        invocation.Print(Paragraph.Terms([.. HeadlineCatalog.All.Select(h => (h.Name, h.Title))]));
        invocation.Print("Run one of them, or all: unrolled reproduce all --quick");
    }

    /// <summary>The arguments of <c>learn</c>.</summary>
    private static List<string> Arguments(Invocation invocation, Headline headline, string folder, bool quick)
    {
        List<string> words = ["learn", headline.Experiment, "--out", folder];
        foreach (string assignment in headline.Settings.Concat(quick ? headline.Quick : []))
        {
            words.AddRange(["--set", assignment]);
        }

        if (Checkpoint.Exists(Path.Combine(folder, "checkpoint.json")))
        {
            words.Add("--resume");
        }

        if (invocation.Threads is int threads)
        {
            words.AddRange(["--threads", $"{threads}"]);
        }

        if (invocation.Seed is ulong seed)
        {
            words.AddRange(["--seed", $"{seed}"]);
        }

        if (invocation.Quiet)
        {
            words.Add("--quiet");
        }

        return words;
    }
}
