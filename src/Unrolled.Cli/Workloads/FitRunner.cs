using System.Diagnostics;
using Unrolled.Deployment;
using Unrolled.Learning;

namespace Unrolled.Cli.Workloads;

/// <summary>
/// Makes the fits of a training one after the other: progress, log, time limit, and a checkpoint after every round, so that a run that is
/// stopped goes on with the same bits.
/// </summary>
internal sealed class FitRunner
{
    private readonly FitLimits _limits;
    private readonly LearnContext _context;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<double[]> _finished = [];
    private readonly List<(string Fit, List<double> Errors)> _curves = [];
    private readonly List<double[]> _savedCurves = [];
    private readonly double _earlierSeconds;
    private FitState? _state;
    private double _lastCheckpoint;
    private double _earlierFitSeconds;

    public FitRunner(FitLimits limits, LearnContext context)
    {
        (_limits, _context) = (limits, context);
        if (!context.Resume)
        {
            return;
        }

        Dictionary<string, double[]> arrays = context.Load();
        _earlierSeconds = arrays["seconds"][0];
        for (int i = 0; arrays.TryGetValue($"finished/{i}", out double[]? fit); i++)
        {
            _finished.Add(fit);
        }

        for (int i = 0; arrays.TryGetValue($"curve/{i}", out double[]? errors); i++)
        {
            _savedCurves.Add(errors);
        }

        if (arrays.TryGetValue("fit/numbers", out double[]? numbers))
        {
            _state = new FitState(arrays["fit/parameters"], numbers[0], arrays["fit/best"], numbers[1], (int)numbers[2], (int)numbers[3]);
            _earlierFitSeconds = numbers[4];
        }
    }

    /// <summary>The time of all sessions of this training.</summary>
    public double Seconds => _earlierSeconds + _clock.Elapsed.TotalSeconds;

    /// <summary>The time that the last fit took, all sessions together.</summary>
    public double FitSeconds { get; private set; }

    /// <summary>Validation errors in the order of the rounds, with the name of the fit.</summary>
    public IEnumerable<(string Fit, double Error)> Curve => _curves.SelectMany(c => c.Errors.Select(e => (c.Fit, e)));

    /// <summary>Whether the time ended a fit, so that the result depends on the speed of the machine.</summary>
    public bool TimeEnded { get; private set; }

    /// <summary>Makes a fit, or takes it from the checkpoint that this run goes on from.</summary>
    /// <param name="phase">What is done, for progress bars.</param>
    /// <param name="index">The number of the fit.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="begin">Begins the fit, or goes on from a saved state.</param>
    /// <returns>The least validation error and the coefficients with it.</returns>
    public (double Error, double[] Coefficients) Run(string phase, int index, int count, Func<FitState?, IFitRounds> begin)
    {
        List<double> curve = index < _savedCurves.Count ? [.. _savedCurves[index]] : [];
        _curves.Add((phase, curve));
        if (index < _finished.Count)
        {
            FitSeconds = _finished[index][1];
            return (_finished[index][0], _finished[index][2..]);
        }

        double start = Seconds, share = Math.Max(0, _limits.Seconds - start) / (count - index);
        FitSeconds = _earlierFitSeconds;
        using IFitRounds fit = begin(_state);
        for (bool more = !fit.Finished; more;)
        {
            more = fit.Round(_context.Cancellation);
            if (_context.Cancellation.IsCancellationRequested)
            {
                Save(); // the round was cut short: the state before it is the one to go on from
                _context.Cancellation.ThrowIfCancellationRequested();
            }

            FitSeconds = _earlierFitSeconds + Seconds - start;
            _state = fit.State;
            curve.Add(fit.BestError);
            double part = Math.Max((double)fit.Rounds / _limits.Rounds, (Seconds - start) / Math.Max(share, 1e-3));
            _context.Progress.Report(new LearningProgress(phase, (index + Math.Min(1, part)) / count, fit.BestError, TimeSpan.FromSeconds(Seconds)));
            _context.Log.Write("loss", line =>
            {
                line.WriteString("fit", phase);
                line.WriteNumber("round", fit.Rounds);
                line.WriteNumber("loss", fit.BestError);
            });
            if (Seconds - _lastCheckpoint >= _limits.CheckpointSeconds)
            {
                Save();
            }

            if (Seconds - start > share && more)
            {
                (TimeEnded, more) = (true, false);
            }
        }

        (_state, _earlierFitSeconds) = (null, 0);
        _finished.Add([fit.BestError, FitSeconds, .. fit.BestCoefficients()]);
        return (fit.BestError, fit.BestCoefficients());
    }

    private void Save()
    {
        var checkpoint = new Checkpoint();
        checkpoint.Arrays["seconds"] = [Seconds];
        for (int i = 0; i < _finished.Count; i++)
        {
            checkpoint.Arrays[$"finished/{i}"] = _finished[i];
        }

        for (int i = 0; i < _curves.Count; i++)
        {
            checkpoint.Arrays[$"curve/{i}"] = [.. _curves[i].Errors];
        }

        if (_state is FitState state)
        {
            checkpoint.Arrays["fit/parameters"] = state.Parameters;
            checkpoint.Arrays["fit/best"] = state.Best;
            checkpoint.Arrays["fit/numbers"] = [state.Damping, state.BestError, state.Rounds, state.Stalled, FitSeconds];
        }

        _context.Save(checkpoint);
        _lastCheckpoint = Seconds;
    }
}
