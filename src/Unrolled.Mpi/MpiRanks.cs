using Unrolled.Numerics;

namespace Unrolled.Mpi;

/// <summary>The processes of an MPI job. Disposing it waits for the others and ends MPI; <see cref="Abort"/> ends all of them at once.</summary>
/// <remarks>All calls from the thread that joined. A rank that dies, by an exception or a signal, is noticed by the launcher, which ends the job.</remarks>
public sealed class MpiRanks : IRanks, IDisposable
{
    private readonly MpiLibrary _library;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly int[] _starts;
    private bool _ended;

    private MpiRanks(MpiLibrary library)
    {
        _library = library;
        (Rank, Count) = library.Initialize();
        _starts = new int[Count];
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>What the MPI library says it is.</summary>
    public string Library => _library.Version;

    /// <summary>Joins the job that a launcher started this process for; null where none did: then nothing is loaded.</summary>
    /// <exception cref="MpiException">The library of the launcher cannot be loaded or does not start.</exception>
    public static MpiRanks? Join() => MpiLauncher.Find(Environment.GetEnvironmentVariable) is { } launcher ? new MpiRanks(MpiLibrary.Load(launcher)) : null;

    /// <inheritdoc/>
    public void Gather(Span<byte> buffer, ReadOnlySpan<int> lengths)
    {
        RequireThread();
        if (lengths.Length != Count)
        {
            throw new ArgumentException($"{lengths.Length} lengths were given, there are {Count} ranks", nameof(lengths));
        }

        int start = 0;
        for (int rank = 0; rank < Count; rank++)
        {
            _starts[rank] = start;
            start = checked(start + lengths[rank]);
        }

        if (start != buffer.Length)
        {
            throw new ArgumentException($"the blocks have {start} bytes, the buffer {buffer.Length}", nameof(buffer));
        }

        _library.AllGather(buffer, lengths, _starts);
    }

    /// <summary>Ends all processes of the job with an exit code.</summary>
    public void Abort(int code)
    {
        _ended = true;
        _library.Abort(code);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            RequireThread();
            _library.AwaitAll();
            _library.Finish();
        }
    }

    private void RequireThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException($"MPI was begun by thread {_thread} and is called by thread {Environment.CurrentManagedThreadId}");
        }
    }
}
