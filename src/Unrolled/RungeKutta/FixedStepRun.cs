using System.Diagnostics;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.RungeKutta;

/// <summary>
/// The loop of every method with a constant step: it cuts the batch into chunks that fit the cache, steps each from start
/// to end, and owns checkpoints, non-finite numbers, limits and counts. The bits of an instance depend on it alone.
/// </summary>
internal sealed class FixedStepRun
{
    private const int CacheBytes = 24 * 1024;
    private const int LargestChunk = 480;
    private const int StepsBetweenLooks = 16;

    private readonly IFixedStepMethod _method;
    private readonly InitialValueProblem _problem;
    private readonly IntegrationOptions _options;
    private readonly int _steps;
    private readonly int _threads;
    private readonly int _width;
    private readonly double _h;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Batch _states;
    private readonly Lazy<EarlyEnds> _early;

    public FixedStepRun(IFixedStepMethod method, InitialValueProblem problem, int steps, IntegrationOptions? options, int furtherVectors)
    {
        _options = options ?? IntegrationOptions.Default;
        (_method, _problem, _steps) = (method, problem, steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.Checkpoints, nameof(options));
        if (steps < method.LeastSteps || steps % _options.Checkpoints != 0)
        {
            throw new ArgumentException(
                $"{method.Name} was asked for {steps} steps with {_options.Checkpoints} checkpoints; it needs at least {method.LeastSteps}, a multiple of the checkpoints", nameof(steps));
        }

        _h = problem.Horizon / steps;
        _threads = Math.Max(1, _options.Threads ?? Environment.ProcessorCount);
        _width = ChunkWidth(((furtherVectors + 1) * problem.Components) + problem.Parameters.Components);
        _states = Batch.Uninitialized(_options.Checkpoints * problem.Components, problem.Instances);
        _early = new(() => new EarlyEnds(problem.Components, problem.Instances));
    }

