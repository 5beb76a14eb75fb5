using System.Buffers;

namespace Unrolled.Numerics;

/// <summary>Rows of eight instances: row <c>i</c> is the eight numbers at <c>At + i Stride</c>.</summary>
internal readonly unsafe struct EightRows(double* at, nint stride)
{
    public double* this[int row] => at + (row * stride);
}

/// <summary>
/// Working memory for blocks of eight instances, taken from the shared pool: rows of whole blocks are read and written where they
/// stand, those of the last, narrower block by way of this memory, its spare lanes repeating the first.
/// </summary>
internal readonly unsafe ref struct PowerFlowBlock
{
    public const int Lanes = 8;

    private readonly double[] _rented;
    private readonly MemoryHandle _handle;

    /// <summary>Takes memory for so many rows; the caller returns it.</summary>
    public PowerFlowBlock(int rows)
    {
        _rented = ArrayPool<double>.Shared.Rent(checked((rows + 1) * Lanes));
        _handle = new Memory<double>(_rented).Pin();
        nint address = (nint)_handle.Pointer, misplaced = address % 64;
        Rows = new EightRows((double*)(misplaced == 0 ? address : address + 64 - misplaced), Lanes);
    }

    /// <summary>All rows, aligned.</summary>
    public EightRows Rows { get; }

    /// <summary>Takes so many rows from those still free.</summary>
    public static EightRows Take(ref EightRows free, int rows)
    {
        EightRows taken = free;
        free = new EightRows(free[rows], Lanes);
        return taken;
    }

    /// <summary>The rows of a batch for the instances from <paramref name="first"/> on, gathered into <paramref name="spare"/> where they do not fill a register.</summary>
    public static EightRows Read(Batch batch, int first, EightRows spare)
    {
        int lanes = batch.Instances - first;
        if (lanes >= Lanes)
        {
            return new EightRows(batch.Pointer + first, batch.Instances);
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
    public static EightRows Write(Batch batch, int first, EightRows spare) =>
        batch.Instances - first >= Lanes ? new EightRows(batch.Pointer + first, batch.Instances) : spare;

    /// <summary>Moves what <see cref="Write"/> made to be written elsewhere to its place.</summary>
    public static void Finish(Batch batch, int first, EightRows spare)
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
