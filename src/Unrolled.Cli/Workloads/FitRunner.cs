using System.Diagnostics;
using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Learning;

namespace Unrolled.Cli.Workloads;

/// <summary>
/// Makes the fits of a training one after the other: progress, log, time limit, and a checkpoint after every round, so that a run that is
/// stopped goes on with the same bits.
/// </summary>
/// <remarks>
/// On several ranks all make the same fits together: whether the time is over is decided by the first, which also writes the checkpoints. In a
/// shard only the fits of the shard are made; the others are answered with an infinite error, and <see cref="EndsHere"/> ends the training.
/// </remarks>
internal sealed class FitRunner
{
    private readonly FitLimits _limits;
    private readonly LearnContext _context;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<int, double[]> _finished = [];
    private readonly Dictionary<int, double[]> _rounds = []; // whether the time ended the fit, then its errors
    private readonly double _earlierSeconds;
    private readonly List<double> _errors = [];
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
        ReadAll(arrays, "finished/", _finished);
        ReadAll(arrays, "rounds/", _rounds);

        if (arrays.TryGetValue("fit/numbers", out double[]? numbers))
        {
            _state = new FitState(arrays["fit/parameters"], numbers[0], arrays["fit/best"], numbers[1], (int)numbers[2], (int)numbers[3]);
            _earlierFitSeconds = numbers[4];
            _errors.AddRange(arrays.GetValueOrDefault("fit/errors") ?? []);
        }

        context.Sharing.RequireSame(context.CheckpointPath, string.Join(',', _finished.Keys.Order()) + Text(_state)); // nobody writes before all have read
    }

    /// <summary>The time of all sessions of this training.</summary>
    public double Seconds => _earlierSeconds + _clock.Elapsed.TotalSeconds;

    /// <summary>The time that the last fit took, all sessions together.</summary>
    public double FitSeconds { get; private set; }

    /// <summary>Validation errors in the order of the rounds, with the name of the fit.</summary>
    public List<(string Fit, double Error)> Curve { get; } = [];

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
        if (_finished.TryGetValue(index, out double[]? finished))
        {
            double[] rounds = _rounds.GetValueOrDefault(index) ?? [0];
            TimeEnded |= rounds[0] != 0;
            Curve.AddRange(rounds.Skip(1).Select(e => (phase, e)));
            FitSeconds = finished[1];
            return (finished[0], finished[2..]);
        }

        if (_context.Shard?.Has(index) == false)
        {
            return (double.PositiveInfinity, []);
        }

        double start = Seconds, share = Math.Max(0, (_limits.Seconds * Own(0, count) / count) - start) / Own(index, count);
        bool ended = false;
        FitSeconds = _earlierFitSeconds;
        Curve.AddRange(_errors.Select(e => (phase, e)));
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
            Curve.Add((phase, fit.BestError));
            _errors.Add(fit.BestError);
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

            if (more && double.IsFinite(share) && _context.Sharing.FromFirst(Seconds - start > share))
            {
                (TimeEnded, ended, more) = (true, true, false);
            }
        }

        _finished.Add(index, [fit.BestError, FitSeconds, .. fit.BestCoefficients()]);
        _rounds[index] = [ended ? 1 : 0, .. _errors];
        (_state, _earlierFitSeconds) = (null, 0);
        _errors.Clear();
        return (fit.BestError, fit.BestCoefficients());
    }

    /// <summary>To be asked when all fits are made: true where this process has done its part, and another one makes the model.</summary>
    public bool EndsHere()
    {
        bool leads = _context.Sharing.GoOnAlone();
        if (_context.Shard is not null)
        {
            Save(complete: true);
            return true;
        }

        return !leads;
    }

    private static void ReadAll(Dictionary<string, double[]> arrays, string prefix, Dictionary<int, double[]> destination)
    {
        foreach ((string name, double[] values) in arrays.Where(a => a.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            destination[int.Parse(name[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture)] = values;
        }
    }

    private static string Text(FitState? state) => state is null ? string.Empty : string.Join(',', state.Parameters.Select(BitConverter.DoubleToInt64Bits));

    /// <summary>How many of the fits from a number on are made here.</summary>
    private int Own(int first, int count) => Enumerable.Range(first, count - first).Count(i => _context.Shard?.Has(i) != false);

    private void Save(bool complete = false)
    {
        if (!_context.Sharing.Leads)
        {
            return;
        }

        var checkpoint = new Checkpoint();
        checkpoint.Arrays["seconds"] = [Seconds];
        if (_context.Shard is { } shard)
        {
            checkpoint.Arrays[Sharing.Shard.Key] = [shard.Number, shard.Count, complete ? 1 : 0];
        }

        foreach (int i in _finished.Keys.Order())
        {
            checkpoint.Arrays[$"finished/{i}"] = _finished[i];
            checkpoint.Arrays[$"rounds/{i}"] = _rounds.GetValueOrDefault(i) ?? [0];
        }

        if (_state is FitState state)
        {
            checkpoint.Arrays["fit/parameters"] = state.Parameters;
            checkpoint.Arrays["fit/best"] = state.Best;
            checkpoint.Arrays["fit/errors"] = [.. _errors];
            checkpoint.Arrays["fit/numbers"] = [state.Damping, state.BestError, state.Rounds, state.Stalled, FitSeconds];
        }

        _context.Save(checkpoint);
        _lastCheckpoint = Seconds;
    }
}
