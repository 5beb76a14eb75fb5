namespace Unrolled.Numerics;

/// <summary>
/// Memory for batches that live as long as each other: taken piece by piece, given back all at once. A run over many
/// chunks takes the memory of every chunk from one arena, so that only the first chunk allocates.
/// </summary>
/// <remarks>Used by one thread at a time. Taken memory holds arbitrary numbers.</remarks>
public sealed class BatchArena
{
    private const int DoublesPerLine = 8;
    private const int LeastBlock = 1 << 14;

    private readonly List<double[]> _blocks = [];
    private int _block;
    private int _used;

    /// <summary>Takes a batch.</summary>
    public Batch Take(int components, int instances)
    {
        long length = ((long)components * instances) + DoublesPerLine;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength - DoublesPerLine, nameof(components));
        while (_block < _blocks.Count && _used + length > _blocks[_block].Length)
        {
            _block++;
            _used = 0;
        }

        if (_block == _blocks.Count)
        {
            long grown = _blocks.Count == 0 ? LeastBlock : 2L * _blocks[^1].Length;
            _blocks.Add(GC.AllocateUninitializedArray<double>((int)Math.Max(length, Math.Min(grown, Array.MaxLength)), pinned: true));
        }

        Batch batch = Batch.Within(_blocks[_block], _used, components, instances);
        _used += (int)(length + DoublesPerLine - 1) / DoublesPerLine * DoublesPerLine;
        return batch;
    }

    /// <summary>Takes everything back; batches taken before must not be used any more.</summary>
    public void Reset() => (_block, _used) = (0, 0);
}
