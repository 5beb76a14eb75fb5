using System.Globalization;
using Unrolled.Learning;
using Unrolled.Newton;
using Unrolled.Newton.PowerFlow;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.PowerFlow;

namespace Unrolled.Benchmarks;

/// <summary>
/// All outages of one branch of case118, from the solution of the intact network to 1e-8 in per unit: the time of the whole screen, with the
/// preparation of its systems, for the classical methods and for a learned one that was fitted to every other outage.
/// </summary>
internal static class PowerScreen
{
    private const double Tolerance = 1e-8;
    private const int Inner = 3;
    private const string Intact = "factors of the intact network", Compensated = "compensated factors";

    private static readonly Dictionary<string, Limits> _asked = new[] { Intact, Compensated }.ToDictionary(name => name, name => new Limits(
        Asked.Time($"N-1 screen of case118, learned with {name}, two threads", 60, "ms"),
        Asked.Ratio($"N-1 screen of case118, learned with {name}, against Newton one by one, one thread", 2),
        Asked.Ratio($"N-1 screen of case118, learned with {name}, against Newton one by one, two threads", 2)));

    private static readonly StoppingCriterion Stop = StoppingCriterion.Absolute(Tolerance) with { MaximumIterations = 60 };

    public static Scenario Scenario { get; } = new("power-screen", "all outages of one branch of a 118-bus network from the intact solution: classical methods and learned ones", Run)
    {
        Asked = [.. _asked.Values.SelectMany(a => new[] { a.Time, a.OneThread, a.TwoThreads })],
    };

    private static void Run(Results results)
    {
        results.Line(string.Empty);
        if (CaseFile.Find("case118.m") is not string path)
        {
            results.Line($"Not measured: no case file. {CaseFile.Remedy}");
            return;
        }

        PowerNetwork network = PowerNetwork.Read(path);
        Times prepared = Times.Of(() => OutageScreen.Of(network));
        OutageScreen screen = OutageScreen.Of(network);
        int[] all = [.. screen.Outages.Connected];
        results.Line(screen.Outages.Summary());
        results.Line($"Once for a network (OutageScreen.Of: solution, factors, list of outages): {Results.Milliseconds(prepared)}.");
        results.Table("Preparation of the systems of all outages, part of every time of a screen below", "preconditioner", "time");
        results.Row(Intact, Results.Milliseconds(Times.Of(() => screen.Systems(all))));
        results.Row(Compensated, Results.Milliseconds(Times.Of(() => screen.CompensatedSystems(all))));

        Solution tight = Solver.Solve(new NewtonMethod(), screen.Systems(all), OutageScreen.Tight).EnsureConverged();
        FastDecoupled decoupled = new(network);
        results.Table($"{all.Length} outages to {Results.Power(Tolerance)}",
            "method", "1 thread", "2 threads", "against Newton one by one, 1 / 2 threads", "converged", "mean iterations", "largest", "fallbacks", "largest difference to a tight solution");
        OneByOne newton = new(screen, all);
        Row baseline = Measure(newton.Solve, tight);
        Report(results, "Newton one by one, systems and memory prepared", baseline, baseline, null);
        Add("Newton, batched", o => Solver.Solve(new NewtonMethod(), screen.Systems(all), Stop, o));
        Add("chord, intact factors", o => Solver.Solve(new FixedPointIteration(), screen.Systems(all), Stop, o));
        Add("chord, compensated factors", o => Solver.Solve(new FixedPointIteration(), screen.CompensatedSystems(all), Stop, o));
        Add("fast decoupled (XB)", o => Solver.Solve(decoupled, screen.Systems(all), Stop, o));
        Add("Anderson(3), intact factors", o => Solver.Solve(new Anderson(3), screen.Systems(all), Stop, o));
        Add("Anderson(3), compensated factors", o => Solver.Solve(new Anderson(3), screen.CompensatedSystems(all), Stop, o));
        AddLearned(Intact, branches => screen.Systems(branches));
        AddLearned(Compensated, branches => screen.CompensatedSystems(branches));
        results.Line(string.Empty);
        results.Line(string.Create(CultureInfo.InvariantCulture,
            $"Learned methods: direct form, n = {Inner}, fitted to the outages with even numbers in the list, validated on a quarter of all; an instance whose step misses its rate goes on with Newton's method."));

        void Add(string name, Func<SolverOptions, Solution> solve) => Report(results, name, Measure(solve, tight), baseline, null);

        void AddLearned(string name, Func<int[], NonlinearSystem> systems)
        {
            LearnedSolver learned = Fit(systems, all);
            Report(results, $"R2N2({Inner}) within safeguards, {name}", Measure(o => SafeguardedSolver.Solve(learned, new NewtonMethod(), systems(all), Stop, o), tight), baseline, _asked[name]);
        }
    }

