using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unrolled.Numerics;

/// <summary>
/// Rows over GF(2) in the layout in which they are eliminated: blocks of 512 columns, in every block one register of 64
/// bytes per row, row after row. A pass over one block reads memory from front to back and needs tables of one register.
/// </summary>
/// <remarks>Grows when it is asked for more than it has; its memory is kept and holds arbitrary words.</remarks>
internal sealed class BinaryBlocks
{
    private ulong[] _storage = BinaryMatrix.Pinned(0);

    /// <summary>The rows that every block has room for.</summary>
    public int Capacity { get; private set; }

    /// <summary>The number of blocks.</summary>
    public int Blocks { get; private set; }

    /// <summary>Makes room; what was stored is lost.</summary>
    public void Reserve(int rows, int columns)
    {
        (Capacity, Blocks) = (rows, BinaryMatrix.Registers(columns));
        long words = (long)Capacity * Blocks * BinaryMatrix.WordsPerRegister;
        if (words > _storage.Length - BinaryMatrix.WordsPerRegister)
        {
            _storage = BinaryMatrix.Pinned(words);
        }
    }

    /// <summary>The first row of a block.</summary>
    public unsafe ulong* Block(int block) => (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_storage))
        + CacheLine.Start(_storage) + ((nint)block * Capacity * BinaryMatrix.WordsPerRegister);

    /// <summary>Copies the rows of a matrix; columns that it does not have, its padding among them, become 0.</summary>
    public unsafe void Load(BinaryMatrix matrix)
    {
        ulong* source = matrix.Pointer;
        for (int b = 0; b < Blocks; b++)
        {
            BinaryKernels.Load(source, matrix.Rows, matrix.Stride, b, matrix.Columns, Block(b));
        }

        matrix.KeepAlive();
    }

    /// <summary>The bit of a row in a column.</summary>
    public unsafe ulong Bit(int row, int column) =>
        (Block(column / BinaryMatrix.BitsPerRegister)[(row * BinaryMatrix.WordsPerRegister) + (column / 64 % BinaryMatrix.WordsPerRegister)] >> (column % 64)) & 1;
}
