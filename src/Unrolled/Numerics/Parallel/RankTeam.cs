using System.Diagnostics;

namespace Unrolled.Numerics;

/// <summary>
/// A <see cref="WorkerTeam"/> in each of several processes: items of a job are shared out over the ranks in contiguous blocks, within a rank over
/// its threads, and afterwards every rank has the results of all items, as if it had done them all.
/// </summary>
/// <remarks>
/// <para>Work is told apart by number, never by rank or thread; so whoever adds up results in the order of the items gets the same bits from any
/// number of either. One exchange a job, an all-gather of the results, in several parts where they do not fit <see cref="LargestExchange"/>.</para>
/// <para>Alone it is a <see cref="WorkerTeam"/> and nothing else. An exception of an item is thrown on its own rank only: that rank must end the
/// others.</para>
/// </remarks>
public sealed class RankTeam : IDisposable
{
    /// <summary>The most bytes that all ranks together exchange at a time.</summary>
    public const int LargestExchange = 1 << 28;

    private readonly IRanks _ranks;
    private readonly WorkerTeam _team;
    private readonly Action<int, int> _body;
    private readonly ItemExchange _exchange;
    private readonly int _largestExchange;
    private readonly int[] _lengths;
    private byte[] _buffer = [];
    private int _first;

    /// <summary>Starts the threads of this rank.</summary>
    /// <param name="threads">The number of threads, the caller's own included.</param>
    /// <param name="ranks">The processes; null for this one alone.</param>
    /// <param name="body">The job: (number of the thread, number of the item).</param>
    /// <param name="exchange">Passes the results of an item.</param>
    public RankTeam(int threads, IRanks? ranks, Action<int, int> body, ItemExchange exchange)
        : this(threads, ranks, body, exchange, LargestExchange)
    {
    }

    internal RankTeam(int threads, IRanks? ranks, Action<int, int> body, ItemExchange exchange, int largestExchange)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(exchange);
        (_ranks, _body, _exchange, _largestExchange) = (ranks ?? Ranks.Alone, body, exchange, largestExchange);
        _lengths = new int[_ranks.Count];
        _team = new WorkerTeam(threads, ReferenceEquals(_ranks, Ranks.Alone) ? body : (thread, item) => _body(thread, _first + item));
    }

    /// <summary>The number of threads of this rank.</summary>
    public int Threads => _team.Threads;

    /// <summary>Runs the job for items 0 to <paramref name="items"/> - 1 and returns when all are done and this rank has their results.</summary>
    public void Run(int items)
    {
        if (ReferenceEquals(_ranks, Ranks.Alone))
        {
            _team.Run(items);
            return;
        }

        _first = FirstItem(items, _ranks.Rank);
        int own = FirstItem(items, _ranks.Rank + 1) - _first;
        (long start, TimeSpan usage) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        _team.Run(own);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, processor = (Environment.CpuUsage.TotalTime - usage).TotalSeconds;
        (long bytes, int largest) = Measure(items);
        _ranks.Record(new SharedStep(items, own, bytes, seconds, processor));
        if (_ranks.Count > 1)
        {
            int most = (items + _ranks.Count - 1) / _ranks.Count; // items of the longest block
            int atATime = (int)Math.Clamp((long)_largestExchange / _ranks.Count / Math.Max(1, largest), 1, Math.Max(1, most));
            for (int done = 0; done < most; done += atATime)
            {
                Exchange(items, done, atATime);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    private int FirstItem(int items, int rank) => Ranks.FirstItem(items, rank, _ranks.Count);

    private (long Bytes, int Largest) Measure(int items)
    {
        (long bytes, int largest) = (0, 0);
        for (int item = 0; item < items; item++)
        {
            int length = Length(item);
            (bytes, largest) = (bytes + length, Math.Max(largest, length));
        }

        return (bytes, largest);
    }

    private int Length(int item)
    {
        ItemStream measure = ItemStream.ToMeasure();
        _exchange(item, ref measure);
        return measure.Position;
    }

    /// <summary>Exchanges items <paramref name="done"/> to <paramref name="done"/> + <paramref name="atATime"/> - 1 of every rank's block.</summary>
    private void Exchange(int items, int done, int atATime)
    {
        int total = 0;
        for (int rank = 0; rank < _lengths.Length; rank++)
        {
            _lengths[rank] = 0;
            (int first, int end) = Part(items, rank, done, atATime);
            for (int item = first; item < end; item++)
            {
                _lengths[rank] = checked(_lengths[rank] + Length(item));
            }

            total = checked(total + _lengths[rank]);
        }

        if (_buffer.Length < total)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(total, pinned: true);
        }

        Span<byte> buffer = _buffer.AsSpan(0, total);
        int own = 0;
        for (int rank = 0; rank < _ranks.Rank; rank++)
        {
            own += _lengths[rank];
        }

        (int firstOwn, int endOwn) = Part(items, _ranks.Rank, done, atATime);
        ItemStream write = ItemStream.ToWrite(buffer.Slice(own, _lengths[_ranks.Rank]));
        for (int item = firstOwn; item < endOwn; item++)
        {
            _exchange(item, ref write);
        }

        _ranks.Gather(buffer, _lengths);
        ItemStream read = ItemStream.ToRead(buffer);
        for (int rank = 0; rank < _lengths.Length; rank++)
        {
            (int first, int end) = Part(items, rank, done, atATime);
            for (int item = first; item < end; item++)
            {
                _exchange(item, ref read);
            }
        }
    }

    private (int First, int End) Part(int items, int rank, int done, int atATime)
    {
        int first = FirstItem(items, rank), end = FirstItem(items, rank + 1);
        return (Math.Min(end, first + done), Math.Min(end, first + done + atATime));
    }
}