    /// <summary>Integrates all chunks.</summary>
    public Trajectories ToEnd(Func<FixedStepChunk, FixedStepper> start, CancellationToken cancellationToken)
    {
        int chunks = (_problem.Instances + _width - 1) / _width;
        SolverMemory memory = _options.Memory ?? new SolverMemory();
        void RunChunk(int number)
        {
            BatchArena arena = memory.Rent();
            arena.Reset();
            int first = number * _width;
            FixedStepChunk chunk = new(_problem, first, Math.Min(_width, _problem.Instances - first), _h, arena);
            Integrate(chunk, start(chunk), cancellationToken);
            memory.Return(arena);
        }

        // Chunks are taken one by one, so a thread that wakes up late costs little; which thread runs a chunk does not change its bits.
        int next = 0;
        void RunChunks(int thread)
        {
            for (int number = Interlocked.Increment(ref next) - 1; number < chunks; number = Interlocked.Increment(ref next) - 1)
            {
                RunChunk(number);
            }
        }

        int threads = Math.Min(_threads, chunks);
        if (threads <= 1)
        {
            RunChunks(0);
        }
        else
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, RunChunks);
        }

        IntegrationOutcome completed =
            new(IntegrationTermination.Completed, _problem.StartTime + _problem.Horizon, _method.Evaluations(_steps), _steps, 0);
        if (!_early.IsValueCreated)
        {
            return new Trajectories(_method.Name, Times(), _states, completed, _problem.Components, Stopwatch.GetElapsedTime(_started));
        }

        _early.Value.Fill(completed, _states);
        return new Trajectories(_method.Name, Times(), _states, _early.Value.Last, _early.Value.Outcomes, Stopwatch.GetElapsedTime(_started));
    }

    private void Integrate(FixedStepChunk chunk, FixedStepper stepper, CancellationToken cancellationToken)
    {
        int stride = _steps / _options.Checkpoints;
        for (int n = 0; n < _steps; n++)
        {
            if (n % StepsBetweenLooks == 0 && OutOfTime(cancellationToken) is IntegrationTermination reason)
            {
                Stop(chunk, reason, n);
                return;
            }

            stepper.Step(n);
            if ((n + 1) % stride == 0)
            {
                Check(chunk, (n + 1) / stride, n + 1);
            }
        }
    }

    /// <summary>Saves the states at checkpoint number <paramref name="checkpoint"/> (from 1) and ends instances that are not finite.</summary>
    private void Check(FixedStepChunk chunk, int checkpoint, int steps)
    {
        int firstRow = (checkpoint - 1) * chunk.State.Components;
        bool finite = true;
        for (int i = 0; i < chunk.State.Components; i++)
        {
            ReadOnlySpan<double> row = chunk.State.Row(i);
            row[..chunk.Count].CopyTo(_states.Row(firstRow + i)[chunk.First..]);
            finite &= FiniteKernels.AllFinite(row);
        }

        if (!finite)
        {
            EndNonFinite(chunk, checkpoint, chunk.Time(steps - (_steps / _options.Checkpoints)));
        }

        _options.Observer?.Invoke(new IntegrationReport(checkpoint - 1, chunk.Time(steps), chunk.First, chunk.Count));
    }

    /// <summary>An instance that is not finite keeps its last good state, that of the checkpoint before; its lane goes on as ballast.</summary>
    private void EndNonFinite(FixedStepChunk chunk, int checkpoint, double timeBefore)
    {
        int firstRow = (checkpoint - 1) * chunk.State.Components;
        for (int lane = 0; lane < chunk.Count; lane++)
        {
            int s = chunk.First + lane;
            if (!_early.Value.Has(s))
            {
                if (IsFinite(chunk, lane))
                {
                    continue;
                }

                IntegrationOutcome outcome = new(IntegrationTermination.NonFinite, timeBefore, _method.Evaluations(_steps), _steps, 0);
                EndAtCheckpoint(s, outcome, checkpoint - 1);
            }

            for (int i = 0; i < chunk.State.Components; i++)
            {
                _states[firstRow + i, s] = double.NaN;
            }
        }
    }

    /// <summary>Ends an instance with its state at a checkpoint, which is the initial state for number 0.</summary>
    private void EndAtCheckpoint(int instance, IntegrationOutcome outcome, int checkpoint)
    {
        Batch from = checkpoint == 0 ? _problem.InitialValues : _states;
        _early.Value.End(instance, outcome, from, Math.Max(0, checkpoint - 1) * _problem.Components, instance);
    }

    private static bool IsFinite(FixedStepChunk chunk, int lane)
    {
        bool finite = true;
        for (int i = 0; i < chunk.State.Components; i++)
        {
            finite &= double.IsFinite(chunk.State[i, lane]);
        }

        return finite;
    }

    private IntegrationTermination? OutOfTime(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? IntegrationTermination.Canceled
        : _options.TimeLimit is TimeSpan limit && Stopwatch.GetElapsedTime(_started) > limit ? IntegrationTermination.TimeLimit
        : null;

    /// <summary>Ends a chunk after <paramref name="steps"/> steps with what it has.</summary>
    private void Stop(FixedStepChunk chunk, IntegrationTermination reason, int steps)
    {
        int stride = _steps / _options.Checkpoints, reached = steps / stride;
        for (int lane = 0; lane < chunk.Count; lane++)
        {
            int s = chunk.First + lane;
            if (!_early.Value.Has(s))
            {
                bool good = IsFinite(chunk, lane);
                long evaluations = steps == 0 ? 0 : _method.Evaluations(Math.Max(steps, _method.LeastSteps));
                IntegrationOutcome outcome = new(good ? reason : IntegrationTermination.NonFinite, chunk.Time(good ? steps : reached * stride), evaluations, steps, 0);
                if (good)
                {
                    _early.Value.End(s, outcome, chunk.State, 0, lane);
                }
                else
                {
                    EndAtCheckpoint(s, outcome, reached);
                }
            }

            for (int row = reached * chunk.State.Components; row < _states.Components; row++)
            {
                _states[row, s] = double.NaN;
            }
        }
    }

    private double[] Times()
    {
        var times = new double[_options.Checkpoints];
        for (int c = 0; c < times.Length; c++)
        {
            times[c] = c + 1 == times.Length ? _problem.StartTime + _problem.Horizon : _problem.StartTime + ((c + 1) * (_steps / times.Length) * _h);
        }

        return times;
    }

    private int ChunkWidth(int numbersPerInstance)
    {
        if (_options.ChunkInstances is int asked)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(asked, nameof(_options.ChunkInstances));
            return asked;
        }

        // As many chunks for every thread; widths stay off multiples of 512 numbers, which would share the lines of the cache.
        int most = Math.Clamp(CacheBytes / (sizeof(double) * numbersPerInstance), 16, LargestChunk);
        int chunks = (_problem.Instances + most - 1) / most;
        chunks = (chunks + _threads - 1) / _threads * _threads;
        return Math.Max(8, (((_problem.Instances + chunks - 1) / chunks) + 7) / 8 * 8);
    }
}
