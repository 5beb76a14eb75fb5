using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Deployment.Nonlinear;
using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Cli.Workloads.Nonlinear;

/// <summary>A learned nonlinear solver and the classical ones on held-out problems: at equal numbers of evaluations, and to a tolerance.</summary>
internal sealed class NonlinearComparing
{
    private readonly LearnedNonlinear _learned;
    private readonly NonlinearFamily _family;
    private readonly NonlinearComparingOptions _options;
    private readonly WorkContext _context;
    private readonly NonlinearSystem _problem;
    private readonly List<BudgetSweep> _sweeps = [];
    private readonly List<ComparisonRow> _rows = [];
    private readonly List<string> _notes = [];

    public NonlinearComparing(Model model, NonlinearComparingOptions options, WorkContext context)
    {
        (_learned, _options, _context) = (LearnedNonlinear.Of(model), options, context);
        _family = NonlinearFamilies.Create(model.Family);
        _problem = _family.Draw(options.Instances, new RandomStream(options.Seed).Split("held-out"));
        int most = options.Budgets[^1];
        _sweeps.AddRange(Variants().Select(m => BudgetSweep.Measure(m, ComparisonRow.Learned, _problem, most, context)));
        _sweeps.AddRange(ClassicalSolvers.All.Select(m => BudgetSweep.Measure(m, ComparisonRow.Classical, _problem, most, context)));
    }

    /// <summary>The learned method as it is deployed at a fixed budget.</summary>
    private BudgetSweep Mine => _sweeps[0];

    private IEnumerable<BudgetSweep> Classical => _sweeps.Where(s => s.Kind == ComparisonRow.Classical);

