namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// A recurrent filter with one hidden layer: 3x3 convolution, <c>r(x) = max(x, 0)</c>, 1x1 convolution. One step replaces all channels:
/// <c>x_b' = outputBias_b + sum over units u of w_bu r(bias_u + sum of weights * neighbors)</c>, zero padding.
/// </summary>
/// <remarks>
/// <para>Channels are the k bits of a cell and then the constant <c>in</c>, 1 in the grid, which the filter carries on itself. All
/// weights are small integers, so that steps are exact in every number type that holds <see cref="LargestMagnitude"/>.</para>
/// <para>Immutable.</para>
/// </remarks>
public sealed class ReluFilter
{
    private const int Neighbors = 9;

    private readonly ReluUnit[] _units;
    private readonly int[] _outputBiases;

    /// <summary>Creates a filter.</summary>
    /// <param name="bits">k, the number of bits of a cell; there is one channel more.</param>
    /// <param name="units">The hidden units.</param>
    /// <param name="outputBiases">The biases of the channels, k + 1, or none for zeros.</param>
    /// <exception cref="ArgumentException">A weight is 0 or at a channel or neighbor that is not there, or a place has two weights.</exception>
    public ReluFilter(int bits, IEnumerable<ReluUnit> units, ReadOnlySpan<int> outputBiases = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentNullException.ThrowIfNull(units);
        Bits = bits;
        _units = [.. units];
        _outputBiases = outputBiases.IsEmpty ? new int[Channels] : outputBiases.ToArray();
        if (_outputBiases.Length != Channels)
        {
            throw new ArgumentException($"there are {_outputBiases.Length} output biases for {Channels} channels");
        }

        for (int u = 0; u < _units.Length; u++)
        {
            foreach ((CellInput input, int weight) in _units[u].Terms)
            {
                if (weight == 0 || input.Bit < CellInput.Inside || input.Bit >= bits || Math.Abs(input.RowOffset) > 1 || Math.Abs(input.ColumnOffset) > 1)
                {
                    throw new ArgumentException($"unit {u} has weight {weight} at {input}, expected a weight other than 0 at a 3x3 neighbor and a bit below {bits}");
                }
            }

            foreach ((int bit, int weight) in _units[u].Outputs)
            {
                if (weight == 0 || bit < CellInput.Inside || bit >= bits)
                {
                    throw new ArgumentException($"unit {u} has output weight {weight} to bit {bit}, expected a weight other than 0 and a bit below {bits}");
                }
            }

            if (_units[u].Terms.DistinctBy(t => t.Input).Count() < _units[u].Terms.Count || _units[u].Outputs.DistinctBy(o => o.Bit).Count() < _units[u].Outputs.Count)
            {
                throw new ArgumentException($"unit {u} has two weights at one place");
            }
        }
    }

    /// <summary>k, the number of bits of a cell.</summary>
    public int Bits { get; }

    /// <summary>k + 1.</summary>
    public int Channels => Bits + 1;

    /// <summary>The hidden units.</summary>
    public ReadOnlySpan<ReluUnit> Units => _units;

    /// <summary>The biases of the output layer, the one of <c>in</c> last.</summary>
    public ReadOnlySpan<int> OutputBiases => _outputBiases;

    /// <summary>How many weights and biases are not 0.</summary>
    public int NonZero => _outputBiases.Count(b => b != 0) + _units.Sum(u => (u.Bias != 0 ? 1 : 0) + u.Terms.Count + u.Outputs.Count);

    /// <summary>How many weights and biases there are when stored dense.</summary>
    public int Dense => (_units.Length * ((Channels * Neighbors) + 1 + Channels)) + Channels;

    /// <summary>A bound on the magnitude of every intermediate sum when all channels hold 0 or 1.</summary>
    public long LargestMagnitude
    {
        get
        {
            long[] outputs = [.. _outputBiases.Select(b => (long)Math.Abs(b))];
            long largest = 0;
            foreach (ReluUnit unit in _units)
            {
                largest = Math.Max(largest, Math.Abs((long)unit.Bias) + unit.Terms.Sum(t => Math.Abs((long)t.Weight)));
                long active = Math.Max(0, unit.Bias + unit.Terms.Sum(t => Math.Max(0L, t.Weight)));
                foreach ((int bit, int weight) in unit.Outputs)
                {
                    outputs[ChannelOf(bit)] += active * Math.Abs((long)weight);
                }
            }

            return Math.Max(largest, outputs.Max());
        }
    }

    /// <summary>The channel of a bit: <see cref="CellInput.Inside"/> is the last.</summary>
    public int ChannelOf(int bit) => bit == CellInput.Inside ? Bits : bit;
}
