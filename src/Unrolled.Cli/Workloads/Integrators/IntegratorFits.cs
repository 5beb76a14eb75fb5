using System.Diagnostics;
using Unrolled.Deployment;
using Unrolled.Learning;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>
/// The fits of a search one after the other. After every round the state can be written, so that a run that is stopped goes on with the
/// same bits.
/// </summary>
internal sealed class IntegratorFits
{
    private readonly IntegratorExperiment _experiment;
    private readonly LearnContext _context;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<double[]> _finished = [];
    private readonly double _earlierSeconds;
    private FitState? _state;
    private double _lastCheckpoint;

    public IntegratorFits(IntegratorExperiment experiment, LearnContext context)
    {
        (_experiment, _context) = (experiment, context);
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

    /// <summary>Makes the fits of a search.</summary>
    public void Run(IntegratorSearch search)
    {
        for (int i = 0; search.Next is { } task; i++)
        {
            search.Add(i < _finished.Count
                ? task.Origin with { ValidationError = _finished[i][0], Coefficients = _finished[i][1..] }
                : Fit(task, i, search.Count));
        }
    }

    private TrainedIntegrator Fit(IntegratorTask task, int index, int count)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_context.Cancellation);
        double start = Seconds, share = Math.Max(0, _experiment.Seconds - start) / (count - index);
        void Round(IFitRounds fit)
        {
            if (_context.Cancellation.IsCancellationRequested)
            {
                return; // the round was cut short: the state before it is the one to go on from
            }

            _state = fit.State;
            Curve.Add((task.Phase, fit.BestError));
            double part = Math.Max((double)fit.Rounds / _experiment.Rounds, (Seconds - start) / Math.Max(share, 1e-3));
            _context.Progress.Report(new LearningProgress(task.Phase, (index + Math.Min(1, part)) / count, fit.BestError, TimeSpan.FromSeconds(Seconds)));
            _context.Log.Write("loss", line =>
            {
                line.WriteString("fit", task.Phase);
                line.WriteNumber("round", fit.Rounds);
                line.WriteNumber("loss", fit.BestError);
            });
            if (Seconds - _lastCheckpoint >= _experiment.CheckpointSeconds)
            {
                Save();
            }

            if (Seconds - start > share && !fit.Finished)
            {
                TimeEnded = true;
                stop.Cancel();
            }
        }

        TrainedIntegrator found = task.Run(Round, _state, stop.Token);
        if (_context.Cancellation.IsCancellationRequested)
        {
            Save();
            _context.Cancellation.ThrowIfCancellationRequested();
        }

        _state = null;
        _finished.Add([found.ValidationError, .. found.Coefficients]);
        return found;
    }

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
