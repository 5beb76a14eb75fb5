using System.CommandLine;
using System.CommandLine.Parsing;
using Unrolled.Cli.Verbs;
using Unrolled.Cli.Workloads;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Cli;

/// <summary>The command: finds the verb, runs it, and turns every failure into one line and an exit code.</summary>
/// <remarks>Of several ranks only the first talks. A fault that all share is told once, by it: the others wait a moment before they tell theirs.</remarks>
internal sealed class UnrolledCommand
{
    private static readonly TimeSpan PatienceOfOthers = TimeSpan.FromSeconds(2);

    private readonly Terminal _terminal;
    private readonly Terminal _visible;
    private readonly IRanks _ranks;
    private readonly RootCommand _root;
    private readonly CommonOptions _options = new();
    private CancellationToken _cancellationToken;

    public UnrolledCommand(WorkloadRegistry registry, Terminal terminal, IRanks? ranks = null)
    {
        (_terminal, _ranks) = (terminal, ranks ?? Ranks.Alone);
        _visible = _ranks.Rank == 0 ? terminal : terminal with { Out = TextWriter.Null, Error = TextWriter.Null, ErrorIsInteractive = false };
        _root = new RootCommand(
            "Learns, certifies and deploys iterative algorithms.\n\n" +
            "Exit codes: 0 done, 1 invalid input or usage, 2 not converged or not accepted,\n" +
            "3 certificate refused, 130 interrupted.")
        {
            HelpName = "unrolled",
        };
        foreach (Option option in _options.All)
        {
            _root.Options.Add(option);
        }

        IVerb[] verbs = [new LearnVerb(registry), new MergeVerb(registry), new CompareVerb(registry), new SolveVerb(registry), new CertifyVerb(registry), new ExportVerb(registry), new ShowVerb(registry),
            new ReproduceVerb((arguments, canceled) => new UnrolledCommand(registry, terminal with { Out = TextWriter.Null }).Run(arguments, canceled)), new ListVerb(registry)];
        foreach (IVerb verb in verbs)
        {
            verb.Command.SetAction(given => verb.IsShared || _ranks.Rank == 0 ? verb.Run(new Invocation(given, _options, _visible, _ranks, _cancellationToken)) : ExitCode.Done);
            _root.Subcommands.Add(verb.Command);
        }

        ExampleHelp.AddTo(_root, command => verbs.FirstOrDefault(v => v.Command == command, verbs[0]).Example);
    }

    /// <summary>Runs the command.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public int Run(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        try
        {
            ParseResult given = _root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (UsageFault.Find(given) is string fault)
            {
                return Fail(fault);
            }

            return given.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = _visible.Out,
                Error = _visible.Error,
            });
        }
        catch (OperationCanceledException e)
        {
            return Fail(e is InterruptedException ? e.Message : "interrupted", e, ExitCode.Interrupted);
        }
        catch (Exception e) when (e is InvalidInputException or UsageException or IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message, e);
        }
        catch (OutOfMemoryException e)
        {
            return Fail("the problem does not fit into memory", e);
        }
        catch (Exception e)
        {
            return Fail($"internal error, please report it: {e.GetType().Name}: {e.Message} (UNROLLED_DEBUG=1 shows where)", e);
        }
        finally
        {
            _terminal.Out.Flush();
            _terminal.Error.Flush();
        }
    }

    private int Fail(string message, Exception? exception = null, int code = ExitCode.InvalidInput)
    {
        if (_ranks.Rank > 0 && code == ExitCode.Interrupted)
        {
            return code; // all ranks were
        }

        string whose = string.Empty;
        if (_ranks.Rank > 0)
        {
            if (_cancellationToken.WaitHandle.WaitOne(PatienceOfOthers))
            {
                return code; // the job is being ended: the first rank has told
            }

            whose = $"rank {_ranks.Rank}: ";
        }

        _terminal.Error.WriteLine($"unrolled: {whose}{message.ReplaceLineEndings(" ")}");
        if (_terminal.Debug && exception is not null)
        {
            _terminal.Error.WriteLine(exception);
        }

        return code;
    }
}
