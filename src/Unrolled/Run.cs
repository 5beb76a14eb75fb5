using System.Diagnostics;
using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled;

/// <summary>
/// One chunk of a batch on its way. An instance whose recurrence drifted from its true residual, or broke down, leaves
/// the chunk and is restarted alone from its own iterate, so that its neighbors' bits do not change.
/// </summary>
internal sealed class Run<TProblem>
    where TProblem : IProblem<TProblem>
{
    private const int FirstSave = 32;
    private const int LeastStagnationWindow = 200;
    private const int MostRestarts = 20;
    private const double DivergenceFactor = 1e8;

    private readonly IIteration<TProblem> _method;
    private readonly StoppingCriterion _stop;
    private readonly SolverOptions _options;
    private readonly long _started;
    private readonly RunResults _results;
    private readonly BatchArena _arena;
    private readonly Workspace _workspace;
    private readonly Batch _residual;
    private readonly Batch _best;
    private readonly double[] _norms;
    private readonly Member[] _members;
    private readonly int[] _places;
    private readonly Spent _spent;
    private readonly Member? _restarted;
    private readonly List<(int Instance, bool Best)> _ended = [];
    private readonly int _iterationLimit;
    private readonly TProblem _original;
    private TProblem _problem;
    private int _width;
    private int _active;
    private int _iteration;

    public Run(IIteration<TProblem> method, TProblem problem, ReadOnlySpan<int> places, StoppingCriterion stop, SolverOptions options,
        long started, RunResults results, BatchArena arena)
        : this(method, problem, places, stop, options, started, results, arena, default, null)
    {
    }

    private Run(IIteration<TProblem> method, TProblem problem, ReadOnlySpan<int> places, StoppingCriterion stop, SolverOptions options,
        long started, RunResults results, BatchArena arena, Spent spent, Member? restarted)
    {
        _arena = arena;
        _method = method;
        _original = _problem = problem;
        _stop = stop;
        _options = options;
        _started = started;
        _results = results;
        _spent = spent;
        _width = _active = problem.Instances;
        _iterationLimit = stop.IterationLimit(problem.Components) - spent.Iterations;
        _workspace = new Workspace(method.Shape(problem), problem.Components, _width, arena);
        _residual = arena.Take(problem.Components, _width);
        _best = arena.Take(problem.Components, _width);
        _norms = new double[_width];
        _places = places.ToArray();
        _members = new Member[_width];
        _restarted = restarted;
    }

    /// <summary>Steps until every instance has ended.</summary>
    public void ToEnd(CancellationToken cancellationToken)
    {
        _problem.InitialIterate?.CopyTo(_workspace.Iterate);
        _method.Initialize(_problem, _workspace, _problem.InitialIterate is null);
        StartMembers();
        while (true)
        {
            Report();
            EndFinished();
            if (_active == 0)
            {
                break;
            }

            if (OutOfTime(cancellationToken) is Termination reason)
            {
                EndAll(reason);
                break;
            }

            Drop();
            if (!_stop.IsFixedCount && _iteration >= FirstSave && BitOperations.IsPow2(_iteration))
            {
                SaveImproved();
            }

            _method.Step(_problem, _workspace);
            _iteration++;
        }

        foreach (Member member in _members.Where(m => m.RestartFrom is not null).OrderBy(m => m.Place))
        {
            Restart(member, cancellationToken);
        }
    }

    private Termination? OutOfTime(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Termination.Canceled;
        }

        if (_stop.TimeLimit is TimeSpan limit && Stopwatch.GetElapsedTime(_started) > limit)
        {
            return Termination.TimeLimit;
        }

        return _iteration >= _iterationLimit ? Termination.IterationLimit : null;
    }

    private void StartMembers()
    {
        _workspace.Iterate.CopyTo(_best);
        double[] reference = new double[_width];
        _problem.ReferenceNorm(reference);
        ReadOnlySpan<double> initial = _workspace.ResidualNorms;
        for (int s = 0; s < _width; s++)
        {
            double scale = reference[s] == 0 ? initial[s] : reference[s];
            _members[s] = new Member
            {
                Place = _places[s],
                Problem = s,
                Reference = _restarted?.Reference ?? scale,
                Target = _restarted?.Target ?? Math.Min(Math.Max(_stop.RelativeTolerance * scale, _stop.AbsoluteTolerance), double.MaxValue),
                Start = initial[s],
                BestNorm = initial[s],
                LowestNorm = double.PositiveInfinity,
            };
        }
    }

    private void Report()
    {
        _options.Observer?.Invoke(new IterationReport
        {
            Iteration = _spent.Iterations + _iteration,
            Products = _spent.Products + _workspace.Products,
            Instances = _places.AsSpan(0, _width),
            ResidualNorms = _workspace.ResidualNorms,
        });
    }

    /// <summary>Ends every instance that claims to have arrived, or cannot go on.</summary>
    private void EndFinished()
    {
        ReadOnlySpan<double> claimed = _workspace.ResidualNorms;
        bool any = false;
        for (int s = 0; s < _width; s++)
        {
            if (!_members[s].Ended)
            {
                _members[s].Verdict = Judge(ref _members[s], claimed[s], _workspace.Failure(s));
                any |= _members[s].Verdict is not null;
            }
        }

        if (!any)
        {
            return;
        }

        Verify();
        for (int s = 0; s < _width; s++)
        {
            if (!_members[s].Ended && _members[s].Verdict is Termination verdict)
            {
                End(s, verdict);
            }
        }

        WriteIterates();
    }

    private Termination? Judge(ref Member member, double claimed, Termination? failure)
    {
        if (claimed <= member.Target)
        {
            return Termination.Converged;
        }

        if (!double.IsFinite(claimed))
        {
            return Termination.NonFinite;
        }

        if (failure is not null)
        {
            return failure;
        }

        if (claimed > DivergenceFactor * Math.Max(member.Start, member.Reference))
        {
            return Termination.Diverged;
        }

        if (claimed < 0.99 * member.LowestNorm)
        {
            member.LowestNorm = claimed;
            member.LowestAt = _iteration;
        }

        int window = Math.Max(LeastStagnationWindow, 2 * _problem.Components);
        return !_stop.IsFixedCount && _iteration - member.LowestAt > window ? Termination.Stagnated : null;
    }

    /// <summary>Recomputes the true residual norms of all instances.</summary>
    private void Verify()
    {
        _method.FormIterate(_problem, _workspace);
        Batch residual = _residual.Narrowed(_width);
        _problem.Residual(_workspace.Iterate, residual);
        BatchKernels.Norm(residual, _norms.AsSpan(0, _width));
    }

    private void EndAll(Termination reason)
    {
        Verify();
        for (int s = 0; s < _width; s++)
        {
            if (!_members[s].Ended)
            {
                bool stalled = !_stop.IsFixedCount && reason == Termination.IterationLimit && _iteration >= 50
                    && _members[s].LowestAt < _iteration / 2;
                End(s, stalled ? Termination.Stagnated : reason);
            }
        }

        WriteIterates();
    }

    /// <summary>Ends an instance whose true residual norm stands in <c>_norms</c>; it may be sent to be restarted instead.</summary>
    private void End(int s, Termination verdict)
    {
        ref Member member = ref _members[s];
        double norm = _norms[s];
        member.Ended = true;
        _active--;
        if (norm <= member.Target)
        {
            Write(s, Termination.Converged, norm, best: false);
            return;
        }

        bool drifted = verdict == Termination.Converged;
        if (drifted || verdict == Termination.Breakdown)
        {
            bool progress = norm < 0.5 * member.Start;
            if (progress && _spent.Restarts < MostRestarts && _iteration < _iterationLimit)
            {
                member.RestartFrom = Batch.Zeros(_problem.Components, 1);
                _workspace.Iterate.CopyInstanceTo(s, member.RestartFrom.Value, 0);
                member.Leg = Counts(s);
                return;
            }

            verdict = drifted ? Termination.Stagnated : verdict;
        }

        bool asAsked = _stop.IsFixedCount && verdict == Termination.IterationLimit && double.IsFinite(norm);
        bool best = !asAsked && (member.BestNorm < norm || double.IsNaN(norm));
        Write(s, verdict, best ? member.BestNorm : norm, best);
    }

    private Spent Counts(int s) => new(
        _spent.Iterations + _iteration,
        _spent.Products + _workspace.ProductsOf(s),
        _spent.PreconditionerApplications + _workspace.PreconditionerApplicationsOf(s),
        _spent.Restarts,
        _spent.Fallbacks + _workspace.FallbacksOf(s));

    private void Write(int s, Termination termination, double norm, bool best)
    {
        _ended.Add((s, best));
        int place = _members[s].Place;
        double reference = _members[s].Reference;
        double relative = norm == 0 ? 0 : norm / reference;
        Spent spent = Counts(s);
        _results.Outcomes[place] = new Outcome(
            termination, norm, relative, spent.Iterations, spent.Products, spent.PreconditionerApplications, spent.Restarts, spent.Fallbacks);
    }

    /// <summary>Copies the iterates that have just ended to the results, row by row: the batch is laid out that way.</summary>
    private void WriteIterates()
    {
        Batch iterate = _workspace.Iterate, best = _best.Narrowed(_width);
        for (int i = 0; i < iterate.Components; i++)
        {
            ReadOnlySpan<double> current = iterate.Row(i), saved = best.Row(i);
            Span<double> result = _results.Iterate.Row(i);
            foreach ((int s, bool fromBest) in _ended)
            {
                result[_members[s].Place] = fromBest ? saved[s] : current[s];
            }
        }

        _ended.Clear();
    }

    private void Restart(Member member, CancellationToken cancellationToken)
    {
        TProblem alone = _original.Select([member.Problem], _arena).StartingAt(member.RestartFrom!.Value);
        var leg = new Run<TProblem>(_method, alone, [member.Place], _stop, _options, _started, _results, _arena,
            member.Leg with { Restarts = member.Leg.Restarts + 1 }, member);
        leg.ToEnd(cancellationToken);
    }

    /// <summary>
    /// Keeps the iterates that claim to be clearly better than what was kept before and are, so that the last good iterate
    /// is never lost. Claims are verified, hence at powers of two only: a few products in a run.
    /// </summary>
    private void SaveImproved()
    {
        ReadOnlySpan<double> claimed = _workspace.ResidualNorms;
        bool any = false;
        for (int s = 0; s < _width; s++)
        {
            any |= !_members[s].Ended && claimed[s] < 0.5 * _members[s].BestNorm;
        }

        if (!any)
        {
            return;
        }

        Verify();
        for (int s = 0; s < _width; s++)
        {
            if (!_members[s].Ended && claimed[s] < 0.5 * _members[s].BestNorm && _norms[s] < _members[s].BestNorm)
            {
                _members[s].BestNorm = _norms[s];
                _workspace.Iterate.CopyInstanceTo(s, _best.Narrowed(_width), s);
            }
        }
    }

    /// <summary>
    /// Drops ended instances once few enough are left. Whole registers run faster than their parts, so the width stays a
    /// multiple of 8, with ended instances as ballast, until one instance is left.
    /// </summary>
    private void Drop()
    {
        int width = _active == 1 ? 1 : (_active + 7) / 8 * 8;
        if (width >= _width || width > _options.CompactionThreshold * _width)
        {
            return;
        }

        Span<int> kept = new int[width];
        int ballast = width - _active, to = 0;
        for (int s = 0; s < _width; s++)
        {
            if (!_members[s].Ended || ballast-- > 0)
            {
                kept[to++] = s;
            }
        }

        _problem = _problem.Select(kept, _arena);
        _workspace.Keep(kept);
        Workspace.Compact(_best.Narrowed(_width), kept);
        for (int s = 0; s < width; s++)
        {
            (_members[s], _members[kept[s]]) = (_members[kept[s]], _members[s]);
            _places[s] = _members[s].Place;
        }

        _width = width;
    }
}
