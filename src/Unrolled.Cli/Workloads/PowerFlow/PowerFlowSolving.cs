using System.Diagnostics;
using System.Globalization;
using System.Text;
using Unrolled.Deployment;
using Unrolled.Newton.PowerFlow;
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Cli.Workloads.PowerFlow;

/// <summary>Solves the intact network of a case file, and screens its single outages where that is asked for.</summary>
internal sealed class PowerFlowSolving
{
    private static readonly (string Title, string Key, bool Numbers)[] Columns =
    [
        ("branch", "branch", false), ("conv.", "converged", false), ("steps", "iterations", true), ("fb", "fallback", false), ("mismatch", "mismatch", true),
        ("worst V", "worstVoltage", true), ("at bus", "worstVoltageBus", true), ("load %", "worstLoading", true), ("branch", "worstLoadingBranch", false), ("status", "status", false),
    ];

    private readonly PowerFlowModel _model;
    private readonly WorkContext _context;
    private readonly OutageScreen _screen;
    private readonly double _tolerance;
    private readonly string? _output;
    private readonly List<string> _notes;
    private readonly IReadOnlyList<OutOfRange> _outside;

    private PowerFlowSolving(Model model, Settings options, WorkContext context)
    {
        (_model, _context) = (PowerFlowModel.Of(model), context);
        string path = options.Text("case", _model.CasePath);
        double load = options.Number("load", 0, 100, 1);
        _tolerance = options.Number("tolerance", 1e-13, 1, _model.Tolerance);
        _output = options.Has("output") ? options.Text("output") : null;
        PowerNetwork network = PowerNetwork.Read(path);
        _screen = PowerFlowScreening.Solve(network, path, load);
        _notes = [.. network.Notes];
        _outside = OutOfRange.Find(model.ValidRanges,
            [(PowerFlowModel.LoadFactor, load), (PowerFlowModel.Buses, network.Buses.Length), (PowerFlowModel.BranchesInService, network.InServiceBranches.Length)]);
        if (Path.GetFileName(path) != Path.GetFileName(_model.CasePath))
        {
            _notes.Add($"The weights were learned on {Path.GetFileName(_model.CasePath)}, not on this network; the safeguard makes the answer right, not the time short.");
        }
    }

    public static SolveOutcome Run(Model model, Settings options, WorkContext context)
    {
        bool screens = options.Has("screen") && options.Choice("screen", ["n-1"]) == "n-1";
        if (options.Has("output") && !screens)
        {
            throw new InvalidInputException("command line", "--output writes the table of a screen: add --screen n-1");
        }

        var solving = new PowerFlowSolving(model, options, context);
        return screens ? solving.Screen() : solving.Intact();
    }

    private SolveOutcome Intact()
    {
        PowerFlowState state = new(_screen.Flow, _screen.Intact.Iterate, 0);
        Describe("The intact network", state);
        Outcome outcome = _screen.Intact.Outcome();
        return new SolveOutcome
        {
            Residual = "mismatch |F| in per unit, recomputed",
            Rows = [new SolveRow("Newton", "classical", true, outcome.Termination.Message(), outcome.Residual, [("iterations", outcome.Iterations)], _screen.Intact.Elapsed.TotalSeconds)],
            Notes = _notes,
        };
    }

