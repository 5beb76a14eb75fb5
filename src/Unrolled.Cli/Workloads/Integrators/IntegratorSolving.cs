using System.Diagnostics;
using System.Globalization;
using System.Text;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using Unrolled.RungeKutta;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>
/// Integrates the user's own instance of the equations with the learned method, or with its parent outside the ranges that were learned,
/// and measures the error against a reference; classical methods with as many evaluations beside it.
/// </summary>
internal sealed class IntegratorSolving
{
    private const int MostSteps = 1 << 20;
    private const int MostShown = 8;

    private readonly LearnedIntegrator _learned;
    private readonly WorkContext _context;
    private readonly InitialValueProblem _problem;
    private readonly double[] _parameters;
    private readonly List<string> _notes = [];
    private readonly Dictionary<int, Batch> _references = [];

    private IntegratorSolving(LearnedIntegrator learned, WorkContext context, double[] initial, double[] parameters, double horizon)
    {
        (_learned, _context, _parameters) = (learned, context, parameters);
        Batch p = Batch.Zeros(parameters.Length, 1);
        parameters.CopyTo(p.Values);
        _problem = new InitialValueProblem(learned.Family.Function, Batch.Of(initial), p, horizon);
    }

    public static SolveOutcome Run(Model model, Settings options, WorkContext context)
    {
        LearnedIntegrator learned = LearnedIntegrator.Of(model);
        Function f = learned.Family.Function;
        double horizon = options.Number("horizon", 1e-9, 1e9, learned.Family.Horizon);
        (double[] initial, bool[] states) = NamedValues.Read(options, "initial", f.Inputs[0], learned.Family.Initial.Select(d => d.Mean));
        (double[] parameters, bool[] named) = NamedValues.Read(options, "parameters", f.Inputs[1], learned.ValidParameters.Select(v => v.Low + ((v.High - v.Low) / 2)));
        double h = learned.StepSizeOfTraining;
        int steps = options.Has("steps") ? options.Integer("steps", 1, MostSteps) : (int)Math.Clamp(Math.Ceiling((horizon / h) - 1e-9), 1, MostSteps);
        double? tolerance = options.Has("tolerance") ? options.Number("tolerance", 1e-12, 1e6) : null;
        string? output = options.Has("output") ? options.Text("output") : null;
        var solving = new IntegratorSolving(learned, context, initial, parameters, horizon);
        solving.Say("initial", "initial values", f.Inputs[0], initial, states);
        solving.Say("parameters", "parameters", f.Inputs[1], parameters, named);
        return solving.Run(steps, tolerance, output);
    }

    private SolveOutcome Run(int steps, double? tolerance, string? output)
    {
        (SolveRow answer, Trajectories run) = Measure(Choose(steps), steps, tolerance, "learned");
        while (tolerance is double target && !(answer.Residual <= target) && steps <= MostSteps / 2)
        {
            steps *= 2;
            (answer, run) = Measure(Choose(steps), steps, tolerance, "learned");
        }

        string? reason = _learned.ReasonToFallBack(_problem.Horizon / steps, _parameters);
        if (reason is not null)
        {
            answer = answer with { Kind = "classical" };
            _notes.Add($"The classical parent {_learned.Parent.Name} was used: {reason}.");
        }

        if (run.Completed && IsAtRest(run))
        {
            _notes.Add("The solution stays where it begins, at an equilibrium: give other values with --initial to see the method at work.");
        }

        var rows = new List<SolveRow> { answer };
        long budget = Choose(steps).Evaluations(steps);
        int times = Times(steps);
        foreach (IFixedStepMethod method in IntegratorComparison.Classical)
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            int own = method.StepsWithin(budget, times);
            if (own > 0 && !(method.Name == answer.Method && own == steps))
            {
                rows.Add(Measure(method, own, tolerance, "classical", times).Row);
            }
        }

        SolveRow best = rows.MinBy(r => r.Residual ?? double.PositiveInfinity)!;
        _notes.Add(best == answer
            ? FormattableString.Invariant($"{answer.Method} has the smallest error of all methods at {budget} evaluations.")
            : FormattableString.Invariant($"{best.Method} has a smaller error at {budget} evaluations here: {best.Residual:g3} against {answer.Residual:g3}."));
        if (output is not null)
        {
            Write(output, run);
        }

