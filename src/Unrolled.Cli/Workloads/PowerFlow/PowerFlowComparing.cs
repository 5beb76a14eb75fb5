using System.Diagnostics;
using System.Globalization;
using Unrolled.Cli.Comparisons;
using Unrolled.Deployment;
using Unrolled.Newton.PowerFlow;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Cli.Workloads.PowerFlow;

/// <summary>The learned solver and what planners use today, on outages that it was not learned on, at the learned load and up to the limit.</summary>
internal sealed class PowerFlowComparing(Model model, WorkContext context)
{
    private const int Repetitions = 5;

    private readonly PowerFlowModel _model = PowerFlowModel.Of(model);
    private readonly List<ComparisonRow> _rows = [];
    private readonly List<string> _notes = [];
    private double _lastFallback;

    /// <summary>On which part of the outages the learned solver fell back at the learned load.</summary>
    public double FallbackRate { get; private set; }

    /// <summary>Compares on a network whose intact state is solved.</summary>
    /// <param name="path">The model file as the user named it.</param>
    /// <param name="screen">The network at the learned load.</param>
    public Comparison Run(string path, OutageScreen screen)
    {
        int[] held = PowerFlowScreening.Half([.. screen.Outages.Connected], 1);
        At(screen, held, null);
        FallbackRate = _lastFallback;
        double limit = PowerFlowModel.LoadLimit(screen.Network);
        foreach (double part in new[] { 0.5, 0.9 })
        {
            double load = Math.Round(1 + (part * (limit - 1)), 2);
            if (load > _model.Load && load < limit)
            {
                At(PowerFlowModel.Screen(screen.Network, load), held, load);
            }
        }

        _notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"The intact network carries at most {limit:0.00} times its load; near that limit some outages have no solution, and no method finds one."));
        _notes.Add("Times are those of the whole screen, preparation of the batch included, with all threads; the least of a few runs. Reactive limits are not enforced.");
        return new Comparison
        {
            Model = path,
            Family = $"{model.Description} Outages that were not learned on.",
            Metric = string.Create(CultureInfo.InvariantCulture, $"mismatch in per unit after solving to {_model.Tolerance:g2} from the solution of the intact network"),
            Instances = held.Length,
            Seed = model.Training.Seed,
            Rows = _rows,
            Notes = _notes,
        };
    }

    private void At(OutageScreen screen, int[] branches, double? load)
    {
        string suffix = load is double factor ? string.Create(CultureInfo.InvariantCulture, $" at load x {factor:0.00}") : string.Empty;
        SolverOptions options = new() { Threads = context.Threads, Memory = new SolverMemory() };
        List<(string Name, Solution Solution, double Seconds)> measured =
        [
            Time(_model.Name, () => _model.Solve(screen, branches, _model.Tolerance, options, context.Cancellation)),
            .. PowerFlowModel.Classical.Select(m => Time(m.Name, () => m.Run(screen, branches, _model.Tolerance, options, context.Cancellation))),
        ];
        foreach ((string name, Solution solution, double seconds) in measured)
        {
            Outcome[] outcomes = solution.Outcomes.ToArray();
            _rows.Add(ComparisonRow.Of(name + suffix, name == _model.Name ? ComparisonRow.Learned : ComparisonRow.Classical, [.. outcomes.Select(o => o.Residual)]) with
            {
                Mean = null, GeometricMean = null, Cost = outcomes.Average(o => o.Products), CostUnit = "evaluations", Seconds = seconds, Converged = solution.ConvergedCount,
            });
        }

        Judge(measured, suffix, branches.Length);
    }

    private void Judge(List<(string Name, Solution Solution, double Seconds)> measured, string suffix, int outages)
    {
        (string name, Solution learned, double seconds) = measured[0];
        _lastFallback = learned.Outcomes.ToArray().Count(o => o.Fallbacks > 0) / (double)outages;
        int most = measured.Max(m => m.Solution.ConvergedCount);
        var complete = measured.Where(m => m.Solution.ConvergedCount == most).OrderBy(m => m.Seconds).ToList();
        double newton = measured.First(m => m.Name == "Newton, one by one").Seconds;
        _notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"{name}{suffix} solves {learned.ConvergedCount} of {outages}, falls back to Newton's method on {_lastFallback:0.#%}, and is {newton / seconds:0.0} times as fast as Newton's method one by one."));
        _notes.Add(complete[0].Name == name
            ? string.Create(CultureInfo.InvariantCulture, $"A planner should take it here{suffix}: of the methods that solve the most outages it is the fastest; next is {complete[1].Name}, {complete[1].Seconds / seconds:0.00} times its time.")
            : string.Create(CultureInfo.InvariantCulture, $"A planner should take {complete[0].Name} here{suffix}: of the methods that solve the most outages it is the fastest, {seconds / complete[0].Seconds:0.00} times as fast as the learned one."));
    }

    private (string, Solution, double) Time(string name, Func<Solution> run)
    {
        Solution solution = run();
        double least = double.PositiveInfinity;
        for (int k = 0; k < Repetitions; k++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            long started = Stopwatch.GetTimestamp();
            solution = run();
            least = Math.Min(least, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        context.Progress.Report(new Learning.LearningProgress($"comparing {name}", 1, double.NaN, TimeSpan.Zero));
        return (name, solution, least);
    }
}
