using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>
/// Solves the user's own instance of the equations: the learned method in its safeguard, or Newton's method outside the ranges that were
/// learned; classical methods beside it.
/// </summary>
internal sealed class NonlinearSolving
{
    private readonly LearnedNonlinear _learned;
    private readonly NonlinearFamily _family;
    private readonly WorkContext _context;
    private readonly NonlinearSystem _problem;
    private readonly StoppingCriterion _stop;
    private readonly List<string> _notes = [];

    private NonlinearSolving(LearnedNonlinear learned, NonlinearFamily family, double[] parameters, double[] start, double tolerance, WorkContext context)
    {
        (_learned, _family, _context, _stop) = (learned, family, context, StoppingCriterion.Absolute(tolerance));
        Batch p = Batch.Zeros(parameters.Length, 1);
        parameters.CopyTo(p.Values);
        _problem = family.Problem(p, Batch.Of(start));
    }

    public static SolveOutcome Run(Model model, Settings options, WorkContext context)
    {
        LearnedNonlinear learned = LearnedNonlinear.Of(model);
        NonlinearFamily family = NonlinearFamilies.Create(model.Family);
        double[] parameters = NamedValues.Read(options, "parameters", family.ParameterNames, family.Parameters.Select(d => d.Mean)).Values;
        double[] start = StartFile.ReadOption(options, "initial", family.Unknowns, [.. family.Start.Select(d => d.Mean)]);
        double tolerance = options.Number("tolerance", 1e-300, 1e6, 1e-10);
        string? output = options.Has("output") ? options.Text("output") : null;
        var solving = new NonlinearSolving(learned, family, parameters, start, tolerance, context);
        IReadOnlyList<OutOfRange> far = OutOfRange.Find(NonlinearRanges.OfStarts(family), family.Unknowns.Components.Zip(start, (name, value) => (NonlinearRanges.StartPrefix + name, value)));
        return solving.Run(OutOfRange.Find(NonlinearRanges.Of(family), family.ParameterNames.Components.Zip(parameters)), far, output);
    }

    private SolveOutcome Run(IReadOnlyList<OutOfRange> outside, IReadOnlyList<OutOfRange> far, string? output)
    {
        var newton = new NewtonMethod();
        foreach ((ValidRange range, double value) in outside.Select(o => (o.Range, o.Value)))
        {
            _notes.Add(Invariant($"The parameter {range.Name} = {value:g6} lies outside [{range.Low:g6}, {range.High:g6}], where the method was learned: Newton's method was used from the start."));
        }

        var options = new SolverOptions { Threads = _context.Threads };
        Solution solution = outside.Count == 0 ? _learned.Solve(_problem, newton, _stop, options, _context.Cancellation) : Solve(newton);
        _context.Cancellation.ThrowIfCancellationRequested();
        SolveRow answer = outside.Count == 0 ? Row($"{_learned.Steps.Name} safeguarded", "learned", solution) : Row(newton.Name, "classical", solution);
        if (outside.Count == 0)
        {
            int fallbacks = solution.Outcome().Fallbacks;
            _notes.Add(fallbacks == 0
                ? "The safeguard did not intervene: every learned step met its rate."
                : Invariant($"A learned step missed the rate {_learned.Rate:g3}: Newton's method took the last {fallbacks} steps."));
        }

        List<SolveRow> rows = [];
        foreach (IIteration<NonlinearSystem> method in ClassicalSolvers.All.Where(m => outside.Count == 0 || m is not NewtonMethod))
        {
            rows.Add(Row(method.Name, "classical", Solve(method)));
            _context.Cancellation.ThrowIfCancellationRequested();
        }

        SolveRow[] sorted = [.. rows.OrderByDescending(r => r.Converged).ThenBy(r => r.Converged ? Evaluations(r) : r.Residual ?? double.PositiveInfinity)];
        if (sorted[0].Converged && !(answer.Converged && Evaluations(answer) <= Evaluations(sorted[0])))
        {
            _notes.Add(Invariant($"{sorted[0].Method} needed {Evaluations(sorted[0])} evaluations here, {answer.Method} {Evaluations(answer)}."));
        }

        if (output is not null)
        {
            StartFile.Write(output, _family.Unknowns, solution.Iterate.Values);
        }

        return new SolveOutcome { Residual = "norm of F, recomputed", Rows = [answer, .. sorted], Outside = [.. outside, .. far], Output = output, Notes = _notes };
    }

    private Solution Solve(IIteration<NonlinearSystem> method) => Solver.Solve(method, _problem, _stop, new SolverOptions { Threads = _context.Threads }, _context.Cancellation);

    private static double Evaluations(SolveRow row) => row.Counts[0].Value;

    private static SolveRow Row(string name, string kind, Solution solution)
    {
        Outcome outcome = solution.Outcome();
        List<(string, double)> counts = [("evaluations", outcome.Products), ("steps", outcome.Iterations), ("fallbacks", outcome.Fallbacks)];
        return new SolveRow(name, kind, outcome.Termination == Termination.Converged, outcome.Termination.Message(), outcome.Residual, counts, solution.Elapsed.TotalSeconds, outcome.Termination.Remedy());
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