    private static LearnedSolver Fit(Func<int[], NonlinearSystem> systems, int[] all)
    {
        int[] training = [.. all.Where((_, k) => k % 2 == 0)], validation = [.. all.Where((_, k) => k % 4 == 1)];
        var start = new LearnedCoefficients([.. Enumerable.Repeat(-1.0, Inner * (Inner + 1) / 2)]);
        var options = new SolverFitOptions { UnrolledSteps = 3, Fit = new FitOptions { Rounds = 12, StepsPerRound = 6, Ridge = 0 } };
        using SolverFit fit = new(systems(training), systems(validation), LearnedForm.Direct, start, options);
        while (fit.Round())
        {
        }

        return new LearnedSolver(start.With(fit.BestCoefficients()), rate: 0.5);
    }

    private static Row Measure(Func<SolverOptions, Solution> solve, Solution tight) => Measure(o => Parts(solve(o)), tight);

    private static (Batch Iterate, Outcome[] Outcomes) Parts(Solution solution) => (solution.Iterate, solution.Outcomes.ToArray());

    private static Row Measure(Func<SolverOptions, (Batch Iterate, Outcome[] Outcomes)> solve, Solution tight)
    {
        var times = new Times[2];
        (Batch Iterate, Outcome[] Outcomes) solution = (tight.Iterate, []);
        for (int threads = 1; threads <= 2; threads++)
        {
            SolverOptions options = new() { Threads = threads, Memory = new SolverMemory() };
            times[threads - 1] = Times.Of(() => solution = solve(options));
        }

        return new Row(times[0], times[1], solution.Outcomes, Difference(solution.Iterate, tight.Iterate));
    }

    private static double Difference(Batch iterate, Batch tight)
    {
        double largest = 0;
        for (int k = 0; k < tight.Length; k++)
        {
            largest = Math.Max(largest, Math.Abs(iterate.Values[k] - tight.Values[k]));
        }

        return largest;
    }

    private static void Report(Results results, string name, Row row, Row baseline, Limits? asked)
    {
        Outcome[] outcomes = row.Outcomes;
        string limit = asked is null ? string.Empty : $"; {results.Judge(asked.Time, row.Two.Least)}";
        results.Row(name, Results.Milliseconds(row.One), Results.Milliseconds(row.Two) + limit,
            $"{results.Ratio(baseline.One.Least / row.One.Least, asked?.OneThread)} / {results.Ratio(baseline.Two.Least / row.Two.Least, asked?.TwoThreads)}",
            $"{outcomes.Count(o => o.Termination == Termination.Converged)} of {outcomes.Length}",
            outcomes.Average(o => o.Iterations).ToString("0.0", CultureInfo.InvariantCulture), $"{outcomes.Max(o => o.Iterations)}", $"{outcomes.Count(o => o.Fallbacks > 0)}",
            row.Difference.ToString("0.0e0", CultureInfo.InvariantCulture));
    }

    private sealed record Row(Times One, Times Two, Outcome[] Outcomes, double Difference);

    /// <summary>What is asked of a learned screen.</summary>
    private sealed record Limits(Asked Time, Asked OneThread, Asked TwoThreads);

    /// <summary>Newton's method on one outage after the other; only the order of elimination and memory are shared.</summary>
    private sealed class OneByOne(OutageScreen screen, int[] branches)
    {
        private readonly NonlinearSystem[] _systems = Split(screen.Systems(branches));

        public (Batch Iterate, Outcome[] Outcomes) Solve(SolverOptions options)
        {
            NonlinearSystem first = _systems[0];
            Batch iterate = Batch.Zeros(first.Components, _systems.Length);
            var outcomes = new Outcome[_systems.Length];
            SolverOptions own = options with { Threads = 1 };
            void One(int s)
            {
                Solution solution = Solver.Solve(new NewtonMethod(), _systems[s], Stop, own);
                outcomes[s] = solution.Outcome();
                solution.Iterate.CopyInstanceTo(0, iterate, s);
            }

            if (options.Threads == 1)
            {
                for (int s = 0; s < _systems.Length; s++)
                {
                    One(s);
                }
            }
            else
            {
                Parallel.For(0, _systems.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Threads!.Value }, One);
            }

            return (iterate, outcomes);
        }

        private static NonlinearSystem[] Split(NonlinearSystem all) => [.. Enumerable.Range(0, all.Instances).Select(s => all.Select([s]))];
    }
}
