using System.Buffers;

namespace Unrolled.Numerics;

/// <summary>Rows of the instances of a block: row <c>i</c> begins at <c>at + i stride</c>.</summary>
internal readonly unsafe struct BlockRows(double* at, nint stride)
{
    public double* this[int row] => at + (row * stride);

    /// <summary>The rows behind the first ones.</summary>
    public BlockRows From(int row) => new(this[row], stride);
}

/// <summary>
/// A batch in blocks of instances, with working memory from the shared pool. A block is some whole registers of instances, whose rows are
/// read and written where they stand; the last instances, fewer than a register holds, go by way of spare memory of one register whose
/// other lanes repeat the first.
/// </summary>
internal readonly unsafe ref struct PowerFlowBlock
{
    /// <summary>The instances of a register.</summary>
    public const int Lanes = 8;

    /// <summary>The widest block where the sums of many buses must stay near.</summary>
    public const int Narrow = 4 * Lanes;

    /// <summary>The widest block where many rows are written once: wide, so that each page of memory is visited seldom.</summary>
    public const int Wide = 16 * Lanes;

    private readonly double[] _rented;
    private readonly MemoryHandle _handle;

    /// <summary>Takes memory for so many rows of blocks of at most <paramref name="widest"/> instances and so many spare rows; the caller returns it.</summary>
    public PowerFlowBlock(int rows, int spareRows, int widest)
    {
        _rented = ArrayPool<double>.Shared.Rent(checked((rows * widest) + ((spareRows + 1) * Lanes)));
        _handle = new Memory<double>(_rented).Pin();
        nint address = (nint)_handle.Pointer, misplaced = address % 64;
        Rows = new BlockRows((double*)(misplaced == 0 ? address : address + 64 - misplaced), widest);
        Spare = new BlockRows(Rows[rows], Lanes);
    }

    /// <summary>The rows of the widest block, aligned.</summary>
    public BlockRows Rows { get; }

    /// <summary>The spare rows, aligned.</summary>
    public BlockRows Spare { get; }

    /// <summary>How many instances the block of at most <paramref name="widest"/> from <paramref name="first"/> on has: whole registers, or what is left.</summary>
    public static int Width(Batch batch, int first, int widest)
    {
        int left = batch.Instances - first;
        return left < Lanes ? left : Math.Min(left / Lanes * Lanes, widest);
    }

    /// <summary>Takes so many rows from those still free.</summary>
    public static BlockRows Take(ref BlockRows free, int rows)
    {
        BlockRows taken = free;
        free = free.From(rows);
        return taken;
    }

    /// <summary>The rows of a batch for the instances from <paramref name="first"/> on, gathered into <paramref name="spare"/> where they do not fill a register.</summary>
    public static BlockRows Read(Batch batch, int first, BlockRows spare)
    {
        int lanes = batch.Instances - first;
        if (lanes >= Lanes)
        {
            return new BlockRows(batch.Pointer + first, batch.Instances);
        }

        double* from = batch.Pointer + first;
        for (int i = 0; i < batch.Components; i++, from += batch.Instances)
        {
            double* to = spare[i];
            for (int lane = 0; lane < Lanes; lane++)
            {
                to[lane] = from[lane < lanes ? lane : 0];
            }
        }

        return spare;
    }

    /// <summary>Where rows for the instances from <paramref name="first"/> on may be written.</summary>
    public static BlockRows Write(Batch batch, int first, BlockRows spare) =>
        batch.Instances - first >= Lanes ? new BlockRows(batch.Pointer + first, batch.Instances) : spare;

    /// <summary>Moves what <see cref="Write"/> made to be written elsewhere to its place.</summary>
    public static void Finish(Batch batch, int first, BlockRows spare)
    {
        int lanes = batch.Instances - first;
        double* to = batch.Pointer + first;
        for (int i = 0; lanes < Lanes && i < batch.Components; i++, to += batch.Instances)
        {
            double* from = spare[i];
            for (int lane = 0; lane < lanes; lane++)
            {
                to[lane] = from[lane];
            }
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        ArrayPool<double>.Shared.Return(_rented);
    }
}
