using System.Numerics;
using System.Text;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// A Boolean function of n ordered inputs, one bit per row. Row <c>x_0 + 2 x_1 + 4 x_2 + ...</c> holds the value at <c>x</c>, so the
/// first input is the fastest.
/// </summary>
/// <remarks>Immutable; 2^n bits of storage.</remarks>
public sealed class TruthTable : IEquatable<TruthTable>
{
    /// <summary>The most inputs that a table may have: 65,536 rows.</summary>
    public const int MostInputs = 16;

    private readonly ulong[] _words;

    /// <summary>Tabulates a function of the row number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of inputs is not from 0 to <see cref="MostInputs"/>.</exception>
    public TruthTable(int inputs, Func<int, bool> value)
        : this(inputs, new ulong[WordCount(inputs)])
    {
        ArgumentNullException.ThrowIfNull(value);
        for (int row = 0; row < Rows; row++)
        {
            _words[row >> 6] |= value(row) ? 1UL << (row & 63) : 0;
        }
    }

    /// <summary>A table of at most six inputs from its rows as the bits of a word, row 0 lowest; bits behind the last row are dropped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of inputs is not from 0 to 6.</exception>
    public TruthTable(int inputs, ulong rows)
        : this(inputs, [rows & Used(inputs)])
    {
    }

    private TruthTable(int inputs, ulong[] words) => (Inputs, _words) = (inputs, words);

    /// <summary>n, the number of inputs.</summary>
    public int Inputs { get; }

    /// <summary>2^n, the number of rows.</summary>
    public int Rows => 1 << Inputs;

    /// <summary>The number of rows that hold 1.</summary>
    public int Ones => _words.Sum(BitOperations.PopCount);

    /// <summary>The value in a row.</summary>
    public bool this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
            return ((_words[row >> 6] >> (row & 63)) & 1) != 0;
        }
    }

    /// <summary>Whether the value changes with an input at all.</summary>
    public bool DependsOn(int input)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)input, (uint)Inputs, nameof(input));
        for (int row = 0; row < Rows; row++)
        {
            if (this[row] != this[row ^ (1 << input)])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The function of one input less that is left when the last input is fixed.</summary>
    /// <exception cref="InvalidOperationException">There is no input.</exception>
    public TruthTable FixLast(bool value)
    {
        if (Inputs == 0)
        {
            throw new InvalidOperationException("a table of 0 inputs has no input to fix");
        }

        int offset = value ? Rows / 2 : 0;
        return Inputs <= 6
            ? new TruthTable(Inputs - 1, _words[0] >> offset)
            : new TruthTable(Inputs - 1, _words.AsSpan(offset >> 6, _words.Length / 2).ToArray());
    }

    /// <inheritdoc/>
    public bool Equals(TruthTable? other) => other is not null && Inputs == other.Inputs && _words.AsSpan().SequenceEqual(other._words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TruthTable);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Inputs);
        foreach (ulong word in _words)
        {
            hash.Add(word);
        }

        return hash.ToHashCode();
    }

    /// <summary>All rows as digits from row 0 on, in groups of eight.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Rows + (Rows / 8));
        for (int row = 0; row < Rows; row++)
        {
            text.Append(row > 0 && row % 8 == 0 ? " " : string.Empty).Append(this[row] ? '1' : '0');
        }

        return text.ToString();
    }

    private static ulong Used(int inputs)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)inputs, 6u, nameof(inputs));
        return inputs == 6 ? ulong.MaxValue : (1UL << (1 << inputs)) - 1;
    }

    private static int WordCount(int inputs)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)inputs, (uint)MostInputs, nameof(inputs));
        return Math.Max(1, (1 << inputs) >> 6);
    }
}
