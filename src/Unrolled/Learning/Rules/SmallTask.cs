using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Learning.Rules;

/// <summary>One instance of a task for small learners: labeled examples of at most 16 bits, and samples that validate.</summary>
/// <remarks>Immutable.</remarks>
public sealed class SmallTask
{
    private const int Hidden = 3;

    private readonly ushort[] _examples, _samples;
    private readonly bool[] _labels, _answers;

    /// <summary>Draws an instance.</summary>
    /// <param name="kind">What is to be learned.</param>
    /// <param name="stream">Where it comes from.</param>
    /// <param name="bits">d, from 3 to 16.</param>
    /// <param name="examples">m.</param>
    /// <param name="samples">The number of validation samples.</param>
    public SmallTask(SmallTaskKind kind, RandomStream stream, int bits = 12, int examples = 60, int samples = 256)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, Hidden);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 16);
        ArgumentOutOfRangeException.ThrowIfNegative(examples);
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), $"there is no task number {(int)kind}");
        }

        (Kind, Bits) = (kind, bits);
        int relevant = Relevant(kind, bits, stream);
        (_examples, _labels) = Draw(examples, relevant, stream);
        (_samples, _answers) = Draw(samples, relevant, stream);
    }

    /// <summary>What is to be learned.</summary>
    public SmallTaskKind Kind { get; }

    /// <summary>d.</summary>
    public int Bits { get; }

    /// <summary>The examples, bit j of a number for column j.</summary>
    public ReadOnlySpan<ushort> Examples => _examples;

    /// <summary>Their labels.</summary>
    public ReadOnlySpan<bool> Labels => _labels;

    /// <summary>The samples that validate.</summary>
    public ReadOnlySpan<ushort> Samples => _samples;

    /// <summary>Their labels.</summary>
    public ReadOnlySpan<bool> Answers => _answers;

    private static int Relevant(SmallTaskKind kind, int bits, RandomStream stream)
    {
        int all = (1 << bits) - 1;
        switch (kind)
        {
            case SmallTaskKind.Dictator or SmallTaskKind.NegatedDictator:
                return 1 << stream.NextIndex(bits);
            case SmallTaskKind.PrefixParity:
                return (1 << (2 + stream.NextIndex(bits - 2))) - 1;
            case SmallTaskKind.RandomParity:
                int set;
                do
                {
                    set = (int)stream.NextBits() & all;
                }
                while (BitOperations.PopCount((uint)set) < 2);
                return set;
            case SmallTaskKind.Conjunction or SmallTaskKind.Disjunction or SmallTaskKind.TwoOfThree:
                int hidden = 0;
                while (BitOperations.PopCount((uint)hidden) < Hidden)
                {
                    hidden |= 1 << stream.NextIndex(bits);
                }

                return hidden;
            default:
                return kind switch { SmallTaskKind.FirstBit => 1, SmallTaskKind.ParityOfTwo => 3, _ => all };
        }
    }

    private (ushort[] Inputs, bool[] Labels) Draw(int count, int relevant, RandomStream stream)
    {
        ushort[] inputs = new ushort[count];
        bool[] labels = new bool[count];
        for (int i = 0; i < count; i++)
        {
            int x = (int)stream.NextBits() & ((1 << Bits) - 1);
            if (Kind is SmallTaskKind.Conjunction or SmallTaskKind.Disjunction && stream.NextIndex(2) == 1)
            {
                x = Kind == SmallTaskKind.Conjunction ? x | relevant : x & ~relevant;
            }

            int ones = BitOperations.PopCount((uint)(x & relevant));
            inputs[i] = (ushort)x;
            labels[i] = Kind switch
            {
                SmallTaskKind.Constant => true,
                SmallTaskKind.NegatedDictator => ones == 0,
                SmallTaskKind.Conjunction => ones == Hidden,
                SmallTaskKind.Disjunction => ones > 0,
                SmallTaskKind.Majority => 2 * ones > Bits,
                SmallTaskKind.TwoOfThree => ones >= 2,
                _ => ones % 2 == 1,
            };
        }

        return (inputs, labels);
    }
}
