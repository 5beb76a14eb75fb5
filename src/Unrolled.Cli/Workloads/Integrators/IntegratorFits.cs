using System.Diagnostics;
using Unrolled.Deployment;
using Unrolled.Learning;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>
/// The fits of an experiment one after the other: the best classical methods are tuned, then the two best of the tuned get a memory. After
/// every round the state can be written, so that a run that is stopped goes on with the same bits.
/// </summary>
internal sealed class IntegratorFits
{
    private readonly IntegratorExperiment _experiment;
    private readonly LearnContext _context;
    private readonly IntegratorTrainer _trainer;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<double[]> _finished = [];
    private readonly double _earlierSeconds;
    private FitState? _state;
    private double _lastCheckpoint;

    public IntegratorFits(IntegratorExperiment experiment, LearnContext context, IntegratorTrainer trainer)
    {
        (_experiment, _context, _trainer) = (experiment, context, trainer);
        if (!context.Resume)
        {
            return;
        }

        Dictionary<string, double[]> arrays = Checkpoint.Read(context.CheckpointPath, context.Fingerprint).Arrays;
        _earlierSeconds = arrays["seconds"][0];
        for (int i = 0; arrays.TryGetValue($"finished/{i}", out double[]? fit); i++)
        {
            _finished.Add(fit);
        }

        if (arrays.TryGetValue("fit/numbers", out double[]? numbers))
        {
            _state = new FitState(arrays["fit/parameters"], numbers[0], arrays["fit/best"], numbers[1], (int)numbers[2], (int)numbers[3]);
        }
    }

    /// <summary>The time of all sessions of this training.</summary>
    public double Seconds => _earlierSeconds + _clock.Elapsed.TotalSeconds;

    /// <summary>Validation errors in the order of the rounds of this session, with the name of the fit.</summary>
    public List<(string Fit, double Error)> Curve { get; } = [];

    /// <summary>Whether the time ended a fit, so that the result depends on the speed of the machine.</summary>
    public bool TimeEnded { get; private set; }

    /// <summary>All methods that were tried, the best first; the classical ones among them.</summary>
    public IReadOnlyList<TrainedIntegrator> Run()
    {
        IReadOnlyList<TrainedIntegrator> classical = _trainer.Classical();
        TrainedIntegrator[] parents = [.. classical.Where(m => double.IsFinite(m.ValidationError)).Take(_experiment.Parents)];
        int extensions = _experiment.Memory ? Math.Min(2, parents.Length) : 0, count = parents.Length + extensions, next = 0;
        List<TrainedIntegrator> tuned = [];
        foreach (TrainedIntegrator parent in parents)
        {
            tuned.Add(Fit(next++, count, parent, $"tuning {parent.Name}", 0,
                (progress, state, stop) => _trainer.Tune(parent, _experiment.Options(_context.Threads), progress, state, stop)));
        }

        List<TrainedIntegrator> all = [.. classical, .. tuned];
        foreach (TrainedIntegrator method in tuned.OrderBy(m => m.ValidationError).Take(extensions).ToArray())
        {
            int memory = Math.Min(method.Stages, method.Stages > 8 ? 4 : 6);
            all.Add(Fit(next++, count, method, $"memory for {method.Name}", memory,
                (progress, state, stop) => _trainer.Extend(method, memory, _experiment.Options(_context.Threads), progress, state, stop)));
        }

        return [.. all.OrderBy(m => m.ValidationError)];
    }

    private TrainedIntegrator Fit(int index, int count, TrainedIntegrator origin, string phase, int memory,
        Func<Action<ReweightedFit>, FitState?, CancellationToken, TrainedIntegrator> fit)
    {
        if (index < _finished.Count)
        {
            double[] kept = _finished[index];
            return Named(origin, memory) with { ValidationError = kept[0], Coefficients = kept[1..] };
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_context.Cancellation);
        double start = Seconds, share = Math.Max(0, _experiment.Seconds - start) / (count - index);
        void Round(ReweightedFit round)
        {
            if (_context.Cancellation.IsCancellationRequested)
            {
                return; // the round was cut short: the state before it is the one to go on from
            }

            _state = round.State;
            Curve.Add((phase, round.BestError));
            double part = Math.Max((double)round.Rounds / _experiment.Rounds, (Seconds - start) / Math.Max(share, 1e-3));
            _context.Progress.Report(new LearningProgress(phase, (index + Math.Min(1, part)) / count, round.BestError, TimeSpan.FromSeconds(Seconds)));
            _context.Log.Write("loss", line =>
            {
                line.WriteString("fit", phase);
                line.WriteNumber("round", round.Rounds);
                line.WriteNumber("loss", round.BestError);
            });
            if (Seconds - _lastCheckpoint >= _experiment.CheckpointSeconds)
            {
                Save();
            }

            if (Seconds - start > share && !round.Finished)
            {
                TimeEnded = true;
                stop.Cancel();
            }
        }

        TrainedIntegrator found = fit(Round, _state, stop.Token);
        if (_context.Cancellation.IsCancellationRequested)
        {
            Save();
            _context.Cancellation.ThrowIfCancellationRequested();
        }

        _state = null;
        _finished.Add([found.ValidationError, .. found.Coefficients]);
        return Named(found, memory);
    }

    private static TrainedIntegrator Named(TrainedIntegrator method, int memory) => memory == 0
        ? method with { Name = $"learned {method.Parent.Name}" }
        : method with { Name = $"learned two-step {method.Stages}+{memory}", Kind = IntegratorKind.TwoStepRungeKutta, Memory = memory };

    private void Save()
    {
        var checkpoint = new Checkpoint();
        checkpoint.Arrays["seconds"] = [Seconds];
        for (int i = 0; i < _finished.Count; i++)
        {
            checkpoint.Arrays[$"finished/{i}"] = _finished[i];
        }

        if (_state is FitState state)
        {
            checkpoint.Arrays["fit/parameters"] = state.Parameters;
            checkpoint.Arrays["fit/best"] = state.Best;
            checkpoint.Arrays["fit/numbers"] = [state.Damping, state.BestError, state.Rounds, state.Stalled];
        }

        checkpoint.Write(_context.CheckpointPath, _context.Fingerprint);
        _lastCheckpoint = Seconds;
    }
}