    public Comparison Run(string path)
    {
        foreach (int budget in _options.Budgets)
        {
            AtBudget(budget);
        }

        ToTolerance();
        int least = _options.Budgets[0];
        BudgetSweep[] longer = [.. _sweeps.Where(s => s.StepsWithin(least) == 0)];
        if (longer.Length > 0)
        {
            _notes.Add(Invariant($"Not in the table where not even one step fits: {string.Join(", ", longer.Select(s => Invariant($"{s.Name} (a step has {s.FirstStep:0.#} evaluations)")))}."));
        }

        string preconditioner = _family.Preconditioner is null ? string.Empty : " Applications of the family's preconditioner are not counted; Newton makes none.";
        _notes.Add($"Evaluations are those of F and products with its Jacobian J, means over the problems; F at the final iterate is left out for every method. Newton's include its Jacobian.{preconditioner}");
        return new Comparison
        {
            Model = path,
            Family = _family.Description,
            Metric = $"norm of F after at most {string.Join(", ", _options.Budgets)} evaluations, and evaluations to the norm {Short(_options.Tolerance)},",
            Instances = _problem.Instances,
            Seed = _options.Seed,
            Rows = _rows,
            Notes = _notes,
        };
    }

    /// <summary>How many times the learned median and worst case are below the best classical ones at a budget, and which those are.</summary>
    public ((double Ratio, string Method) Median, (double Ratio, string Method) Worst) Gains(int budget)
    {
        ComparisonRow mine = Mine.Row(Mine.StepsWithin(budget), Mine.Name, null);
        ComparisonRow[] others = [.. Classical.Where(c => c.StepsWithin(budget) > 0).Select(c => c.Row(c.StepsWithin(budget), c.Name, null))];
        (double, string) Best(Func<ComparisonRow, double> value) => others.MinBy(value) is { } best ? (value(best) / value(mine), best.Method) : (double.PositiveInfinity, "none");
        return (Best(r => r.Median ?? double.PositiveInfinity), Best(r => r.Worst ?? double.PositiveInfinity));
    }

    /// <summary>Medians and worst cases after every number of steps, for charts.</summary>
    public JsonArray ResidualAgainstCost() => new([.. _sweeps.Where(s => s.Costs.Count > 1).Select(s =>
    {
        ComparisonRow[] rows = [.. Enumerable.Range(0, s.Costs.Count).Select(k => s.Row(k, s.Name, null))];
        return (JsonNode)new JsonObject
        {
            ["method"] = s.Name, ["kind"] = s.Kind, ["cost"] = ResultNumbers.ToJson([.. s.Costs]),
            ["median"] = ResultNumbers.ToJson([.. rows.Select(r => r.Median ?? double.NaN)]), ["worst"] = ResultNumbers.ToJson([.. rows.Select(r => r.Worst ?? double.NaN)]),
        };
    })]);

    /// <summary>The deployed method first, then learned steps alone or with mixing, whichever it is not.</summary>
    private IEnumerable<IIteration<NonlinearSystem>> Variants()
    {
        yield return _learned.Method;
        if (_learned.SecantPairs > 0)
        {
            yield return _learned.Steps;
        }
        else if (_learned.Form == LearnedForm.Direct)
        {
            yield return new LearnedAnderson(_learned.Coefficients, _learned.Coefficients.InnerEvaluations);
        }
    }

    private void AtBudget(int budget)
    {
        double[]? mine = Mine.StepsWithin(budget) is > 0 and int own ? Mine.Norms[own] : null;
        ComparisonRow? first = null;
        foreach (BudgetSweep sweep in _sweeps.OrderBy(s => s.Kind == ComparisonRow.Classical).ThenBy(s => s.Kind == ComparisonRow.Classical ? MedianWithin(s, budget) : 0))
        {
            int steps = sweep.StepsWithin(budget);
            ComparisonRow row = sweep.Row(steps, $"{sweep.Name} within {budget}", sweep == Mine ? null : mine);
            bool same = first is not null && sweep.Kind == ComparisonRow.Learned && row.Cost == first.Cost && row.Worst == first.Worst && row.Median == first.Median;
            first ??= row;
            if (steps > 0 && !same)
            {
                _rows.Add(row);
            }
        }

        if (mine is not null)
        {
            Judge(budget);
        }
    }

    private static double MedianWithin(BudgetSweep sweep, int budget) => sweep.Row(sweep.StepsWithin(budget), sweep.Name, null).Median ?? double.PositiveInfinity;

    private void Judge(int budget)
    {
        ComparisonRow mine = Mine.Row(Mine.StepsWithin(budget), Mine.Name, null);
        ((double Ratio, string Method) median, (double Ratio, string Method) worst) = Gains(budget);
        if (median.Method == "none")
        {
            return;
        }

        string Verdict(double own, (double Ratio, string Method) best) => best.Ratio >= 1
            ? Invariant($"{mine.Method} wins, {best.Ratio:g3} times below {best.Method} ({Text(own)} against {Text(own * best.Ratio)})")
            : Invariant($"{best.Method} wins, {1 / best.Ratio:g3} times below {mine.Method} ({Text(own * best.Ratio)} against {Text(own)})");
        bool lost = median.Ratio < 1 && worst.Ratio < 1;
        _notes.Add(Invariant($"Within {budget} evaluations, in the median {Verdict(mine.Median!.Value, median)}; in the worst case {Verdict(mine.Worst!.Value, worst)}.")
            + (lost ? $" Use {(median.Method == worst.Method ? median.Method : $"{median.Method} or {worst.Method}")} at this budget." : string.Empty));
    }

    private void ToTolerance()
    {
        StoppingCriterion stop = StoppingCriterion.Absolute(_options.Tolerance);
        var options = new SolverOptions { Threads = _context.Threads };
        Solution safe = _learned.Solve(_problem, new NewtonMethod(), stop, options, _context.Cancellation);
        string suffix = $" to {Short(_options.Tolerance)}", guarded = $"{_learned.Steps.Name} safeguarded{suffix}";
        List<ComparisonRow> rows = [Row(guarded, ComparisonRow.Learned, safe)];
        foreach (BudgetSweep sweep in _sweeps)
        {
            rows.Add(Row(sweep.Name + suffix, sweep.Kind, Solver.Solve(sweep.Method, _problem, stop, options, _context.Cancellation)));
            _context.Cancellation.ThrowIfCancellationRequested();
        }

        int learned = rows.Count(r => r.Kind == ComparisonRow.Learned);
        _rows.AddRange(rows.Take(learned));
        _rows.AddRange(rows.Skip(learned).OrderByDescending(r => r.Converged).ThenBy(r => r.Cost));
        double rate = safe.Outcomes.ToArray().Average(o => o.Fallbacks > 0 ? 1.0 : 0.0);
        _notes.Add(Invariant($"The safeguard (rate {_learned.Rate:g3}) fell back to Newton's method on {rate:0.##%} of the problems; {safe.ConvergedCount} of {_problem.Instances} converged."));
        ComparisonRow best = rows.OrderByDescending(r => r.Converged).ThenBy(r => r.Cost).First();
        _notes.Add(best.Kind == ComparisonRow.Learned
            ? Invariant($"The fewest evaluations{suffix}: {best.Method[..^suffix.Length]} with {best.Cost:0.0}.")
            : Invariant($"The fewest evaluations{suffix} has {best.Method[..^suffix.Length]}, {best.Cost:0.0} against {rows[0].Cost:0.0} of the safeguarded learned method: use it where a tolerance is wanted."));
    }

    /// <summary>What a run to the tolerance took, means over all problems; those that did not converge count with what they used.</summary>
    private static ComparisonRow Row(string name, string kind, Solution run) => new()
    {
        Method = name,
        Kind = kind,
        Cost = run.Outcomes.ToArray().Average(o => (double)o.Products) - 1,
        CostUnit = "evaluations",
        Converged = run.ConvergedCount,
    };

    private static string Text(double value) => NumberText.Scientific(value);

    /// <summary>A tolerance as a user writes it: <c>1e-8</c>.</summary>
    private static string Short(double tolerance) => tolerance.ToString("0.###e-0", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
