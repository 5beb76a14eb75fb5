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
    private readonly Batch _last;
    private readonly IntegrationOutcome[] _outcomes;

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
        _states = Batch.Zeros(_options.Checkpoints * problem.Components, problem.Instances);
        _last = Batch.Zeros(problem.Components, problem.Instances);
        _outcomes = new IntegrationOutcome[problem.Instances];
    }

    /// <summary>Integrates all chunks.</summary>
    public Trajectories ToEnd(Func<FixedStepChunk, FixedStepper> start, CancellationToken cancellation)
    {
        int chunks = (_problem.Instances + _width - 1) / _width;
        SolverMemory memory = _options.Memory ?? new SolverMemory();
        void RunChunk(int number)
        {
            BatchArena arena = memory.Rent();
            arena.Reset();
            int first = number * _width;
            FixedStepChunk chunk = new(_problem, first, Math.Min(_width, _problem.Instances - first), _h, arena);
            Integrate(chunk, start(chunk), cancellation);
            memory.Return(arena);
        }

        if (_threads == 1 || chunks <= 1)
        {
            for (int number = 0; number < chunks; number++)
            {
                RunChunk(number);
            }
        }
        else
        {
            Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = _threads }, RunChunk);
        }

        return new Trajectories(_method.Name, Times(), _states, _last, _outcomes, Stopwatch.GetElapsedTime(_started));
    }

    private void Integrate(FixedStepChunk chunk, FixedStepper stepper, CancellationToken cancellation)
    {
        Save(chunk, _last, 0);
        int stride = _steps / _options.Checkpoints;
        for (int n = 0; n < _steps; n++)
        {
            if (n % StepsBetweenLooks == 0 && OutOfTime(cancellation) is IntegrationTermination reason)
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

        for (int s = chunk.First; s < chunk.First + chunk.Count; s++)
        {
            if (_outcomes[s].Steps == 0)
            {
                _outcomes[s] = new(IntegrationTermination.Completed, _problem.StartTime + _problem.Horizon, _method.Evaluations(_steps), _steps, 0);
            }
        }
    }

    /// <summary>Saves the states at checkpoint number <paramref name="checkpoint"/> (from 1) and ends instances that are not finite.</summary>
    private void Check(FixedStepChunk chunk, int checkpoint, int steps)
    {
        int firstRow = (checkpoint - 1) * chunk.State.Components;
        Save(chunk, _states, firstRow);
        bool finite = true;
        for (int i = 0; i < chunk.State.Components; i++)
        {
            finite &= FiniteKernels.AllFinite(chunk.State.Row(i));
        }

        if (finite)
        {
            Save(chunk, _last, 0);
        }
        else
        {
            SaveOneByOne(chunk, firstRow, chunk.Time(steps - (_steps / _options.Checkpoints)));
        }

        _options.Observer?.Invoke(new IntegrationReport(checkpoint - 1, chunk.Time(steps), chunk.First, chunk.Count));
    }

    private void Save(FixedStepChunk chunk, Batch destination, int firstRow)
    {
        for (int i = 0; i < chunk.State.Components; i++)
        {
            chunk.State.Row(i)[..chunk.Count].CopyTo(destination.Row(firstRow + i)[chunk.First..]);
        }
    }

    /// <summary>An instance that is not finite, or was not before, keeps its last good state; its lane goes on as ballast.</summary>
    private void SaveOneByOne(FixedStepChunk chunk, int firstRow, double timeBefore)
    {
        for (int lane = 0; lane < chunk.Count; lane++)
        {
            int s = chunk.First + lane;
            bool good = _outcomes[s].Steps == 0 && IsFinite(chunk, lane);
            if (!good && _outcomes[s].Steps == 0)
            {
                _outcomes[s] = new(IntegrationTermination.NonFinite, timeBefore, _method.Evaluations(_steps), _steps, 0);
            }

            for (int i = 0; i < chunk.State.Components; i++)
            {
                if (good)
                {
                    _last[i, s] = chunk.State[i, lane];
                }
                else
                {
                    _states[firstRow + i, s] = double.NaN;
                }
            }
        }
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

    private IntegrationTermination? OutOfTime(CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? IntegrationTermination.Canceled
        : _options.TimeLimit is TimeSpan limit && Stopwatch.GetElapsedTime(_started) > limit ? IntegrationTermination.TimeLimit
        : null;

    /// <summary>Ends a chunk after <paramref name="steps"/> steps with what it has.</summary>
    private void Stop(FixedStepChunk chunk, IntegrationTermination reason, int steps)
    {
        int stride = _steps / _options.Checkpoints, reached = steps / stride;
        for (int lane = 0; lane < chunk.Count; lane++)
        {
            int s = chunk.First + lane;
            if (_outcomes[s].Steps == 0)
            {
                bool good = IsFinite(chunk, lane);
                long evaluations = steps == 0 ? 0 : _method.Evaluations(Math.Max(steps, _method.LeastSteps));
                _outcomes[s] = new(good ? reason : IntegrationTermination.NonFinite, chunk.Time(good ? steps : reached * stride), evaluations, steps, 0);
                for (int i = 0; good && i < chunk.State.Components; i++)
                {
                    _last[i, s] = chunk.State[i, lane];
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
