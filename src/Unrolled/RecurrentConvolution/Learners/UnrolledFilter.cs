using System.Numerics;
using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>
/// L steps of a filter as one network, with reverse mode through all of them. Forward, every rectifier leaves one bit on the tape: whether
/// its argument was positive; that is all that the adjoint of a step needs, because the weights are frozen.
/// </summary>
/// <remarks>
/// Storage: 4 numbers per channel and cell, and, after a run on the tape, one bit per step, unit and cell. Both directions cost one multiplication and addition
/// per step, cell and weight. At 0 the derivative of the rectifier is 0. Planes are padded by zeros and run through from the first cell to the last; what
/// falls on the padding between rows is set back to 0 after every step. One thread at a time.
/// </remarks>
internal sealed class UnrolledFilter<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly ReluFilter _filter;
    private readonly Unit[] _units;
    private readonly int _stride, _plane, _range, _words;
    private readonly T[] _hidden;
    private readonly ulong[] _scratch;
    private T[] _state, _after;
    private T[]? _adjoint, _adjointBefore;
    private ulong[]? _tape;

    public UnrolledFilter(ReluFilter filter, int rows, int columns, int steps)
    {
        long plane = (rows + 2L) * (columns + 2);
        long range = plane - (2L * (columns + 2)) - 2, words = (range + 63) / 64, tape = words * filter.Units.Length * steps;
        if (filter.Channels * plane > Array.MaxLength || tape > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(nameof(rows), $"{steps} steps of {rows} x {columns} cells with {filter.Units.Length} units are too many for one array");
        }

        (_filter, Rows, Columns, Steps) = (filter, rows, columns, steps);
        (_stride, _plane, _range, _words) = (columns + 2, (int)plane, (int)range, (int)words);
        (_state, _after, _hidden, _scratch) = (new T[filter.Channels * _plane], new T[filter.Channels * _plane], new T[_range], new ulong[_words]);
        _units = [.. filter.Units.ToArray().Select(u => new Unit(
            T.CreateChecked(u.Bias),
            [.. u.Terms.ToArray().Select(term => Place(filter.ChannelOf(term.Input.Bit), term.Input.RowOffset) + term.Input.ColumnOffset)],
            [.. u.Terms.ToArray().Select(term => T.CreateChecked(term.Weight))],
            [.. u.Outputs.ToArray().Select(output => Place(filter.ChannelOf(output.Bit), 0))],
            [.. u.Outputs.ToArray().Select(output => T.CreateChecked(output.Weight))]))];
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>L.</summary>
    public int Steps { get; }

    /// <summary>All channels 0 and the constant <c>in</c> 1: the state before anything is written to it.</summary>
    public void Clear()
    {
        Array.Clear(_state);
        for (int i = 0; i < Rows; i++)
        {
            Row(_filter.Bits, i).Fill(T.One);
        }
    }

    /// <summary>One channel along one row of the state.</summary>
    public Span<T> Row(int channel, int row) => Row(_state, channel, row);

    /// <summary>One channel along one row of the derivative with respect to the state.</summary>
    public Span<T> Adjoint(int channel, int row) => Row(_adjoint!, channel, row);

    /// <summary>Replaces the state by the state L steps later.</summary>
    public void Run()
    {
        for (int t = 0; t < Steps; t++)
        {
            Step(-1);
        }
    }

    /// <summary>The same, with the tape that <see cref="RunBack"/> needs.</summary>
    public void RunOnTape()
    {
        _tape ??= new ulong[(long)_words * _units.Length * Steps];
        for (int t = 0; t < Steps; t++)
        {
            Step(t);
        }
    }

    /// <summary>Sets the derivative with respect to the last state to 0, to be written to <see cref="Adjoint"/>.</summary>
    public void ClearAdjoint()
    {
        _adjoint ??= new T[_state.Length];
        _adjointBefore ??= new T[_state.Length];
        Array.Clear(_adjoint);
    }

    /// <summary>Replaces the derivative with respect to the last state by that with respect to the first, step by step.</summary>
    public void RunBack()
    {
        for (int t = Steps - 1; t >= 0; t--)
        {
            StepBack(t);
        }
    }

    private void Step(int t)
    {
        for (int c = 0; c < _filter.Channels; c++)
        {
            _after.AsSpan(Place(c, 0), _range).Fill(T.CreateChecked(_filter.OutputBiases[c]));
        }

        for (int u = 0; u < _units.Length; u++)
        {
            Unit unit = _units[u];
            RectifierKernels.Rectify(_state, unit.Inputs, unit.InputWeights, unit.Bias, _hidden, t < 0 ? _scratch : Bits(t, u));
            Spread(unit.Outputs, unit.OutputWeights, _after);
        }

        ClearPadding(_after);
        (_state, _after) = (_after, _state);
    }

    /// <summary>The transposed step. What falls on cells outside the grid is dropped: they are constants.</summary>
    private void StepBack(int t)
    {
        Array.Clear(_adjointBefore!);
        for (int u = 0; u < _units.Length; u++)
        {
            Unit unit = _units[u];
            RectifierKernels.Mask(_adjoint!, unit.Outputs, unit.OutputWeights, _hidden, Bits(t, u));
            Spread(unit.Inputs, unit.InputWeights, _adjointBefore!);
        }

        ClearPadding(_adjointBefore!);
        (_adjoint, _adjointBefore) = (_adjointBefore, _adjoint);
    }

    private void ClearPadding(T[] planes)
    {
        for (int c = 0; c < _filter.Channels; c++)
        {
            for (int i = 0; i < Rows - 1; i++)
            {
                planes.AsSpan(Place(c, i) + Columns, 2).Clear();
            }
        }
    }

    private Span<ulong> Bits(int t, int unit) => _tape.AsSpan(((t * _units.Length) + unit) * _words, _words);

    /// <summary>Adds the hidden numbers, each time weighted, to runs of planes.</summary>
    private void Spread(int[] places, T[] weights, T[] planes)
    {
        for (int k = 0; k < places.Length; k++)
        {
            NumberKernels.AddScaled<T>(weights[k], _hidden, planes.AsSpan(places[k], _range));
        }
    }

    private int Place(int channel, int row) => (channel * _plane) + ((row + 1) * _stride) + 1;

    private Span<T> Row(T[] state, int channel, int row) => state.AsSpan(Place(channel, row), Columns);

    /// <summary>A hidden unit: where the runs begin that it reads and writes, as planes lie in memory, and their weights.</summary>
    private sealed record Unit(T Bias, int[] Inputs, T[] InputWeights, int[] Outputs, T[] OutputWeights);
}
