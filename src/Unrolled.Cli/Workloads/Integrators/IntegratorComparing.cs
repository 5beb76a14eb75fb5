using System.Globalization;
using System.Text.Json.Nodes;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>A learned integrator and every classical one on held-out trajectories at equal numbers of evaluations.</summary>
internal sealed class IntegratorComparing
{
    private const int PlotInstances = 64;

    private readonly Model _model;
    private readonly LearnedIntegrator _learned;
    private readonly ReferenceTrajectories _references;
    private readonly WorkContext _context;
    private readonly List<ComparisonRow> _rows = [];
    private readonly List<string> _notes = [];
    private readonly int _steps;
    private readonly int _budget;

    public IntegratorComparing(Model model, ReferenceTrajectories references, WorkContext context)
    {
        (_model, _references, _context) = (model, references, context);
        _learned = LearnedIntegrator.Of(model);
        _steps = model.MethodSettings.Integer("steps", 1, int.MaxValue);
        _budget = model.MethodSettings.Integer("budget", 1, int.MaxValue);
    }

    public Comparison Run(string path, IntegratorComparingOptions options)
    {
        OdeFamily family = options.Outside > 0 ? Beyond(_learned.Family, options.Outside) : _learned.Family;
        InitialValueProblem problem = IntegratorSets.Draw(family, options.Instances, options.Seed, "held-out", _references, _context, options.HorizonFactor);
        double h = _learned.Family.Horizon / _steps;
        bool fallsBack = options.Outside > 0 && !ReferenceEquals(family, _learned.Family) || !_learned.ValidSteps.Contains(h);
        long budget = (long)Math.Round(_budget * options.HorizonFactor);
        FixedStepRungeKutta[] published = [.. PublishedTableaus.For(_learned.Family.Name).Select(t => new FixedStepRungeKutta(t))];
        IntegratorComparison measured = IntegratorComparison.Measure(problem, budget, [_learned.Method, .. published], _references, null, _context.Cancellation);
        MethodMeasurement mine = measured.OtherRows.Count > published.Length
            ? measured.OtherRows[0]
            : throw new InvalidInputException(path, $"a budget of {budget} evaluations allows the learned method no step");
        MethodMeasurement shipped = mine;
        if (fallsBack)
        {
            MethodMeasurement parent = shipped = measured.ClassicalRows.First(r => r.Name == _learned.Parent.Name);
            Add(parent, ComparisonRow.Learned, $"{mine.Name}, as shipped: {parent.Name}", null);
            Add(mine, ComparisonRow.Learned, $"{mine.Name} without its fallback", null);
            _notes.Add($"The parameters lie outside the range that was learned, where the shipped method is its parent {parent.Name}.");
        }
        else
        {
            Add(mine, ComparisonRow.Learned, mine.Name, null);
        }

        foreach (MethodMeasurement row in measured.OtherRows.Skip(1).OrderBy(r => r.GeometricMean))
        {
            Add(row, ComparisonRow.Learned, $"{row.Name} (published)", shipped.FractionBetterThan(row));
        }

        foreach (MethodMeasurement row in measured.ClassicalRows.OrderBy(r => r.GeometricMean))
        {
            Add(row, ComparisonRow.Classical, row.Name, shipped.FractionBetterThan(row));
        }

        Judge(shipped, measured);
        if (options.Sweep)
        {
            Sweep(problem);
        }

        return new Comparison
        {
            Model = path,
            Family = family.Description.Replace(
                string.Create(CultureInfo.InvariantCulture, $"horizon {family.Horizon:R}."), string.Create(CultureInfo.InvariantCulture, $"horizon {problem.Horizon:R}."), StringComparison.Ordinal),
            Metric = string.Create(CultureInfo.InvariantCulture, $"largest error of a component over {measured.Checkpoints} times of a trajectory at {budget} evaluations"),
            Instances = problem.Instances,
            Seed = options.Seed,
            Rows = _rows,
            Notes = _notes,
        };
    }

