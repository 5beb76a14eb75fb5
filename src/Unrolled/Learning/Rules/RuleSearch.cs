using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Learning.Rules;

/// <summary>
/// Looks for a cellular rule that learns parities of any size: restarts of a random or annealed search are scored on small problems
/// alone, and a rule that answers all of them is accepted only if it makes no mistake at larger sizes.
/// </summary>
/// <remarks>
/// <para>Score: the right answers to 512 random problems of each size of <see cref="RuleSearchOptions.Sizes"/>. The answer to every query
/// is determined by the examples, so that a restart may end when all answers are right; no known rule takes part in scoring, stopping or
/// validation. A rule that is right on all small problems and wrong at a larger size is an over-fit: it is counted, and its restart ends.</para>
/// <para>Restarts draw from streams of their own. The first restart in their order whose rule is accepted decides, and only restarts up
/// to it count, so that rule and counts are the same for any number of threads and processes, any size of rounds, and after any interruption.
/// Restarts can also be made elsewhere (<see cref="Try"/>) and be counted here (<see cref="Add"/>).</para>
/// <para>What a rule does with queries that the examples do not determine, and with wrong labels, is not searched for.</para>
/// <para>One caller at a time. Storage about 100 kB per thread and 12 MB for the validation.</para>
/// </remarks>
public sealed class RuleSearch : IDisposable
{
    private readonly RuleSearchOptions _options;
    private readonly RandomStream _streams;
    private readonly RuleValidation _validation;
    private readonly RuleRestart[] _workers;
    private readonly RankTeam _team;
    private RestartSlot[] _slots = [];
    private int[] _numbers = [];
    private volatile int _accepted;
    private CancellationToken _cancellationToken;

