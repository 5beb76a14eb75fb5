using Unrolled.Numerics;

namespace Unrolled.RecurrentConvolution;

/// <summary>
/// Many small sets of labeled bits, each of the same number of rows of at most 64 bits: row <c>k</c> of problem <c>s</c> is word
/// <c>k * Instances + s</c> of <see cref="Features"/>, and its label is bit <c>s % 64</c> of word <c>k * LabelWords + s / 64</c> of <see cref="Labels"/>.
/// Used for examples, and for queries, whose labels are not read.
/// </summary>
/// <remarks>One writer at a time. Bits of a word from <see cref="Bits"/> on mean nothing, and nothing reads them.</remarks>
public sealed class ParityBatch
{
    private const int Padding = 8; // a group of eight problems reads whole registers

    private readonly ulong[] _features;
    private readonly ulong[] _labels;

    /// <summary>A batch of zeros.</summary>
    /// <param name="bits">The bits of an example, from 1 to 64.</param>
    /// <param name="rows">The rows of every problem.</param>
    /// <param name="instances">The number of problems.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is outside its range, or the sizes together are too large for one array.</exception>
    public ParityBatch(int bits, int rows, int instances)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 64);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(instances);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)rows * instances, Array.MaxLength - Padding, nameof(rows));
        (Bits, Rows, Instances, LabelWords) = (bits, rows, instances, (int)(((long)instances + 63) / 64));
        _features = new ulong[(rows * instances) + Padding];
        _labels = new ulong[rows * LabelWords];
    }

    /// <summary>The bits of an example.</summary>
    public int Bits { get; }

    /// <summary>The rows of every problem.</summary>
    public int Rows { get; }

    /// <summary>The number of problems.</summary>
    public int Instances { get; }

    /// <summary>How many words hold the labels of one row of all problems.</summary>
    public int LabelWords { get; }

    /// <summary>The bits of all examples, (rows, instances).</summary>
    public Span<ulong> Features => _features.AsSpan(0, Rows * Instances);

    /// <summary>The labels, (rows, instances), 64 to a word.</summary>
    public Span<ulong> Labels => _labels;

    /// <summary>The bits of all examples and the words behind them that a register of the last problems reaches.</summary>
    internal ReadOnlySpan<ulong> PaddedFeatures => _features;

    /// <summary>The columns that exist.</summary>
    internal ulong Mask => ulong.MaxValue >> (64 - Bits);

    /// <summary>Writes one example of one problem.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or problem.</exception>
    public void Set(int row, int instance, ulong features, bool label)
    {
        if ((uint)row >= (uint)Rows || (uint)instance >= (uint)Instances)
        {
            throw new ArgumentOutOfRangeException(nameof(row), $"row {row} of problem {instance} in a batch of {Rows} rows and {Instances} problems");
        }

        _features[(row * Instances) + instance] = features;
        ref ulong word = ref _labels[(row * LabelWords) + (instance / 64)];
        ulong bit = 1UL << (instance % 64);
        word = label ? word | bit : word & ~bit;
    }
}