    /// <summary>Geometric means for budgets from a quarter to four times the one that was learned, of every method.</summary>
    public JsonArray ErrorAgainstCost()
    {
        InitialValueProblem problem = IntegratorSets.Draw(_learned.Family, PlotInstances, _model.Training.Seed, "held-out", _references, _context);
        var lines = new Dictionary<string, (List<double> Cost, List<double> Error)>();
        foreach (double factor in new[] { 0.25, 0.5, 1, 2, 4 })
        {
            long budget = (long)(_budget * factor);
            if (budget < IntegratorComparison.DefaultCheckpoints(problem.Horizon))
            {
                continue;
            }

            foreach (MethodMeasurement row in IntegratorComparison.Measure(problem, budget, [_learned.Method], _references, null, _context.Cancellation).Rows)
            {
                if (!lines.TryGetValue(row.Name, out (List<double> Cost, List<double> Error) line))
                {
                    lines[row.Name] = line = ([], []);
                }

                line.Cost.Add(row.Evaluations);
                line.Error.Add(row.GeometricMean);
            }
        }

        return new JsonArray([.. lines.Select(l => new JsonObject
        {
            ["method"] = l.Key, ["cost"] = ResultNumbers.ToJson([.. l.Value.Cost]), ["error"] = ResultNumbers.ToJson([.. l.Value.Error]),
        })]);
    }

    /// <summary>The error of one trajectory over time: learned, parent and best classical method.</summary>
    public JsonObject Sample()
    {
        InitialValueProblem all = IntegratorSets.Draw(_learned.Family, PlotInstances, _model.Training.Seed, "held-out", _references, _context);
        IFixedStepMethod best = IntegratorComparison.Measure(all, _budget, null, _references, null, _context.Cancellation).BestClassical.Method;
        InitialValueProblem one = all.Select([0]);
        int times = IntegratorComparison.DefaultCheckpoints(one.Horizon);
        var lines = new JsonObject();
        foreach (IFixedStepMethod method in new[] { _learned.Method, _learned.Parent, best }.DistinctBy(m => m.Name))
        {
            int steps = method.StepsWithin(_budget, times);
            if (steps > 0)
            {
                Trajectories run = method.Integrate(one, steps, new() { Checkpoints = steps }, _context.Cancellation);
                Batch reference = _references.States(one, steps, _context.Cancellation);
                double[] error = [.. Enumerable.Range(0, steps).Select(c => Enumerable.Range(0, one.Components).Max(i => Math.Abs(run[c, i, 0] - reference[(c * one.Components) + i, 0])))];
                lines[method.Name] = new JsonObject { ["time"] = ResultNumbers.ToJson(run.Times), ["error"] = ResultNumbers.ToJson(error) };
            }
        }

        return lines;
    }

    /// <summary>A family whose uniform parameters lie above their ranges, up to a fraction of the ranges away.</summary>
    private static OdeFamily Beyond(OdeFamily family, double fraction)
    {
        if (family.Parameters.All(p => p.Kind == DistributionKind.Constant))
        {
            return family;
        }

        Distribution Move(Distribution d) => d.Kind switch
        {
            DistributionKind.Uniform => Distribution.Uniform(d.Second, d.Second + (fraction * (d.Second - d.First))),
            DistributionKind.Normal => Distribution.Normal(d.First + ((4 + fraction) * d.Second), fraction * d.Second),
            _ => d,
        };
        return new OdeFamily($"{family.Name}, outside", family.Function, [.. family.Parameters.Select(Move)], family.Initial, family.Horizon);
    }

    private void Add(MethodMeasurement row, string kind, string name, double? learnedBetter) =>
        _rows.Add(ComparisonRow.Of(name, kind, row.Errors) with
        {
            GeometricMean = row.GeometricMean, Cost = row.Evaluations, CostUnit = "evaluations", Seconds = row.Elapsed.TotalSeconds, Converged = row.CompletedCount, LearnedBetter = learnedBetter,
        });

