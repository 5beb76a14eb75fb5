using System.Runtime.ExceptionServices;

namespace Unrolled.Numerics;

/// <summary>
/// A few threads that share out the same small job again and again, without allocating and with a start-up of about a
/// microsecond: they spin for a moment before they sleep. Work is told apart by number, never by thread, so results do
/// not depend on how many threads there are. A thread that wakes up late finds nothing to do and is not waited for.
/// </summary>
/// <remarks>One job at a time, started from one thread. An exception in the job ends the job and is thrown to its caller.</remarks>
public sealed class WorkerTeam : IDisposable
{
    private const int SpinsBeforeSleep = 2000;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Action<int, int> _body;
    private volatile int _epoch;
    private volatile bool _disposed;
    private volatile Exception? _failure;
    private int _left; // items that nobody has taken; the next one to take is the last of them
    private int _unfinished;
    private int _asleep;

    /// <summary>Starts the team.</summary>
    /// <param name="threads">The number of threads, the caller's own included.</param>
    /// <param name="body">The job: (number of the thread, number of the item).</param>
    public WorkerTeam(int threads, Action<int, int> body)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        ArgumentNullException.ThrowIfNull(body);
        _body = body;
        Threads = threads;
        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int number = i + 1;
            _threads[i] = new Thread(() => Work(number)) { IsBackground = true, Name = $"Unrolled worker {number}" };
            _threads[i].Start();
        }
    }

    /// <summary>The number of threads, the caller's own included.</summary>
    public int Threads { get; }

    /// <summary>Runs the job for items 0 to <paramref name="items"/> - 1 and returns when all are done.</summary>
    public void Run(int items)
    {
        if (_threads.Length == 0 || items <= 1)
        {
            for (int i = 0; i < items; i++)
            {
                _body(0, i);
            }

            return;
        }

        _failure = null;
        Volatile.Write(ref _unfinished, items);
        Volatile.Write(ref _left, items); // from here on a thread may take items
        Interlocked.Increment(ref _epoch);
        int sleepers = Interlocked.Exchange(ref _asleep, 0);
        if (sleepers > 0)
        {
            _wake.Release(sleepers);
        }

        TakeItems(0);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _unfinished) > 0)
        {
            spin.SpinOnce(-1);
        }

        if (_failure is Exception failure)
        {
            ExceptionDispatchInfo.Throw(failure); // as one thread alone would
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _wake.Release(_threads.Length + 1);
            foreach (Thread thread in _threads)
            {
                thread.Join();
            }

            _wake.Dispose();
        }
    }

    private void Work(int number)
    {
        int seen = 0;
        while (true)
        {
            AwaitJob(seen);
            if (_disposed)
            {
                return;
            }

            seen = _epoch;
            TakeItems(number);
        }
    }

    private void AwaitJob(int seen)
    {
        for (int i = 0; i < SpinsBeforeSleep; i++)
        {
            if (_epoch != seen || _disposed)
            {
                return;
            }

            Thread.SpinWait(8);
        }

        Interlocked.Increment(ref _asleep);
        while (_epoch == seen && !_disposed)
        {
            _wake.Wait(10);
        }
    }

    private void TakeItems(int thread)
    {
        for (int i = Interlocked.Decrement(ref _left); i >= 0; i = Interlocked.Decrement(ref _left))
        {
            int finished = 1;
            try
            {
                _body(thread, i);
            }
            catch (Exception failure)
            {
                _failure = failure;
                finished += Math.Max(0, Interlocked.Exchange(ref _left, 0)); // nobody begins another item
            }

            Interlocked.Add(ref _unfinished, -finished);
        }
    }
}
