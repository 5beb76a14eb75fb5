using System.Numerics;
using Unrolled.Numerics;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>
/// L steps of a filter as one network, with reverse mode through all of them. Forward, every rectifier leaves one bit on the tape: whether
/// its argument was positive; that is all that the adjoint of a step needs, because the weights are frozen.
/// </summary>
/// <remarks>
/// Storage: <c>3 (channels)</c> numbers per cell and, after a run on the tape, <c>steps * units</c> bits per cell (rows padded to words). Both directions
/// cost one multiplication and addition per step, cell and weight. At 0 the derivative of the rectifier is 0. One thread at a time.
/// </remarks>
internal sealed class UnrolledFilter<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly ReluFilter _filter;
    private readonly ReluTerm[][] _terms;
    private readonly ReluOutput[][] _outputs;
    private readonly int _stride, _plane, _words;
    private readonly T[] _hidden;
    private readonly ulong[] _scratch;
    private T[] _state, _after;
    private T[]? _adjoint, _adjointBefore;
    private ulong[]? _tape;

    public UnrolledFilter(ReluFilter filter, int rows, int columns, int steps)
    {
        long plane = (rows + 2L) * (columns + 2);
        long words = (columns + 63L) / 64, tape = words * rows * filter.Units.Length * steps;
        if (filter.Channels * plane > Array.MaxLength || tape > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(nameof(rows), $"{steps} steps of {rows} x {columns} cells with {filter.Units.Length} units are too many for one array");
        }

        (_filter, Rows, Columns, Steps) = (filter, rows, columns, steps);
        (_stride, _plane, _words) = (columns + 2, (int)plane, (int)words);
        (_state, _after, _hidden, _scratch) = (new T[filter.Channels * _plane], new T[filter.Channels * _plane], new T[columns], new ulong[_words]);
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
        _tape ??= new ulong[(long)_words * Rows * _terms.Length * Steps];
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
        for (int i = 0; i < Rows; i++)
        {
            for (int c = 0; c < _filter.Channels; c++)
            {
                Row(_after, c, i).Fill(T.CreateChecked(_filter.OutputBiases[c]));
            }

            for (int u = 0; u < _terms.Length; u++)
            {
                _hidden.AsSpan().Fill(T.CreateChecked(_filter.Units[u].Bias));
                foreach ((CellInput input, int weight) in _terms[u])
                {
                    NumberKernels.AddScaled<T>(T.CreateChecked(weight), _state.AsSpan(Place(input, i), Columns), _hidden);
                }

                RectifierKernels.Rectify<T>(_hidden, t < 0 ? _scratch : Bits(t, u, i));
                foreach ((int bit, int weight) in _outputs[u])
                {
                    NumberKernels.AddScaled<T>(T.CreateChecked(weight), _hidden, Row(_after, _filter.ChannelOf(bit), i));
                }
            }
        }

        (_state, _after) = (_after, _state);
    }

    /// <summary>The transposed step. What falls on cells outside the grid is dropped: they are constants.</summary>
    private void StepBack(int t)
    {
        Array.Clear(_adjointBefore!);
        for (int i = 0; i < Rows; i++)
        {
            for (int u = 0; u < _terms.Length; u++)
            {
                Array.Clear(_hidden);
                foreach ((int bit, int weight) in _outputs[u])
                {
                    NumberKernels.AddScaled<T>(T.CreateChecked(weight), Row(_adjoint!, _filter.ChannelOf(bit), i), _hidden);
                }

                RectifierKernels.Mask<T>(_hidden, Bits(t, u, i));
                foreach ((CellInput input, int weight) in _terms[u])
                {
                    NumberKernels.AddScaled<T>(T.CreateChecked(weight), _hidden, _adjointBefore.AsSpan(Place(input, i), Columns));
                }
            }
        }

        (_adjoint, _adjointBefore) = (_adjointBefore, _adjoint);
    }

    private Span<ulong> Bits(int t, int unit, int row) => _tape.AsSpan(((((t * Rows) + row) * _terms.Length) + unit) * _words, _words);

    private int Place(CellInput input, int row) => Place(_filter.ChannelOf(input.Bit), row + input.RowOffset) + input.ColumnOffset;

    private int Place(int channel, int row) => (channel * _plane) + ((row + 1) * _stride) + 1;

    private Span<T> Row(T[] state, int channel, int row) => state.AsSpan(Place(channel, row), Columns);
}
