using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Cli.Sharing;

/// <summary>
/// One run of the command on several ranks: with every exchange the ranks also agree on whether to stop, so that none waits for one that has left,
/// and what only a clock or a file can tell is told by the first. The first rank alone writes files and talks to the user.
/// </summary>
/// <remarks>A block of every exchange begins with one byte: whether its rank was asked to stop. After the exchange all ranks know all of these bytes,
/// so <see cref="Cancellation"/> is set on all of them at the same place of the program.</remarks>
internal sealed class SharedRun : IRanks, IDisposable
{
    private readonly IRanks _ranks;
    private readonly CancellationTokenSource _agreed = new();
    private readonly int[] _lengths;
    private CancellationTokenRegistration _forwarding;
    private byte[] _buffer = [];
    private bool _alone;

    /// <summary>Begins a run.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="stop">Set when this process is asked to stop.</param>
    /// <param name="observe">Whether <see cref="Cost"/> is kept for one process too.</param>
    public SharedRun(IRanks ranks, CancellationToken stop, bool observe = false)
    {
        (_ranks, StopRequested) = (ranks, stop);
        _lengths = new int[ranks.Count];
        Cost = new CommunicationCost(ranks.Count);
        Work = ranks.Count > 1 || observe ? this : Ranks.Alone;
        if (ranks.Count == 1)
        {
            GoOnAlone();
        }
    }

    /// <inheritdoc/>
    public int Rank => _ranks.Rank;

    /// <inheritdoc/>
    public int Count => _ranks.Count;

    /// <summary>Whether this is the rank that writes files and talks.</summary>
    public bool Leads => Rank == 0;

    /// <inheritdoc/>
    public CancellationToken StopRequested { get; }

    /// <summary>Set on all ranks at the same place when one was asked to stop; from <see cref="GoOnAlone"/> on, when this one is.</summary>
    public CancellationToken Cancellation => _agreed.Token;

    /// <summary>What trainers share their work with: this, or nothing where there is one process.</summary>
    public IRanks Work { get; }

    /// <summary>What was exchanged, and what more ranks would bring.</summary>
    public CommunicationCost Cost { get; }

    /// <summary>Whether this rank waits for others.</summary>
    public bool Waits { get; private set; }

    /// <inheritdoc/>
    public void Gather(Span<byte> buffer, ReadOnlySpan<int> lengths)
    {
        int total = Count, own = 0;
        for (int rank = 0; rank < Count; rank++)
        {
            own += rank < Rank ? lengths[rank] : 0;
            total = checked(total + lengths[rank]);
            _lengths[rank] = lengths[rank] + 1;
        }

        if (_buffer.Length < total)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(total, pinned: true);
        }

        Span<byte> all = _buffer.AsSpan(0, total);
        all[own + Rank] = StopRequested.IsCancellationRequested ? (byte)1 : (byte)0;
        buffer.Slice(own, lengths[Rank]).CopyTo(all[(own + Rank + 1)..]);
        TimeSpan usage = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        Waits = true;
        _ranks.Gather(all, _lengths);
        Waits = false;
        Cost.AddExchange(total, Stopwatch.GetElapsedTime(start).TotalSeconds, Environment.CpuUsage.TotalTime - usage);
        bool stop = false;
        for (int rank = 0, from = 0, to = 0; rank < Count; rank++)
        {
            stop |= all[from] != 0;
            all.Slice(from + 1, lengths[rank]).CopyTo(buffer[to..]);
            (from, to) = (from + _lengths[rank], to + lengths[rank]);
        }

        if (stop)
        {
            _agreed.Cancel();
        }
    }

    /// <inheritdoc/>
    public void Record(SharedStep step) => Cost.Add(step);

    /// <summary>What the first rank says, on all ranks.</summary>
    public long FromFirst(long value)
    {
        if (Count == 1 || _alone)
        {
            return value;
        }

        byte[] all = new byte[Count * sizeof(long)];
        BitConverter.TryWriteBytes(all.AsSpan(Rank * sizeof(long)), value);
        int[] lengths = new int[Count];
        Array.Fill(lengths, sizeof(long));
        Gather(all, lengths);
        return BitConverter.ToInt64(all);
    }

    /// <summary>The same for a decision.</summary>
    public bool FromFirst(bool value) => FromFirst(value ? 1L : 0L) != 0;

    /// <summary>Makes sure that all ranks were given the same text, and waits for all of them.</summary>
    /// <exception cref="InvalidInputException">One has another.</exception>
    public void RequireSame(string what, string text)
    {
        if (Count == 1)
        {
            return;
        }

        byte[] all = new byte[Count * SHA256.HashSizeInBytes];
        Span<byte> own = all.AsSpan(Rank * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);
        SHA256.HashData(Encoding.UTF8.GetBytes(text), own);
        int[] lengths = new int[Count];
        Array.Fill(lengths, SHA256.HashSizeInBytes);
        Gather(all, lengths);
        for (int rank = 1; rank < Count; rank++)
        {
            if (!all.AsSpan(rank * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes).SequenceEqual(all.AsSpan(0, SHA256.HashSizeInBytes)))
            {
                throw new InvalidInputException(what, $"rank {rank} has another one than rank 0; all ranks must see the same files and options");
            }
        }
    }

    /// <summary>From here on nothing is exchanged: the first rank goes on alone.</summary>
    /// <returns>Whether this is the first rank.</returns>
    public bool GoOnAlone()
    {
        if (!_alone)
        {
            _alone = true;
            _forwarding = StopRequested.Register(_agreed.Cancel);
        }

        return Leads;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _forwarding.Dispose();
        _agreed.Dispose();
    }
}
