using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// A filter as the network that it is: convolutions, biases and ReLU in the arithmetic of a number type. With the integer weights of
/// compiled rules every type that holds the sums gives exactly 0 or 1 after any number of steps.
/// </summary>
/// <remarks>
/// Storage 2 (k + 1) numbers per cell. A step costs one multiplication and addition per cell and weight that is not 0; a weight 0 adds
/// exactly 0 and is left out.
/// </remarks>
/// <typeparam name="T"><c>double</c>, <c>float</c>, <c>Half</c>, <c>sbyte</c>, <c>short</c>, <c>int</c>, <c>long</c>.</typeparam>
public sealed class NetworkEngine<T> : ICellEngine
    where T : struct, INumber<T>
{
    private readonly ReluFilter _filter;
    private readonly ReluTerm[][] _terms;
    private readonly ReluOutput[][] _outputs;
    private readonly T[] _hidden;
    private readonly int _stride, _plane;
    private T[] _state, _after;

    /// <summary>Creates the engine.</summary>
    /// <exception cref="ArgumentException">The type does not hold the sums of the filter exactly, or is none of those above.</exception>
    public NetworkEngine(ReluFilter filter, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (filter.LargestMagnitude > LargestExact())
        {
            throw new ArgumentException($"sums of the filter reach {filter.LargestMagnitude}, {typeof(T).Name} is exact up to {LargestExact()}");
        }

        long plane = (rows + 2L) * (columns + 2);
        if (filter.Channels * plane > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(nameof(rows), $"{filter.Channels} channels of {rows} x {columns} cells are too many for one array");
        }

        (_filter, Rows, Columns, _stride, _plane) = (filter, rows, columns, columns + 2, (int)plane);
        _state = new T[filter.Channels * _plane];
        _after = new T[filter.Channels * _plane];
        _hidden = new T[columns];
        (_terms, _outputs) = (new ReluTerm[filter.Units.Length][], new ReluOutput[filter.Units.Length][]);
        for (int u = 0; u < _terms.Length; u++)
        {
            (_terms[u], _outputs[u]) = ([.. filter.Units[u].Terms], [.. filter.Units[u].Outputs]);
        }

        for (int i = 0; i < rows; i++)
        {
            Row(_state, filter.Bits, i).Fill(T.One);
        }
    }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public int Bits => _filter.Bits;

    /// <summary>The values of one channel along one row, <c>in</c> being channel k; a view.</summary>
    public ReadOnlySpan<T> Values(int channel, int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)channel, (uint)_filter.Channels, nameof(channel));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return Row(_state, channel, row);
    }

    /// <inheritdoc/>
    public void Load(CellGrid grid)
    {
        GridExtents.Require(this, grid);
        for (int i = 0; i < Rows; i++)
        {
            ReadOnlySpan<uint> cells = grid.Cells.Slice(i * Columns, Columns);
            for (int b = 0; b < Bits; b++)
            {
                Span<T> row = Row(_state, b, i);
                for (int j = 0; j < row.Length; j++)
                {
                    row[j] = ((cells[j] >> b) & 1) != 0 ? T.One : T.Zero;
                }
            }

            Row(_state, Bits, i).Fill(T.One);
        }
    }

    /// <inheritdoc/>
    public void Step(int steps = 1)
    {
        for (; steps > 0; steps--)
        {
            for (int i = 0; i < Rows; i++)
            {
                StepRow(i);
            }

            (_state, _after) = (_after, _state);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A value is neither 0 nor 1, which a compiled rule never gives.</exception>
    public void Store(CellGrid grid)
    {
        GridExtents.Require(this, grid);
        grid.Cells.Clear();
        for (int i = 0; i < Rows; i++)
        {
            Span<uint> cells = grid.Cells.Slice(i * Columns, Columns);
            for (int b = 0; b < Bits; b++)
            {
                ReadOnlySpan<T> row = Row(_state, b, i);
                for (int j = 0; j < row.Length; j++)
                {
                    cells[j] |= row[j] == T.One ? 1u << b : row[j] == T.Zero ? 0u
                        : throw new InvalidOperationException($"bit {b} of the cell ({i}, {j}) is {row[j]}, expected 0 or 1");
                }
            }
        }
    }

    private static long LargestExact() => default(T) switch
    {
        double => 1L << 53,
        float => 1L << 24,
        Half => 1L << 11,
        sbyte => sbyte.MaxValue,
        short => short.MaxValue,
        int => int.MaxValue,
        long => long.MaxValue,
        _ => throw new ArgumentException($"{typeof(T).Name} is not a number type of networks: expected double, float, Half, sbyte, short, int or long"),
    };

    private void StepRow(int i)
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
                int start = Place(_filter.ChannelOf(input.Bit), i + input.RowOffset) + input.ColumnOffset;
                NumberKernels.AddScaled<T>(T.CreateChecked(weight), _state.AsSpan(start, Columns), _hidden);
            }

            NumberKernels.Rectify<T>(_hidden);
            foreach ((int bit, int weight) in _outputs[u])
            {
                NumberKernels.AddScaled<T>(T.CreateChecked(weight), _hidden, Row(_after, _filter.ChannelOf(bit), i));
            }
        }
    }

    private int Place(int channel, int row) => (channel * _plane) + ((row + 1) * _stride) + 1;

    private Span<T> Row(T[] state, int channel, int row) => state.AsSpan(Place(channel, row), Columns);
}