        IReadOnlyList<OutOfRange> outside = _learned.Outside(_problem.Horizon / steps, _parameters, [.. Enumerable.Range(0, _problem.Components).Select(i => _problem.InitialValues[i, 0])]);
        if (reason is null && outside.Count > 0)
        {
            _notes.Add("Initial values lie outside those of the training: only the measured error counts.");
        }

        return new SolveOutcome
        {
            Outside = outside,
            Residual = $"largest error of a component over {times} equally spaced times against DOP853 with tolerance 1e-13",
            Rows = [answer, .. rows.Skip(1).OrderBy(r => r.Residual ?? double.PositiveInfinity).Take(6)],
            Output = output,
            Notes = _notes,
        };
    }

    /// <summary>Says what was taken for values that were not given.</summary>
    private void Say(string option, string what, FunctionVector names, double[] values, bool[] given)
    {
        string[] taken = [.. Enumerable.Range(0, values.Length).Where(i => !given[i]).Select(i => FormattableString.Invariant($"{names.Components[i]} = {values[i]:g6}"))];
        if (taken.Length > 0)
        {
            IEnumerable<string> shown = taken.Take(MostShown).Concat(taken.Length > MostShown ? ["..."] : []);
            _notes.Add($"The middle of what was learned was taken for {what} that --{option} does not give: {string.Join(", ", shown)}.");
        }
    }

    private IFixedStepMethod Choose(int steps) =>
        _learned.ReasonToFallBack(_problem.Horizon / steps, _parameters) is null ? _learned.Method : _learned.Parent;

    private bool IsAtRest(Trajectories run) =>
        Enumerable.Range(0, run.Times.Length).All(c => Enumerable.Range(0, _problem.Components).All(i => run[c, i, 0] == _problem.InitialValues[i, 0]));

    /// <summary>At how many times the error is measured: the most up to ten that are ends of steps.</summary>
    private static int Times(int steps) => Enumerable.Range(1, 10).Last(c => steps % c == 0);

    /// <summary>The run with every state kept, and its error.</summary>
    private (SolveRow Row, Trajectories Run) Measure(IFixedStepMethod method, int steps, double? tolerance, string kind, int? at = null)
    {
        long started = Stopwatch.GetTimestamp();
        Trajectories run = method.Integrate(_problem, steps, new() { Checkpoints = steps }, _context.Cancellation);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        _context.Cancellation.ThrowIfCancellationRequested();
        int times = at ?? Times(steps);
        Batch reference = Reference(times);
        double error = 0;
        for (int c = 0; c < times; c++)
        {
            for (int i = 0; i < _problem.Components; i++)
            {
                double e = Math.Abs(run[((c + 1) * (steps / times)) - 1, i, 0] - reference[(c * _problem.Components) + i, 0]);
                error = double.IsFinite(e) ? Math.Max(error, e) : double.PositiveInfinity;
            }
        }

        bool good = run.Completed && double.IsFinite(error) && (tolerance is not double target || error <= target);
        IntegrationTermination termination = run.Outcomes[0].Termination;
        string status = !run.Completed ? termination.Message() : good ? "completed" : "completed, but the error is above the tolerance";
        return (new SolveRow(method.Name, kind, good, status, error, [("steps", steps), ("evaluations", method.Evaluations(steps))], seconds,
            !run.Completed ? termination.Remedy() : good ? string.Empty : "take more steps"), run);
    }

    private Batch Reference(int times)
    {
        if (!_references.TryGetValue(times, out Batch states))
        {
            _references[times] = states = new ReferenceTrajectories().States(_problem, times, _context.Cancellation);
        }

        return states;
    }

    /// <summary>Comma-separated values: the time and the states, at the start and after every step.</summary>
    private void Write(string path, Trajectories run)
    {
        var text = new StringBuilder("t," + string.Join(',', _learned.Family.Function.Inputs[0].Components) + "\n");
        for (int c = -1; c < run.Times.Length; c++)
        {
            double[] states = [.. Enumerable.Range(0, _problem.Components).Select(i => c < 0 ? _problem.InitialValues[i, 0] : run[c, i, 0])];
            text.AppendJoin(',', states.Prepend(c < 0 ? _problem.StartTime : run.Times[c]).Select(v => v.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        }

        using AtomicFile file = AtomicFile.Create(path);
        file.Stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
        file.Commit();
    }
}
