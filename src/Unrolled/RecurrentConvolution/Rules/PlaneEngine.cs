using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unrolled.Numerics;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>How a row of cells lies in the words of a plane.</summary>
/// <param name="WordsPerRow">The distance of rows in words. Between two rows at least one cell is free, which stays 0.</param>
/// <param name="WordsPerCell">The distance of columns in words, or 0 if 64 columns share a word.</param>
internal readonly record struct PlaneLayout(int WordsPerRow, int WordsPerCell);

/// <summary>
/// Bit planes, one per bit of a cell, and the execution of a <see cref="PlaneProgram"/> on them, all rows of a block at once and
/// instruction after instruction. The next state goes to a second set of planes; a border of zeros stands for the outside.
/// </summary>
/// <remarks>A block is as many rows as let all its planes stay in the first-level cache. One thread at a time.</remarks>
internal sealed unsafe class PlaneEngine
{
    private const int CacheWords = 32 * 1024 / sizeof(ulong), Guard = 8;

    private readonly PlaneProgram _program;
    private readonly PlaneLayout _layout;
    private readonly ulong[] _memory;
    private readonly ulong* _inside;
    private readonly nint _planeWords, _scratchWords;
    private readonly int _rows, _bits, _blockRows;
    private readonly nint[] _planes;
    private ulong* _state, _after;
    private readonly ulong* _scratch;

    public PlaneEngine(CellRule rule, int rows, PlaneLayout layout)
    {
        (_program, _layout, _rows, _bits) = (new PlaneProgram(rule), layout, rows, rule.Bits.Length);
        int live = _program.Inputs.Length + 1 + _program.Scratch + _bits;
        _blockRows = Math.Clamp(CacheWords / live / layout.WordsPerRow, 1, rows);
        _scratchWords = (nint)Round((long)_blockRows * layout.WordsPerRow);
        long words = Round(((rows + 2L) * layout.WordsPerRow) + (2 * Guard));
        long shifted = layout.WordsPerCell == 0 ? _program.Inputs.Length : 0;
        long all = (((2L * _bits) + 1) * words) + ((_program.Scratch + shifted) * _scratchWords) + Guard;
        if (all > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(nameof(rows), $"{_bits} bits of {rows} rows of {layout.WordsPerRow} words are too many for one array");
        }

        _planeWords = (nint)words;
        _memory = GC.AllocateArray<ulong>((int)all, pinned: true);
        ulong* first = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        first += (64 - ((nuint)first % 64)) % 64 / sizeof(ulong);
        _inside = first;
        _state = _inside + _planeWords;
        _after = _state + (_bits * _planeWords);
        _scratch = _after + (_bits * _planeWords);
        _planes = new nint[live];
    }

    /// <summary>The words of a bit along a row; a view.</summary>
    public Span<ulong> Row(int bit, int row) => new(Start(_state, bit) + (row * (nint)_layout.WordsPerRow), _layout.WordsPerRow);

    /// <summary>The words of <c>in</c> along a row; a view. They are set once.</summary>
    public Span<ulong> InsideRow(int row) => new(Start(_inside, 0) + (row * (nint)_layout.WordsPerRow), _layout.WordsPerRow);

    public void Step(int steps)
    {
        fixed (nint* planes = _planes)
        {
            for (; steps > 0; steps--)
            {
                for (int row = 0; row < _rows; row += _blockRows)
                {
                    StepBlock(row, Math.Min(_blockRows, _rows - row), (ulong**)planes);
                }

                ulong* state = _state;
                _state = _after;
                _after = state;
            }
        }
    }

    private static long Round(long words) => (words + 7) & ~7L;

    private void StepBlock(int row, int rows, ulong** planes)
    {
        nint start = row * (nint)_layout.WordsPerRow, words = rows * (nint)_layout.WordsPerRow;
        int plane = 0;
        ulong* scratch = _scratch;
        foreach (CellInput input in _program.Inputs)
        {
            ulong* source = input.Bit == CellInput.Inside ? Start(_inside, 0) : Start(_state, input.Bit);
            source += start + (input.RowOffset * _layout.WordsPerRow) + (input.ColumnOffset * _layout.WordsPerCell);
            if (_layout.WordsPerCell == 0 && input.ColumnOffset != 0)
            {
                if (input.ColumnOffset < 0)
                {
                    PlaneKernels.MoveUp(source, scratch, words);
                }
                else
                {
                    PlaneKernels.MoveDown(source, scratch, words);
                }

                source = scratch;
                scratch += _scratchWords;
            }

            planes[plane++] = source;
        }

        planes[plane++] = Start(_inside, 0) + start;
        for (int i = 0; i < _program.Scratch; i++, scratch += _scratchWords)
        {
            planes[plane++] = scratch;
        }

        for (int bit = 0; bit < _bits; bit++)
        {
            planes[plane++] = Start(_after, bit) + start;
        }

        PlaneKernels.Run(_program.Instructions, planes, words);
    }

    /// <summary>Row 0 of a plane: behind the guard and the row above.</summary>
    private ulong* Start(ulong* planes, int bit) => planes + (bit * _planeWords) + Guard + _layout.WordsPerRow;
}
