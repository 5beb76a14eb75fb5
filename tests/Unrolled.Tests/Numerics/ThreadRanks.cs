using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

/// <summary>Ranks that are threads of this process: everything but the transport is as in a job of processes.</summary>
internal sealed class ThreadRanks : IRanks
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly Job _job;

    private ThreadRanks(Job job, int rank, CancellationToken stop) => (_job, Rank, StopRequested) = (job, rank, stop);

    public int Rank { get; }

    public int Count => _job.Count;

    public CancellationToken StopRequested { get; }

    /// <summary>How many exchanges this rank took part in.</summary>
    public int Exchanges { get; private set; }

    /// <summary>Runs the same program on some ranks; the results in their order. A rank that fails ends the others.</summary>
    /// <param name="count">The number of ranks.</param>
    /// <param name="program">The program.</param>
    /// <param name="stop">Asks a rank to stop; null for none.</param>
    public static T[] Run<T>(int count, Func<ThreadRanks, T> program, Func<int, CancellationToken>? stop = null)
    {
        using var job = new Job(count);
        var results = new T[count];
        Exception?[] failures = new Exception?[count];
        Thread[] threads = [.. Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = program(new ThreadRanks(job, rank, stop?.Invoke(rank) ?? default));
            }
            catch (Exception e)
            {
                failures[rank] = e;
                job.Abort.Cancel();
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Exception[] seen = [.. failures.OfType<Exception>()];
        if (seen.FirstOrDefault(e => e is not OperationCanceledException) is Exception cause)
        {
            throw new AggregateException(cause);
        }

        return seen.Length == 0 ? results : throw new AggregateException(seen);
    }

    public void Gather(Span<byte> buffer, ReadOnlySpan<int> lengths)
    {
        Assert.Equal(Count, lengths.Length);
        int start = 0, total = 0;
        for (int rank = 0; rank < Count; rank++)
        {
            start += rank < Rank ? lengths[rank] : 0;
            total += lengths[rank];
        }

        Assert.Equal(total, buffer.Length);
        _job.Blocks[Rank] = buffer.Slice(start, lengths[Rank]).ToArray();
        _job.Wait();
        int place = 0;
        for (int rank = 0; rank < Count; rank++)
        {
            Assert.Equal(lengths[rank], _job.Blocks[rank].Length); // all ranks expect the same
            _job.Blocks[rank].CopyTo(buffer[place..]);
            place += lengths[rank];
        }

        _job.Wait();
        Exchanges++;
    }

    private sealed class Job(int count) : IDisposable
    {
        private readonly Barrier _barrier = new(count);

        public int Count => count;

        public byte[][] Blocks { get; } = new byte[count][];

        public CancellationTokenSource Abort { get; } = new();

        public void Wait()
        {
            if (!_barrier.SignalAndWait(LongestWait, Abort.Token))
            {
                throw new TimeoutException("a rank waits for another one that does not come");
            }
        }

        public void Dispose()
        {
            _barrier.Dispose();
            Abort.Dispose();
        }
    }
}
