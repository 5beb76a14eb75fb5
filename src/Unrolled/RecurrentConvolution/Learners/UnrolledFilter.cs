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
    private readonly ReluTerm[][] _terms;
    private readonly ReluOutput[][] _outputs;
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
        _terms = [.. filter.Units.ToArray().Select(u => u.Terms.ToArray())];
        _outputs = [.. filter.Units.ToArray().Select(u => u.Outputs.ToArray())];
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
        _tape ??= new ulong[(long)_words * _terms.Length * Steps];
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
            Plane(_after, c).Fill(T.CreateChecked(_filter.OutputBiases[c]));
        }

        for (int u = 0; u < _terms.Length; u++)
        {
            _hidden.AsSpan().Fill(T.CreateChecked(_filter.Units[u].Bias));
            foreach ((CellInput input, int weight) in _terms[u])
            {
                NumberKernels.AddScaled<T>(T.CreateChecked(weight), Plane(_state, input), _hidden);
            }

            RectifierKernels.Rectify<T>(_hidden, t < 0 ? _scratch : Bits(t, u));
            foreach ((int bit, int weight) in _outputs[u])
            {
                NumberKernels.AddScaled<T>(T.CreateChecked(weight), _hidden, Plane(_after, _filter.ChannelOf(bit)));
            }
        }

        ClearPadding(_after);
        (_state, _after) = (_after, _state);
    }

    /// <summary>The transposed step. What falls on cells outside the grid is dropped: they are constants.</summary>
    private void StepBack(int t)
    {
        Array.Clear(_adjointBefore!);
        for (int u = 0; u < _terms.Length; u++)
        {
            Array.Clear(_hidden);
            foreach ((int bit, int weight) in _outputs[u])
            {
                NumberKernels.AddScaled<T>(T.CreateChecked(weight), Plane(_adjoint!, _filter.ChannelOf(bit)), _hidden);
            }

            RectifierKernels.Mask<T>(_hidden, Bits(t, u));
            foreach ((CellInput input, int weight) in _terms[u])
            {
                NumberKernels.AddScaled<T>(T.CreateChecked(weight), _hidden, Plane(_adjointBefore!, input));
            }
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

    private Span<ulong> Bits(int t, int unit) => _tape.AsSpan(((t * _terms.Length) + unit) * _words, _words);

    /// <summary>A channel from the first cell to the last.</summary>
    private Span<T> Plane(T[] planes, int channel) => planes.AsSpan(Place(channel, 0), _range);

    /// <summary>The same, seen from a neighbor.</summary>
    private Span<T> Plane(T[] planes, CellInput input) =>
        planes.AsSpan(Place(_filter.ChannelOf(input.Bit), input.RowOffset) + input.ColumnOffset, _range);

    private int Place(int channel, int row) => (channel * _plane) + ((row + 1) * _stride) + 1;

    private Span<T> Row(T[] state, int channel, int row) => state.AsSpan(Place(channel, row), Columns);
}
