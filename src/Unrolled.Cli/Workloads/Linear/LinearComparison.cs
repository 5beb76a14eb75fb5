using System.Diagnostics;
using System.Globalization;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads.Linear;

/// <summary>
/// Learned and classical methods on held-out systems at equal numbers of products: for every budget of the learned
/// methods the residual norm that each method has by then, and the time of the batch; a direct solver beside them.
/// </summary>
internal sealed class LinearComparison
{
    private const int LargestDirect = 700;
    private const double MeasureSeconds = 0.25;
    private const int MostRuns = 25;

    private readonly LinearModel _model;
    private readonly WorkContext _context;
    private readonly LinearSystem _systems;
    private readonly double[] _norms;
    private readonly List<ComparisonRow> _rows = [];
    private readonly List<string> _notes = [];

    private LinearComparison(LinearModel model, int instances, ulong seed, WorkContext context)
    {
        _model = model;
        _context = context;
        _systems = model.Draw(instances, seed, "held-out");
        _norms = new double[instances];
        _systems.ReferenceNorm(_norms);
    }

    public static Comparison Run(LinearModel model, string path, int instances, ulong seed, WorkContext context)
    {
        var comparison = new LinearComparison(model, instances, seed, context);
        comparison.Measure();
        bool absolute = model.Absolute;
        return new Comparison
        {
            Model = path,
            Family = model.Family().Description,
            Metric = absolute ? "residual norm |b - A x|" : "relative residual |b - A x| / |b|",
            Instances = instances,
            Seed = seed,
            Rows = comparison._rows,
            Notes = comparison._notes,
        };
    }

    private void Measure()
    {
        var learned = _model.Methods.Select(m => (Method: (IIteration<LinearSystem>)m, Budgets: Budgets(m))).ToList();
        int[] budgets = [.. learned.SelectMany(l => l.Budgets).Distinct().Order()];
        foreach ((IIteration<LinearSystem> method, int[] own) in learned)
        {
            AddRows(method, ComparisonRow.Learned, own);
        }

        foreach (IIteration<LinearSystem> method in Classical(budgets[^1]))
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            AddRows(method, ComparisonRow.Classical, budgets);
        }

