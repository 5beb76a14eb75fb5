using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unrolled.Numerics;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// Bit planes, one per bit of a cell, and the execution of a <see cref="PlaneProgram"/> on them. The next state replaces the state
/// where cells read only cells before or only cells behind them; otherwise it goes to a second set of planes. A border of zeros stands
/// for the outside.
/// </summary>
/// <remarks>
/// Planes are cut into chunks of eight words. For rules that stand still without signals (<see cref="Quiescence"/>) a step computes only
/// chunks that a signal reaches now or reached in the step before. One thread at a time.
/// </remarks>
internal sealed unsafe class PlaneEngine
{
    private const int Chunk = PlaneKernel.WordsPerChunk;

    private readonly CellInput[] _inputs;
    private readonly PlaneKernel _kernel;
    private readonly PlaneLayout _layout;
    private readonly ulong[] _memory;
    private readonly byte[] _activity;
    private readonly ulong* _inside;
    private readonly byte* _active;
    private readonly nint _planeWords, _start, _chunks;
    private readonly int _rows, _bits;
    private readonly int[]? _reach;
    private readonly nint[] _aim;
    private ulong* _state, _after;
    private byte* _now, _before;
    private readonly bool _inPlace, _descending;
    private bool _written = true;

    public PlaneEngine(CellRule rule, int rows, PlaneLayout layout, PlaneExecution execution = PlaneExecution.Compiled)
    {
        PlaneProgram program = rule.Planes;
        (_inputs, _layout, _rows, _bits) = (program.Inputs, layout, rows, rule.Bits.Length);
        PlaneOrder? order = OrderInPlace();
        _kernel = program.Kernel(layout.WordsPerCell, order ?? PlaneOrder.Ascending, execution);
        _descending = order == PlaneOrder.Descending;
        _inPlace = order is not null && _kernel.MayReplace;
        _reach = program.Signals is null ? null : Reach(program.Signals);

        long start = Round(Chunk + (long)layout.WordsPerRow), used = Round((long)rows * layout.WordsPerRow);
        long plane = start + used + start, all = (((2L * _bits) + 1) * plane) + Chunk;
        if (all > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(nameof(rows), $"{_bits} bits of {rows} rows of {layout.WordsPerRow} words are too many for one array");
        }

        (_planeWords, _start, _chunks) = ((nint)plane, (nint)start, (nint)(used / Chunk));
        _memory = GC.AllocateArray<ulong>((int)all, pinned: true);
        ulong* first = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _inside = first + ((64 - ((nuint)first % 64)) % 64 / sizeof(ulong));
        _state = _inside + _planeWords;
        _after = _state + (_bits * _planeWords);
        nint margin = _reach is null ? 0 : _reach.Max(Math.Abs);
        _activity = GC.AllocateArray<byte>((int)((3 * _chunks) + (2 * margin)), pinned: true);
        _active = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_activity)) + margin;
        _now = _active + _chunks + margin;
        _before = _now + _chunks;
        _aim = new nint[_inputs.Length + 1 + _bits];
        Aim();
    }

    /// <summary>The words of a bit along a row, to read.</summary>
    public ReadOnlySpan<ulong> ReadRow(int bit, int row) => new(Start(_state, bit) + (row * (nint)_layout.WordsPerRow), _layout.WordsPerRow);

    /// <summary>The words of a bit along a row, to write before the next step. What is outside the grid stays 0.</summary>
    public Span<ulong> Row(int bit, int row)
    {
        _written = true;
        return new(Start(_state, bit) + (row * (nint)_layout.WordsPerRow), _layout.WordsPerRow);
    }

    /// <summary>The words of <c>in</c> along a row; a view. They are set once.</summary>
    public Span<ulong> InsideRow(int row) => new(Start(_inside, 0) + (row * (nint)_layout.WordsPerRow), _layout.WordsPerRow);

    public void Step(int steps)
    {
        ulong** planes = stackalloc ulong*[_aim.Length];
        for (; steps > 0; steps--)
        {
            if (_reach is null)
            {
                Run(planes, 0, _chunks);
            }
            else
            {
                StepActive(planes);
            }

            if (!_inPlace)
            {
                Swap();
            }
        }
    }

    /// <summary>Steps with truth tables in place of the rule's functions, for cells of whole chunks.</summary>
    public void Step(CellTables tables, int columns, int steps)
    {
        ulong** inputs = stackalloc ulong*[TableKernels.MostInputs];
        ulong** outputs = stackalloc ulong*[_bits];
        for (; steps > 0; steps--)
        {
            foreach (CellTables.Group group in tables.Groups)
            {
                ReadOnlySpan<ulong> functions = tables.TablesOf(group);
                for (int row = 0; row < _rows; row++)
                {
                    nint at = row * (nint)_layout.WordsPerRow;
                    for (int k = 0; k < group.Inputs.Length; k++)
                    {
                        inputs[k] = Source(group.Inputs[k]) + at;
                    }

                    for (int k = 0; k < functions.Length; k++)
                    {
                        outputs[k] = Start(_after, group.Bits[k]) + at;
                    }

                    TableKernels.Run(inputs, group.Inputs.Length, functions, outputs, columns);
                }
            }

            Swap();
        }

        _written = true;
    }

    private static long Round(long words) => (words + Chunk - 1) & ~(Chunk - 1L);

    /// <summary>
    /// The order in which cells may be replaced one after the other: from the last to the first if a cell reads itself and cells before
    /// it, the other way round if it reads itself and cells behind it; none if it reads both.
    /// </summary>
    private PlaneOrder? OrderInPlace()
    {
        int first = 0, last = 0;
        foreach ((int bit, int row, int column) in _inputs)
        {
            if (bit >= 0)
            {
                int at = row * _layout.WordsPerRow;
                first = Math.Min(first, at + (_layout.WordsPerCell > 0 ? column * _layout.WordsPerCell : Math.Min(column, 0)));
                last = Math.Max(last, at + (_layout.WordsPerCell > 0 ? column * _layout.WordsPerCell : Math.Max(column, 0)));
            }
        }

        return last <= 0 ? PlaneOrder.Descending : first >= 0 ? PlaneOrder.Ascending : null;
    }

    /// <summary>How many chunks further a signal of a chunk can be seen: a chunk's words are read by words at these distances.</summary>
    private int[] Reach(bool[] signals)
    {
        var reach = new SortedSet<int> { 0 };
        int side = Math.Max(1, _layout.WordsPerCell);
        foreach ((int bit, int row, int column) in _inputs)
        {
            if (bit >= 0 && signals[bit])
            {
                int least = -(row * _layout.WordsPerRow) - (_layout.WordsPerCell > 0 || column > 0 ? column * side : 0);
                int most = -(row * _layout.WordsPerRow) - (_layout.WordsPerCell > 0 || column < 0 ? column * side : 0);
                for (int chunk = least >> 3; chunk <= (most + Chunk - 1) >> 3; chunk++)
                {
                    reach.Add(chunk);
                }
            }
        }

        return [.. reach];
    }

    private void StepActive(ulong** planes)
    {
        int chunks = (int)_chunks;
        if (_written)
        {
            new Span<byte>(_active, chunks).Fill(1);
            new Span<byte>(_before, chunks).Fill(1);
            _written = false;
        }

        var now = new Span<byte>(_now, chunks);
        now.Clear();
        foreach (int distance in _reach!)
        {
            PlaneKernels.Or(_active - distance, _now, _chunks);
        }

        if (_inPlace)
        {
            RunChunks(planes, now);
            return;
        }

        // A chunk that nothing reaches keeps its words, but where something reached it one step ago the second copy lags behind.
        PlaneKernels.Or(_now, _before, _chunks);
        RunChunks(planes, new(_before, chunks));
        byte* before = _before;
        _before = _now;
        _now = before;
    }

    /// <summary>Runs what is needed, neighboring chunks together, in the order of the kernel.</summary>
    private void RunChunks(ulong** planes, ReadOnlySpan<byte> needed)
    {
        if (_descending)
        {
            while (needed.LastIndexOf((byte)1) is int last and >= 0)
            {
                int first = needed[..last].LastIndexOf((byte)0) + 1;
                Run(planes, first, last + 1 - first);
                needed = needed[..first];
            }

            return;
        }

        int at = 0;
        while (needed[at..].IndexOf((byte)1) is int skip and >= 0)
        {
            at += skip;
            int length = needed[at..].IndexOf((byte)0);
            length = length < 0 ? needed.Length - at : length;
            Run(planes, at, length);
            at += length;
        }
    }

    private void Run(ulong** planes, nint chunk, nint chunks)
    {
        nint at = chunk * Chunk;
        for (int k = 0; k < _aim.Length; k++)
        {
            planes[k] = (ulong*)_aim[k] + at;
        }

        _kernel.Run(planes, chunks, _active + chunk);
    }

    /// <summary>Finds where the cell of row 0 and column 0 reads its inputs and writes its bits.</summary>
    private void Aim()
    {
        int plane = 0;
        foreach (CellInput input in _inputs)
        {
            _aim[plane++] = (nint)Source(input);
        }

        _aim[plane++] = (nint)Start(_inside, 0);
        for (int bit = 0; bit < _bits; bit++)
        {
            _aim[plane++] = (nint)Start(_inPlace ? _state : _after, bit);
        }
    }

    private void Swap()
    {
        ulong* state = _state;
        _state = _after;
        _after = state;
        Aim();
    }

    /// <summary>Where a cell of row 0 and column 0 reads an input; with 64 cells to a word the kernel shifts.</summary>
    private ulong* Source(CellInput input)
    {
        ulong* plane = input.Bit == CellInput.Inside ? Start(_inside, 0) : Start(_state, input.Bit);
        return plane + (input.RowOffset * (nint)_layout.WordsPerRow) + (input.ColumnOffset * (nint)_layout.WordsPerCell);
    }

    /// <summary>Row 0 of a plane.</summary>
    private ulong* Start(ulong* planes, int bit) => planes + (bit * _planeWords) + _start;
}
