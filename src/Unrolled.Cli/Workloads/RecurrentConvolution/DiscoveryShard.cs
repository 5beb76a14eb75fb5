using System.Diagnostics;
using System.Globalization;
using Unrolled.Cli.Sharing;
using Unrolled.Deployment;
using Unrolled.Learning;
using Unrolled.Learning.Rules;

namespace Unrolled.Cli.Workloads.RecurrentConvolution;

/// <summary>
/// The restarts of one shard of a search. Each is kept by its number; the merge counts them in their order, as one search would have done. Shards in
/// one folder look at each other's files now and then: no restart after one that was accepted counts, so none is begun.
/// </summary>
internal sealed class DiscoveryShard
{
    private const string Prefix = "restart/";
    private const double SecondsBetweenLooks = 1;

    private readonly RuleExperiment _experiment;
    private readonly LearnContext _context;
    private readonly Shard _shard;
    private readonly RuleSearch _search;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<string, double[]> _restarts = [];
    private readonly double _earlierSeconds;
    private int _bestScore = -1;
    private int _next;
    private int _end;
    private double _lastLook;

    public DiscoveryShard(RuleExperiment experiment, LearnContext context, Shard shard, RuleSearch search)
    {
        (_experiment, _context, _shard, _search) = (experiment, context, shard, search);
        (_next, _end) = (shard.Number - 1, experiment.Search!.Restarts);
        if (context.Resume)
        {
            Dictionary<string, double[]> arrays = context.Load();
            _earlierSeconds = arrays["seconds"][0];
            while (arrays.TryGetValue(Name(_next), out double[]? numbers))
            {
                Keep(numbers);
            }
        }

        context.Sharing.RequireSame(context.CheckpointPath, $"{_next}"); // nobody writes before all have read
    }

    private double Seconds => _earlierSeconds + _clock.Elapsed.TotalSeconds;

    /// <summary>Counts the restarts of all shards.</summary>
    /// <exception cref="Problems.InvalidInputException">One that counts is missing.</exception>
    public static void Count(Dictionary<string, double[]> arrays, RuleSearch search, string path)
    {
        if (!arrays.Keys.Any(k => k.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            return;
        }

        while (!search.Finished)
        {
            search.Add(arrays.TryGetValue(Name(search.State.Restarts), out double[]? numbers)
                ? ToResult(numbers, search.Space.Values.Length)
                : throw new Problems.InvalidInputException(path, $"restart {search.State.Restarts} is missing; it belongs to a shard that is not complete"));
        }
    }

    /// <summary>Makes the restarts that are left, until one is accepted here or before in another shard.</summary>
    public void Run()
    {
        try
        {
            Look();
            while (_next < _end)
            {
                Batch();
                _context.Progress.Report(new LearningProgress(
                    $"{_restarts.Count} restarts", (double)_next / _experiment.Search!.Restarts, double.NaN, TimeSpan.FromSeconds(Seconds)));
                _context.Log.Write("restarts", line => line.WriteNumber("restarts", _restarts.Count));
                if (_context.Sharing.FromFirst(Seconds - _lastLook >= Math.Max(SecondsBetweenLooks, _experiment.CheckpointSeconds)))
                {
                    Save(complete: false);
                    Look();
                }
            }
        }
        catch (OperationCanceledException)
        {
            Save(complete: false);
            throw;
        }

        Save(complete: true);
    }

    private void Batch()
    {
        var numbers = new List<int>();
        for (int n = _next; n < _end && numbers.Count < (long)_experiment.Search!.RestartsPerRound * _context.Sharing.Count; n += _shard.Count)
        {
            numbers.Add(n);
        }

        foreach (RestartResult? result in _search.Try(numbers, _context.Cancellation))
        {
            if (result is null)
            {
                _context.Cancellation.ThrowIfCancellationRequested();
                return;
            }

            Keep(ToNumbers(result));
        }
    }

    /// <summary>Keeps the result of the next restart; one that was accepted is the last.</summary>
    private void Keep(double[] numbers)
    {
        _restarts[Name(_next)] = numbers;
        (_bestScore, int number) = (Math.Max(_bestScore, (int)numbers[0]), _next);
        _next += _shard.Count;
        _end = numbers[2] != 0 ? Math.Min(_end, number) : _end;
    }

    /// <summary>The rule itself is kept only where it is the best of its shard so far: no other can become the best of all.</summary>
    private double[] ToNumbers(RestartResult result) =>
        [result.Score, result.Evaluations, result.Accepted ? 1 : 0, .. result.Accepted || result.Score > _bestScore ? result.Genes.Select(g => (double)g) : []];

    private static RestartResult ToResult(double[] numbers, int genes) =>
        new(numbers.Length > 3 ? [.. numbers[3..].Select(n => (byte)n)] : new byte[genes], (int)numbers[0], (int)numbers[1], numbers[2] != 0);

    /// <summary>Learns from the files of the other shards where the search ends.</summary>
    private void Look()
    {
        _lastLook = Seconds;
        int end = _end;
        if (_context.Sharing.Leads)
        {
            var folder = new ShardFolder(_context.Directory);
            for (int number = 1; number <= _shard.Count; number++)
            {
                var other = new Shard(number, _shard.Count);
                foreach ((string name, double[] numbers) in other == _shard ? [] : folder.Read(other, _context.Fingerprint)?.Arrays ?? [])
                {
                    if (name.StartsWith(Prefix, StringComparison.Ordinal) && numbers[2] != 0)
                    {
                        end = Math.Min(end, int.Parse(name[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture));
                    }
                }
            }
        }

        _end = (int)_context.Sharing.FromFirst(end);
    }

    private void Save(bool complete)
    {
        if (!_context.Sharing.Leads)
        {
            return;
        }

        var checkpoint = new Checkpoint();
        checkpoint.Arrays["seconds"] = [Seconds];
        checkpoint.Arrays[Shard.Key] = [_shard.Number, _shard.Count, complete ? 1 : 0];
        foreach ((string name, double[] numbers) in _restarts)
        {
            checkpoint.Arrays[name] = numbers;
        }

        _context.Save(checkpoint);
    }

    private static string Name(int restart) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{restart}");
}