    private SolveOutcome Screen()
    {
        int[] branches = [.. _screen.Outages.Connected];
        SolverOptions options = new() { Threads = _context.Threads, Memory = new SolverMemory() };
        (SolveRow row, Solution solution) = Measure(_model.Name, "learned", () => _model.Solve(_screen, branches, _tolerance, options, _context.Cancellation));
        List<SolveRow> rows = [row];
        foreach ((string name, Func<OutageScreen, int[], double, SolverOptions, CancellationToken, Solution> run) in PowerFlowModel.Classical)
        {
            rows.Add(Measure(name, "classical", () => run(_screen, branches, _tolerance, options, _context.Cancellation)).Row);
        }

        int fallbacks = solution.Outcomes.ToArray().Count(o => o.Fallbacks > 0);
        _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{solution.ConvergedCount} of {branches.Length} outages are solved, {fallbacks} of them with Newton's method after the learned step had missed its rate; {_screen.Outages.Islanding.Length} outages island the network."));
        _notes.Add("An outage that islands cuts buses off; it is reported, not solved. Reactive limits of generators are not enforced. Times hold for the whole batch with its preparation.");
        Describe("The intact network", new PowerFlowState(_screen.Flow, _screen.Intact.Iterate, 0));
        SolveDetails details = new("contingencies", Columns, [.. Lines(branches, solution)]);
        if (_output is not null)
        {
            Write(details);
        }

        return new SolveOutcome { Residual = "largest mismatch |F| in per unit, recomputed", Rows = rows, Details = details, Outside = _outside, Output = _output, Notes = _notes };
    }

    private IEnumerable<IReadOnlyList<object?>> Lines(int[] branches, Solution solution)
    {
        PowerFlowOperator flow = _screen.Outages.Operator(branches, _screen.Injections);
        for (int k = 0; k < branches.Length; k++)
        {
            Outcome outcome = solution.Outcome(k);
            bool solved = outcome.Termination == Termination.Converged;
            PowerFlowState? state = solved ? new PowerFlowState(flow, solution.Iterate, k) : null;
            yield return
            [
                PowerFlowScreening.NameOf(_screen.Network, branches[k]), solved, outcome.Iterations, outcome.Fallbacks > 0, outcome.Residual,
                state?.WorstVoltage, state is null ? null : _screen.Network.Buses[state.WorstVoltageBus].Number,
                state?.WorstLoading is { } worst ? 100 * worst.Loading : null, state?.WorstLoading is { } at ? PowerFlowScreening.NameOf(_screen.Network, at.Branch) : null,
                solved ? "converged" : $"no solution found: {outcome.Termination.Message()}",
            ];
        }

        foreach (int branch in _screen.Outages.Islanding)
        {
            yield return [PowerFlowScreening.NameOf(_screen.Network, branch), false, null, false, null, null, null, null, null, "islands"];
        }
    }

    private (SolveRow Row, Solution Solution) Measure(string name, string kind, Func<Solution> run)
    {
        run(); // the first run compiles
        _context.Cancellation.ThrowIfCancellationRequested();
        long started = Stopwatch.GetTimestamp();
        Solution solution = run();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Outcome[] outcomes = solution.Outcomes.ToArray();
        string status = $"{solution.ConvergedCount} of {outcomes.Length} outages solved";
        return (new SolveRow(
            name, kind, solution.Converged, status, outcomes.Max(o => o.Residual),
            [("solved", solution.ConvergedCount), ("steps", outcomes.Average(o => o.Iterations)), ("evaluations", outcomes.Average(o => o.Products))], seconds,
            solution.Converged ? string.Empty : outcomes.First(o => o.Termination != Termination.Converged).Termination.Remedy()), solution);
    }

    private void Describe(string what, PowerFlowState state)
    {
        string loading = state.WorstLoading is { } worst
            ? string.Create(CultureInfo.InvariantCulture, $"; the highest loading is {100 * worst.Loading:0.#} % on {PowerFlowScreening.NameOf(_screen.Network, worst.Branch)}")
            : "; no branch has a rating";
        _notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"{what}: losses {state.Losses.Real:0.##} MW, slack bus {state.SlackPower.Real:0.##} MW; the worst voltage is {state.WorstVoltage:0.####} at bus {_screen.Network.Buses[state.WorstVoltageBus].Number}{loading}."));
    }

    /// <summary>Comma-separated values, or JSON where the file is called so.</summary>
    private void Write(SolveDetails details)
    {
        string text = Path.GetExtension(_output!).Equals(".json", StringComparison.OrdinalIgnoreCase) ? details.ToJson().ToJsonString() + "\n" : details.ToCsv();
        using AtomicFile file = AtomicFile.Create(_output!);
        file.Stream.Write(Encoding.UTF8.GetBytes(text));
        file.Commit();
    }
}