        AddDirect();
        Judge(budgets);
    }

    private int[] Budgets(LearnedKrylov method) => [.. Enumerable.Range(1, _model.OuterIterations).Select(k => k * method.InnerEvaluations)];

    private List<IIteration<LinearSystem>> Classical(int budget)
    {
        bool symmetric = _systems.Operator.Properties.HasFlag(OperatorProperties.Symmetric);
        bool definite = symmetric && _systems.Operator.Properties.HasFlag(OperatorProperties.PositiveDefinite);
        var methods = new List<IIteration<LinearSystem>>();
        if (definite)
        {
            methods.Add(new ConjugateGradient());
            if (_model.Eigenvalues is ValidRange range && range.Low > 0)
            {
                methods.Add(new Chebyshev(range.Low, range.High));
                methods.Add(Tuned(range, budget));
                methods.Add(new Richardson(2 / (range.Low + range.High)));
            }
        }
        else if (!symmetric)
        {
            methods.Add(new BiCgStab());
        }

        if (symmetric)
        {
            methods.Add(new Minres());
        }

        foreach (int restart in _model.Methods.Select(m => m.InnerEvaluations).Append(budget).Distinct().Order())
        {
            methods.Add(new Gmres(restart));
        }

        return methods;
    }

    /// <summary>
    /// Chebyshev's method on the part of the spectrum that serves training systems best at the largest budget: leaving out
    /// the lowest eigenvalues is what an expert would try first.
    /// </summary>
    private IIteration<LinearSystem> Tuned(ValidRange range, int budget)
    {
        LinearSystem training = _model.Draw(Math.Min(20, _model.Model.Training.Instances), _model.Model.Training.Seed, "training");
        IIteration<LinearSystem> At(double low) => new RenamedIteration("Chebyshev, tuned", new Chebyshev(low, range.High));
        double Error(double low) => Solver.Solve(At(low), training, StoppingCriterion.Iterations(budget)).Outcomes.ToArray()
            .Sum(o => Math.Log(Math.Max(o.RelativeResidual, double.Epsilon)));
        double ratio = range.High / range.Low;
        double[] candidates = [.. Enumerable.Range(0, 16).Select(i => range.Low * Math.Pow(ratio, 0.9 * i / 15))];
        return At(candidates.MinBy(Error));
    }

    /// <summary>One row per budget, with the residuals recomputed from the iterates.</summary>
    private void AddRows(IIteration<LinearSystem> method, string kind, int[] budgets)
    {
        var options = new SolverOptions { Threads = _context.Threads };
        foreach (int budget in budgets)
        {
            int steps = Steps(method, budget);
            Solution solution = Solver.Solve(method, _systems, StoppingCriterion.Iterations(steps), options, _context.Cancellation);
            double[] metric = [.. solution.Outcomes.ToArray().Select((o, s) => _model.Absolute || _norms[s] == 0 ? o.Residual : o.Residual / _norms[s])];
            _rows.Add(ComparisonRow.Of(method.Name, kind, metric) with { Cost = budget, CostUnit = "products", Seconds = Time(method, steps) });
        }
    }

    /// <summary>How many steps a method takes with this many products.</summary>
    private static int Steps(IIteration<LinearSystem> method, int products) => method switch
    {
        LearnedKrylov learned => products / learned.InnerEvaluations,
        BiCgStab => products / 2,
        _ => products,
    };

    /// <summary>The shortest of several runs on the whole batch.</summary>
    private double Time(IIteration<LinearSystem> method, int steps)
    {
        var options = new SolverOptions { Threads = _context.Threads, Memory = new SolverMemory() };
        double least = double.PositiveInfinity;
        long started = Stopwatch.GetTimestamp();
        for (int run = 0; run < MostRuns && (run < 2 || Stopwatch.GetElapsedTime(started).TotalSeconds < MeasureSeconds); run++)
        {
            least = Math.Min(least, Solver.Solve(method, _systems, StoppingCriterion.Iterations(steps), options, _context.Cancellation).Elapsed.TotalSeconds);
        }

        return least;
    }

    /// <summary>Dense LU, with one factorization where one matrix serves all instances.</summary>
    private void AddDirect()
    {
        int n = _systems.Components;
        if (n > LargestDirect)
        {
            return;
        }

        (double[] residuals, double seconds) = DirectSolution.Solve(_systems);
        double[] metric = [.. residuals.Select((r, s) => _model.Absolute || _norms[s] == 0 ? r : r / _norms[s])];
        _rows.Add(ComparisonRow.Of("dense LU (direct)", ComparisonRow.Classical, metric) with { Seconds = seconds });
    }

    /// <summary>Where the learned methods win, and where they lose and to which.</summary>
    private void Judge(int[] budgets)
    {
        foreach (int budget in budgets)
        {
            ComparisonRow? learned = _rows.FirstOrDefault(r => r.Kind == ComparisonRow.Learned && r.Cost == budget);
            ComparisonRow[] classical = [.. _rows.Where(r => r.Kind == ComparisonRow.Classical && r.Cost == budget)];
            ComparisonRow best = classical.MinBy(r => r.GeometricMean)!;
            if (learned?.GeometricMean is not double mine || best.GeometricMean is not double theirs)
            {
                continue;
            }

            string time = learned.Seconds is double a && best.Seconds is double b
                ? string.Create(CultureInfo.InvariantCulture, $"; the learned method takes {a / b:0.00} of its time")
                : string.Empty;
            string[] others = [.. classical.Where(r => r != best && r.GeometricMean < mine).Select(r => r.Method)];
            string too = others.Length == 0 ? string.Empty : $" Better too: {string.Join(", ", others)}.";
            _notes.Add(theirs < 1e-12 * mine
                ? $"At {budget} products {best.Method} has the exact solution up to rounding{time}.{too}"
                : theirs < mine
                ? string.Create(CultureInfo.InvariantCulture, $"At {budget} products {best.Method} is better per product: residuals {mine / theirs:g3} times below {learned.Method}{time}.{too}")
                : string.Create(CultureInfo.InvariantCulture, $"At {budget} products {learned.Method} is better per product than every classical method: residuals {theirs / mine:g3} times below {best.Method}{time}."));
        }

        ComparisonRow? direct = _rows.FirstOrDefault(r => r.Cost is null && r.Kind == ComparisonRow.Classical);
        ComparisonRow longest = _rows.Last(r => r.Kind == ComparisonRow.Learned);
        if (direct?.Seconds is double exact && longest.Seconds is double iterative)
        {
            _notes.Add(exact <= iterative
                ? $"Dense LU is faster than {longest.Method} at {longest.Cost} products ({Milliseconds(exact)} against {Milliseconds(iterative)}) and exact: for systems of {_systems.Components} unknowns use it."
                : $"Dense LU is exact and takes {Milliseconds(exact)}, {longest.Method} at {longest.Cost} products {Milliseconds(iterative)}.");
        }

        if (_systems.Components > LargestDirect)
        {
            _notes.Add($"No direct solver was run: a dense factorization of {_systems.Components} unknowns is no fair comparison.");
        }

        if (_model.Model.Family.Text("kind", string.Empty) == "folder")
        {
            _notes.Add("The family is a folder of files: the held-out systems repeat the training matrices.");
        }
    }

    private static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.###} ms");
}