    private void Judge(MethodMeasurement mine, IntegratorComparison measured)
    {
        MethodMeasurement best = measured.BestClassical;
        if (mine.Name == best.Name)
        {
            _notes.Add($"No classical method is better here than {best.Name}, which the model uses itself.");
            return;
        }

        double ratio = best.GeometricMean / mine.GeometricMean, fraction = mine.FractionBetterThan(best);
        _notes.Add(ratio >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"The best classical method is {best.Name}: {mine.Name} has errors {ratio:g3} times below it and is better on {fraction:0.#%} of the trajectories.")
            : string.Create(CultureInfo.InvariantCulture, $"{best.Name} is better here: errors {1 / ratio:g3} times below {mine.Name}, which is better on {fraction:0.#%} of the trajectories. Use {best.Name}."));
        if (fraction is > 0 and < 1 && ratio >= 1)
        {
            double worst = Enumerable.Range(0, mine.Errors.Length).Max(s => mine.Errors[s] / best.Errors[s]);
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"It loses on {1 - fraction:0.#%} of the trajectories, at worst with an error {worst:g3} times that of {best.Name}."));
        }

        int stages = _learned.Coefficients.Stages;
        MethodMeasurement? sibling = measured.ClassicalRows.Where(r => r.Method is FixedStepRungeKutta k && k.Tableau.EvaluationsPerStep == stages).MinBy(r => r.GeometricMean);
        if (sibling is not null && sibling.Name != best.Name)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"Of the classical methods with {stages} evaluations a step {sibling.Name} is the best: {mine.Name} has errors {sibling.GeometricMean / mine.GeometricMean:g3} times below it."));
        }

        if (mine.Worst > best.Worst)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"Its worst trajectory is worse than that of {best.Name}: {mine.Worst:g3} against {best.Worst:g3}."));
        }
    }

    /// <summary>Other steps: the method as shipped, without its fallback, and the best classical one at the same cost.</summary>
    private void Sweep(InitialValueProblem problem)
    {
        int checkpoints = IntegratorComparison.DefaultCheckpoints(problem.Horizon), wide = _steps * (int)Math.Max(1, Math.Round(problem.Horizon / _learned.Family.Horizon));
        double[] factors = [0.5, 0.75, 1, 1.5, 2, 4, 8];
        foreach (int steps in factors.Select(factor => Math.Max(1, (int)Math.Round(wide * factor / checkpoints)) * checkpoints).Distinct())
        {
            double h = problem.Horizon / steps;
            long budget = _learned.Method.Evaluations(steps);
            IntegratorComparison measured = IntegratorComparison.Measure(problem, budget, [_learned.Method, _learned.Parent], _references, null, _context.Cancellation);
            (MethodMeasurement mine, MethodMeasurement parent, MethodMeasurement best) = (measured.OtherRows[0], measured.OtherRows[1], measured.BestClassical);
            bool inside = _learned.ValidSteps.Contains(h);
            string at = string.Create(CultureInfo.InvariantCulture, $" at h = {h:g4}");
            Add(inside ? mine : parent, ComparisonRow.Learned, $"{(inside ? mine.Name : $"as shipped: {parent.Name}")}{at}", null);
            if (!inside)
            {
                Add(mine, ComparisonRow.Learned, $"{mine.Name} without its fallback{at}", null);
            }

            Add(best, ComparisonRow.Classical, $"{best.Name}, best at this cost{at}", mine.FractionBetterThan(best));
            if (best.GeometricMean < (inside ? mine : parent).GeometricMean)
            {
                _notes.Add(string.Create(CultureInfo.InvariantCulture, $"It loses{at}: {best.Name} has errors {(inside ? mine : parent).GeometricMean / best.GeometricMean:g3} times below."));
            }
        }
    }
}