    /// <summary>Begins a search, or goes on where one with the same space, seed and options was left.</summary>
    /// <param name="space">The rules to look among.</param>
    /// <param name="seed">Where problems and restarts come from.</param>
    /// <param name="options">How to search; null for what suits the form of the rules.</param>
    /// <param name="validation">What decides; null for the usual validation.</param>
    /// <param name="state">Where to go on; null for the start.</param>
    /// <exception cref="ArgumentException">An option is outside its range, or the state is not of this space.</exception>
    public RuleSearch(RuleSpace space, ulong seed, RuleSearchOptions? options = null, RuleValidation? validation = null, RuleSearchState? state = null)
    {
        ArgumentNullException.ThrowIfNull(space);
        (Space, Seed, _options, State) = (space, seed, options ?? RuleSearchOptions.For(space.Form), state ?? RuleSearchState.Start);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Evaluations, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Restarts, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.RestartsPerRound, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Sizes.Count, 1, nameof(options));
        if (!(_options.Cold >= 0 && _options.Hot >= _options.Cold && _options.Hot <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), $"the temperature falls from {_options.Hot} to {_options.Cold}, expected 1 >= first >= last >= 0");
        }

        foreach (byte[]? genes in new[] { State.Found, State.BestScore < 0 ? null : State.Best })
        {
            RequireOfSpace(genes);
        }

        RandomStream root = new(seed);
        _streams = root.Split("restarts");
        Tasks = [.. _options.Sizes.Select((size, n) => new ParityTask(size.Bits, size.Examples, root.Split("problems").Split((ulong)n)))];
        _validation = validation ?? new RuleValidation(seed);
        int threads = _options.Threads ?? Environment.ProcessorCount;
        _workers = [.. Enumerable.Range(0, threads).Select(_ => new RuleRestart(space, _options, new RuleScorer(Tasks)))];
        _team = new RankTeam(threads, _options.Ranks, RunRestart, (int item, ref ItemStream stream) => _slots[item].Exchange(ref stream));
    }

    /// <summary>The rules to look among.</summary>
    public RuleSpace Space { get; }

    /// <summary>Where problems and restarts come from.</summary>
    public ulong Seed { get; }

    /// <summary>The problems that rules are scored on.</summary>
    public IReadOnlyList<ParityTask> Tasks { get; }

    /// <summary>The problems that decide.</summary>
    public RuleValidation Validation => _validation;

    /// <summary>All that is needed to go on later with the same results.</summary>
    public RuleSearchState State { get; private set; }

    /// <summary>Whether a rule was accepted or the restarts are used up.</summary>
    public bool Finished => State.Found is not null || State.Restarts >= _options.Restarts;

    /// <summary>The part of right answers of the best rule so far on the small problems.</summary>
    public double BestAccuracy => Math.Max(0, State.BestScore) / (double)(Tasks.Count * ParityTask.Problems);

    /// <summary>The accepted rule; null if there is none yet.</summary>
    public CellRule? Found => State.Found is byte[] genes ? Space.ToRule(genes) : null;

    /// <summary>Some restarts; false when <see cref="Finished"/>.</summary>
    /// <exception cref="OperationCanceledException">The search was interrupted; the restarts before the first unfinished one count.</exception>
    public bool Round(CancellationToken cancellationToken = default)
    {
        if (Finished)
        {
            return false;
        }

        int length = (int)Math.Min((long)_options.RestartsPerRound * _options.Ranks.Count, _options.Restarts - State.Restarts);
        foreach (RestartResult? result in Try([.. Enumerable.Range(State.Restarts, length)], cancellationToken))
        {
            if (result is null || !Add(result))
            {
                break;
            }
        }

        if (State.Found is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return !Finished;
    }

    /// <summary>Makes restarts without counting them.</summary>
    /// <param name="restarts">Their numbers, increasing.</param>
    /// <param name="cancellationToken">Ends them.</param>
    /// <returns>One result for each; null for those that were stopped, all of which come after one that was accepted unless the search was interrupted.</returns>
    public IReadOnlyList<RestartResult?> Try(IReadOnlyList<int> restarts, CancellationToken cancellationToken = default)
    {
        _numbers = [.. restarts];
        _slots = [.. _numbers.Select(_ => new RestartSlot(Space.Values.Length))];
        (_accepted, _cancellationToken) = (int.MaxValue, cancellationToken);
        _team.Run(_numbers.Length);
        return [.. _slots.Select(s => s.Result).Reverse()];
    }

    /// <summary>Counts the result of restart number <see cref="RuleSearchState.Restarts"/>; false when <see cref="Finished"/>.</summary>
    /// <exception cref="InvalidOperationException">The search is finished.</exception>
    /// <exception cref="ArgumentException">The rule is not of the space.</exception>
    public bool Add(RestartResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        RequireOfSpace(result.Genes);
        if (Finished)
        {
            throw new InvalidOperationException($"the search has ended after {State.Restarts} restarts");
        }

        bool better = result.Score > State.BestScore || result.Accepted;
        bool overFit = !result.Accepted && result.Score == Tasks.Count * ParityTask.Problems;
        State = new RuleSearchState(
            State.Restarts + 1,
            State.Evaluations + result.Evaluations,
            State.OverFits + (overFit ? 1 : 0),
            better ? result.Genes : State.Best,
            better ? result.Score : State.BestScore,
            result.Accepted ? result.Genes : null);
        return !Finished;
    }

    /// <summary>All rounds; the accepted rule, or null if there is none.</summary>
    /// <param name="progress">Told after every round; null for none.</param>
    /// <param name="cancellationToken">Interrupts the search; <see cref="State"/> stays valid.</param>
    /// <exception cref="OperationCanceledException">The search was interrupted.</exception>
    public CellRule? Run(IProgress<RuleSearchState>? progress = null, CancellationToken cancellationToken = default)
    {
        bool more = !Finished;
        while (more)
        {
            more = Round(cancellationToken);
            progress?.Report(State);
        }

        return Found;
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    /// <summary>Items are handed out from the last to the first.</summary>
    private void RunRestart(int thread, int item)
    {
        int restart = _numbers.Length - 1 - item;
        RuleRestart.Outcome? outcome = _workers[thread].Run(_streams.Split((ulong)_numbers[restart]), Stop);
        if (outcome is null)
        {
            return;
        }

        bool valid = false;
        if (outcome.Score == Tasks.Count * ParityTask.Problems)
        {
            valid = _validation.FirstFailure(Space.ToRule(outcome.Genes), CancellationToken.None) is null;
        }

        _slots[item].Result = new RestartResult(outcome.Genes, outcome.Score, outcome.Evaluations, valid);
        int accepted = _accepted;
        while (valid && restart < accepted)
        {
            int seen = Interlocked.CompareExchange(ref _accepted, restart, accepted);
            accepted = seen == accepted ? restart : seen;
        }

        bool Stop() => _accepted < restart || _cancellationToken.IsCancellationRequested || _options.Ranks.StopRequested.IsCancellationRequested;
    }

    private void RequireOfSpace(byte[]? genes)
    {
        if (genes is null)
        {
            return;
        }

        bool fits = genes.Length == Space.Values.Length;
        for (int g = 0; g < genes.Length && fits; g++)
        {
            fits = genes[g] < Space.Values[g];
        }

        if (!fits)
        {
            throw new ArgumentException($"the state has a rule of {genes.Length} genes that is not in the space of {Space.Values.Length} genes");
        }
    }

    /// <summary>The place of a result, which passes between ranks.</summary>
    private sealed class RestartSlot(int genes)
    {
        private readonly byte[] _genes = new byte[genes];
        private readonly int[] _numbers = new int[4]; // present, score, evaluations, accepted

        public RestartResult? Result
        {
            get => _numbers[0] == 0 ? null : new RestartResult([.. _genes], _numbers[1], _numbers[2], _numbers[3] != 0);
            set
            {
                value!.Genes.CopyTo(_genes, 0);
                int[] numbers = [1, value.Score, value.Evaluations, value.Accepted ? 1 : 0];
                numbers.CopyTo(_numbers, 0);
            }
        }

        public void Exchange(ref ItemStream stream)
        {
            stream.Pass<int>(_numbers);
            stream.Pass<byte>(_genes);
        }
    }
}
