using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unrolled.Numerics;

namespace Unrolled.Learning.Rules;

/// <summary>One task of a <see cref="RuleScorer"/> with the memory of its runs: a byte per cell and problem, bits s, p, q, c, in a border of zeros.</summary>
internal sealed unsafe class ScoredSize
{
    private readonly ParityTask _task;
    private readonly Dictionary<int, int[][]> _cellsOfDirections = [];
    private readonly byte[]?[] _pulsesOfClock = new byte[16][];
    private readonly int[] _distances = new int[3];
    private readonly byte[] _memory;
    private readonly byte* _start, _state, _after, _wanted;
    private readonly int _width, _cells;
    private int _directions = -1;
    private int[][] _steps = [];

    public ScoredSize(ParityTask task)
    {
        _task = task;
        (_width, _cells) = (task.Columns + 2, (task.Rows + 2) * (task.Columns + 2));
        int grid = _cells * NibbleKernels.Grids;
        _memory = GC.AllocateArray<byte>((3 * grid) + NibbleKernels.Grids + 64, pinned: true);
        byte* first = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _start = first + ((64 - ((nuint)first % 64)) % 64);
        _state = _start + grid;
        _after = _state + grid;
        _wanted = _after + grid;
        for (int problem = 0; problem < ParityTask.Problems; problem++)
        {
            for (int i = 0; i < task.Rows; i++)
            {
                for (int j = 0; j < task.Columns; j++)
                {
                    _start[(Cell(i, j) * NibbleKernels.Grids) + problem] = task[problem, i, j] ? (byte)1 : (byte)0;
                }
            }

            _wanted[problem] = task.Answer(problem) ? (byte)1 : (byte)0;
        }
    }

    /// <summary>The number of right answers.</summary>
    public int Score(in RuleCandidate rule, byte* lookups)
    {
        Frame(rule, out byte[] pulses, out bool inPlace);
        fixed (byte* clock = pulses)
        {
            byte* before = _start, after = _state;
            for (int t = 0; t < _steps.Length; t++)
            {
                NibbleKernels.Step(before, after, _steps[t], clock + (t * _cells), _distances, lookups);
                byte* free = before == _start ? _after : before;
                before = after;
                after = inPlace ? after : free;
            }

            return NibbleKernels.CountEqual(before + (Cell(_task.Rows - 1, _task.Columns - 1) * NibbleKernels.Grids), _wanted);
        }
    }

    /// <summary>Joins the entries of both lookups that a run asks for.</summary>
    public void Trace(in RuleCandidate rule, byte* lookups, Span<ushort> asked)
    {
        Frame(rule, out byte[] pulses, out bool inPlace);
        fixed (byte* clock = pulses)
        {
            byte* before = _start, after = _state;
            for (int t = 0; t < _steps.Length; t++)
            {
                NibbleKernels.Trace(before, _steps[t], clock + (t * _cells), _distances, asked);
                NibbleKernels.Step(before, after, _steps[t], clock + (t * _cells), _distances, lookups);
                byte* free = before == _start ? _after : before;
                before = after;
                after = inPlace ? after : free;
            }
        }
    }

    private int Cell(int row, int column) => ((row + 1) * _width) + column + 1;

    /// <summary>Sets up the directions of a rule and finds the pulses of its clock, per step and cell.</summary>
    private void Frame(in RuleCandidate rule, out byte[] pulses, out bool inPlace)
    {
        pulses = _pulsesOfClock[rule.Clock] ??= Pulses(rule.Clock);
        if (_directions != rule.Directions)
        {
            _directions = rule.Directions;
            (_distances[0], _distances[1], _distances[2]) = (Distance(rule.FromP), Distance(rule.FromQ), Distance(rule.FromC));
            if (!_cellsOfDirections.TryGetValue(_directions, out int[][]? steps))
            {
                _cellsOfDirections.Add(_directions, steps = Needed());
            }

            _steps = steps;
        }

        inPlace = _distances[0] < 0 && _distances[1] < 0 && _distances[2] < 0; // cells are replaced from the last to the first
    }

    private int Distance(int neighbor) => (RuleSpace.Neighbors[neighbor].Row * _width) + RuleSpace.Neighbors[neighbor].Column;

    /// <summary>For every step, the cells whose next state the answer depends on, the last first.</summary>
    private int[][] Needed()
    {
        int[][] steps = new int[_task.Steps][];
        var inside = new HashSet<int>(
            from i in Enumerable.Range(0, _task.Rows)
            from j in Enumerable.Range(0, _task.Columns)
            select Cell(i, j));
        var needed = new SortedSet<int> { Cell(_task.Rows - 1, _task.Columns - 1) };
        for (int t = steps.Length - 1; t >= 0; t--)
        {
            steps[t] = [.. needed.Reverse()];
            foreach (int cell in steps[t])
            {
                needed.UnionWith(_distances.Select(d => cell + d).Where(inside.Contains));
            }
        }

        return steps;
    }

    private byte[] Pulses(int clock)
    {
        byte[] pulses = new byte[_task.Steps * _cells];
        pulses[Cell(0, 0)] = 1;
        for (int t = 1; t < _task.Steps; t++)
        {
            ReadOnlySpan<byte> before = pulses.AsSpan((t - 1) * _cells, _cells);
            Span<byte> now = pulses.AsSpan(t * _cells, _cells);
            for (int i = 0; i < _task.Rows; i++)
            {
                for (int j = 0; j < _task.Columns; j++)
                {
                    int cell = Cell(i, j);
                    now[cell] = (byte)((clock >> (before[cell - 1] + (2 * before[cell - _width + 1]))) & 1);
                }
            }
        }

        return pulses;
    }
}
